package org.flushspread.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one place where threads of a library run what a program gave it: handlers, callbacks of futures, executors. Whatever these throw,
 * an {@link Error} too, is told and costs nothing else (architecture, 'Rules that remove kinds of faults'). Call it with no lock held and
 * with everything in a state that the program may see, since the program may call back.
 *
 * <p>For the layers of this library; programs need none of it.
 */
public final class UserCode {
    private UserCode() {}

    /**
     * Runs it on this thread. What it throws goes to the uncaught exception handler of the thread. A wish to interrupt that it leaves on the
     * thread stays.
     *
     * @return false if it threw
     */
    public static boolean run(Runnable call) {
        try {
            call.run();
            return true;
        } catch (Throwable e) {
            uncaught(e);
            return false;
        }
    }

    /** As {@link #run}, for a handler and its value. */
    public static <T> boolean accept(Consumer<? super T> handler, T value) {
        try {
            handler.accept(value);
            return true;
        } catch (Throwable e) {
            uncaught(e);
            return false;
        }
    }

    /** Completes a future and so runs on this thread what depends on it. */
    public static <T> void complete(CompletableFuture<? super T> future, T value) {
        run(() -> future.complete(value));
    }

    /** Completes a future without a value. */
    public static void complete(CompletableFuture<Void> future) {
        run(() -> future.complete(null));
    }

    /** Completes a future exceptionally and so runs on this thread what depends on it. */
    public static void fail(CompletableFuture<?> future, Throwable why) {
        run(() -> future.completeExceptionally(why));
    }

    /**
     * Hands a task to an executor of the program, which may run it at once, later or never.
     *
     * @return null if it took the task, else what it threw instead
     */
    public static @Nullable Throwable execute(Executor executor, Runnable task) {
        try {
            executor.execute(task);
            return null;
        } catch (Throwable e) {
            return e;
        }
    }

    /** Tells the uncaught exception handler of this thread, and nobody else if that throws in its turn. */
    public static void uncaught(Throwable why) {
        try {
            Thread current = Thread.currentThread();
            current.getUncaughtExceptionHandler().uncaughtException(current, why);
        } catch (Throwable e) {
            // As the virtual machine does: there is nobody left to tell.
        }
    }
}
