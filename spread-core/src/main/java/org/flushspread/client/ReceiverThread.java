package org.flushspread.client;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/** The thread behind a listener: a virtual one where the JDK has them (21 and later), else a daemon thread. */
final class ReceiverThread {
    private static final @Nullable MethodHandle START_VIRTUAL = startVirtual();

    private ReceiverThread() {}

    private static @Nullable MethodHandle startVirtual() {
        try {
            return MethodHandles.publicLookup()
                    .findStatic(
                            Thread.class, "startVirtualThread", MethodType.methodType(Thread.class, Runnable.class));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    static Thread start(String name, Runnable body) {
        if (START_VIRTUAL != null) {
            try {
                return (Thread) START_VIRTUAL.invokeExact(body);
            } catch (UnsupportedOperationException e) {
                // JDK 19 and 20 have the method but not the feature.
            } catch (Throwable e) {
                throw new IllegalStateException("no virtual thread could be started", e);
            }
        }
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
