package org.flushspread.daemon;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hang-up signal, by which people and service managers ask a daemon to read its configuration again. The JDK has no official way to
 * it; where {@code sun.misc.Signal} is missing, the system has no such signal or the process was told to ignore it (nohup), all stays as it
 * was.
 */
final class HangUp {
    private static final Logger LOG = LoggerFactory.getLogger(HangUp.class);

    private HangUp() {}

    /** Runs {@code task}, on a thread of the JVM, at every hang-up from now on. */
    static void handle(Runnable task) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object handling = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            task.run();
                            return null;
                        }
                        return switch (method.getName()) {
                            case "hashCode" -> System.identityHashCode(proxy);
                            case "equals" -> arguments[0] == proxy;
                            default -> "reload at a hang-up";
                        };
                    });
            Method handle = signal.getMethod("handle", signal, handler);
            handle.invoke(null, signal.getConstructor(String.class).newInstance("HUP"), handling);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("the hang-up signal does not reload the configuration: {}", String.valueOf(e.getCause()));
        }
    }
}
