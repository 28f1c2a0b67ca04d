package org.flushspread.kernel.ring;

import java.util.List;

/**
 * How long rotations of the token took since the start.
 *
 * @param counts rotations that took at most {@link #BOUNDS}[i], and more than the bound before; the last entry counts those beyond all
 * @param sumNanos of all rotations
 * @param lastNanos the last one; 0 if there was none
 * @param recentNanos a mean of the last dozens; 0 if there was none
 */
public record RotationFigures(List<Long> counts, long sumNanos, long lastNanos, long recentNanos) {
    /** Upper bounds in nanoseconds: 50 microseconds to 5 seconds. */
    public static final List<Long> BOUNDS = List.of(
            50_000L,
            100_000L,
            200_000L,
            500_000L,
            1_000_000L,
            2_000_000L,
            5_000_000L,
            10_000_000L,
            20_000_000L,
            50_000_000L,
            100_000_000L,
            200_000_000L,
            500_000_000L,
            1_000_000_000L,
            2_000_000_000L,
            5_000_000_000L);
}
