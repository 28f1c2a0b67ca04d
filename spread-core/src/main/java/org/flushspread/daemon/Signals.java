package org.flushspread.daemon;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals by which people and service managers ask something of a daemon. The JDK has no official way to them; where {@code
 * sun.misc.Signal} is missing, the system has no such signal or the process was told to ignore it (nohup), all stays as it was. SIGQUIT
 * is not to be had: the JVM keeps it for its own dump of threads.
 */
final class Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    private Signals() {}

    /** Runs {@code task}, on a thread of the JVM, at every signal of this name from now on. */
    static void handle(String name, Runnable task) {
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
                            default -> "a task at SIG" + name;
                        };
                    });
            Method handle = signal.getMethod("handle", signal, handler);
            handle.invoke(null, signal.getConstructor(String.class).newInstance(name), handling);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("the signal {} cannot be handled: {}", name, String.valueOf(e.getCause()));
        }
    }
}
