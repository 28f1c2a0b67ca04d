package org.flushspread;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How the tests of all modules wait: for a condition, asked every millisecond, and more seldom the longer it takes, so that what is waited
 * for has the processor; and with a deadline that only a fault reaches, on a machine that is slow, busy or stopped for some seconds too.
 */
public final class Wait {
    public static final Duration LONGEST = Duration.ofSeconds(60);
    private static final long SHORTEST_PAUSE = 1_000_000;
    private static final long LONGEST_PAUSE = 25_000_000;
    /** A pause is this part of the time that has passed: by so much at the most a wait gets longer. */
    private static final int PART = 40;

    private Wait() {}

    /** Waits, and tells how long it took. */
    public static Duration until(String what, BooleanSupplier condition) {
        return until(() -> what, condition);
    }

    /** @param what asked when the time is over */
    public static Duration until(Supplier<String> what, BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            long passed = System.nanoTime() - begin;
            if (passed > LONGEST.toNanos()) {
                throw new AssertionError("waited " + LONGEST.toSeconds() + " s for: " + what.get());
            }
            LockSupport.parkNanos(Math.max(SHORTEST_PAUSE, Math.min(LONGEST_PAUSE, passed / PART)));
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    public static <T> T taken(BlockingQueue<T> queue) {
        try {
            @Nullable T next = queue.poll(LONGEST.toNanos(), TimeUnit.NANOSECONDS);
            if (next == null) {
                throw new AssertionError("nothing came in " + LONGEST.toSeconds() + " s");
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Lets time pass that is itself part of a scenario: a pause of a process, a time in which nothing may happen. */
    public static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
