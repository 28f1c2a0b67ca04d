package org.flushspread.client;

import java.time.Duration;

/** A point in monotonic time up to which a call may wait. */
final class Deadline {
    static final Deadline NEVER = new Deadline(Long.MAX_VALUE);

    private final long length;
    private final long end;

    private Deadline(long nanos) {
        this.length = nanos;
        this.end = nanos == Long.MAX_VALUE ? 0 : System.nanoTime() + nanos;
    }

    /** From now on. */
    static Deadline in(long nanos) {
        return nanos == Long.MAX_VALUE ? NEVER : new Deadline(nanos);
    }

    static Deadline in(Duration duration) {
        return in(nanos(duration));
    }

    /** The nanoseconds of a duration, {@link Long#MAX_VALUE} for one that is longer than that. */
    static long nanos(Duration duration) {
        if (duration.isNegative()) {
            return 0;
        }
        return duration.toSeconds() >= Long.MAX_VALUE / 1_000_000_000 ? Long.MAX_VALUE : duration.toNanos();
    }

    /** Nanoseconds left, not below 0; {@link Long#MAX_VALUE} if there is no end. */
    long remaining() {
        return length == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0, end - System.nanoTime());
    }

    boolean isOver() {
        return remaining() == 0;
    }

    /** How long it was at first, for a person. */
    String length() {
        return length >= 1_000_000_000L && length % 1_000_000_000L == 0
                ? length / 1_000_000_000L + " s"
                : length / 1_000_000L + " ms";
    }
}
