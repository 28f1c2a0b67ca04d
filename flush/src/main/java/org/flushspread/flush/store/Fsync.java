package org.flushspread.flush.store;

import java.time.Duration;

/**
 * When the log is forced to the device. What a member promises to others (its metadata) and its snapshots are forced at once, and the log
 * before them, unless nothing ever is.
 *
 * @param interval zero for each time before a result is given out; longer than a century for never
 */
public record Fsync(Duration interval) {
    private static final Duration CENTURY = Duration.ofDays(36_525);

    /** Before a result is given out, for many commands at once: survives the loss of power. */
    public static final Fsync ALWAYS = new Fsync(Duration.ZERO);

    /** When the operating system likes: survives the end of the process, not of the machine. */
    public static final Fsync NEVER = new Fsync(CENTURY.multipliedBy(10));

    public Fsync {
        if (interval.isNegative()) {
            throw new IllegalArgumentException("an fsync interval cannot be negative: " + interval);
        }
    }

    /** Once in a while: survives the end of the process; the loss of power may cost the commands of one interval. */
    public static Fsync every(Duration interval) {
        return new Fsync(interval);
    }

    boolean isDue(long nanosSinceLast) {
        return forces() && Duration.ofNanos(nanosSinceLast).compareTo(interval) >= 0;
    }

    /** False if nothing is ever forced. */
    boolean forces() {
        return interval.compareTo(CENTURY) <= 0;
    }
}
