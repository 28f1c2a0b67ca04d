package org.flushspread.tools.monitor;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.flushspread.config.Daemon;

/**
 * Keeps questions below the number at which daemons begin to refuse some (monitor-protocol 2), with room for other monitors. Not safe for
 * several threads.
 */
final class Pace {
    /** Questions to a daemon at once; it answers 20. */
    static final int BURST = 8;
    /** Then one in this time; it answers one in 50 ms. */
    static final Duration INTERVAL = Duration.ofMillis(75);

    private final LongSupplier clock;
    /** When the bucket of a daemon is full again. */
    private final Map<Daemon, Long> fullAt = new HashMap<>();

    /** @param clock monotonic nanoseconds */
    Pace(LongSupplier clock) {
        this.clock = clock;
    }

    /** Waits until the daemon may be asked once more, and counts that question. */
    void before(Daemon daemon) {
        LockSupport.parkNanos(nanosBefore(daemon));
    }

    /** How long to wait for that; counts the question. */
    long nanosBefore(Daemon daemon) {
        long now = clock.getAsLong();
        long full = Math.max(now, fullAt.getOrDefault(daemon, now));
        long wait = Math.max(0, full - now - INTERVAL.toNanos() * (BURST - 1));
        fullAt.put(daemon, full + INTERVAL.toNanos());
        return wait;
    }
}
