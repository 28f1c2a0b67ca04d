package org.flushspread.interop;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition with a deadline. */
final class Wait {
    /** Generous: what a machine with other work needs, too. */
    static final Duration LONGEST = Duration.ofSeconds(60);

    private Wait() {}

    /** Waits, asking every millisecond, and tells how long it took. */
    static Duration until(String what, BooleanSupplier condition) {
        return until(what, condition, () -> "");
    }

    /** @param explain asked for more words when the time is over */
    static Duration until(String what, BooleanSupplier condition, Supplier<String> explain) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > LONGEST.toNanos()) {
                throw new AssertionError("waited " + LONGEST.toSeconds() + " s for: " + what + "\n" + explain.get());
            }
            pause(Duration.ofMillis(1));
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Lets time pass that is itself part of a scenario: a pause of a process, a time in which nothing may happen. */
    static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
