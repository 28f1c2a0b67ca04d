package org.flushspread.client;

import java.time.Duration;

/**
 * A time or time span of the C interface: {@code sp_time}.
 *
 * @param sec seconds
 * @param usec microseconds, 0..999,999; of a time below zero also down to -999,999
 */
public record SpTime(long sec, long usec) {
    /** No time at all; as a limit of SP_connect_timeout: none. */
    public static final SpTime ZERO = new SpTime(0, 0);

    public static SpTime of(Duration duration) {
        return new SpTime(duration.toSeconds(), duration.toNanosPart() / 1000);
    }

    /** True if both parts have one sign and microseconds are less than a second: the times that Spread 5 takes. */
    boolean isLegal() {
        return usec > -1_000_000 && usec < 1_000_000 && (sec == 0 || usec == 0 || sec < 0 == usec < 0);
    }

    public Duration toDuration() {
        return Duration.ofSeconds(sec).plusNanos(usec * 1000);
    }
}
