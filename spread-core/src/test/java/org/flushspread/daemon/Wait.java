package org.flushspread.daemon;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition with a deadline. */
final class Wait {
    /** Generous: what a machine with other work needs, too. */
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private Wait() {}

    static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("waited " + LONGEST.toSeconds() + " s for: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
