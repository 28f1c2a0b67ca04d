package org.flushspread.kernel.membership;

/**
 * The times in membership, transitional and form ids: wall-clock seconds where possible, strictly increasing while the process lives
 * whatever the clock does, and positive (membership-protocol 8).
 */
final class IdTimes {
    private int lastUsed = -1;

    /** A time that was not used before: {@code max(now, lastUsed + 1)}. */
    int next(int epochSeconds) {
        int floor = lastUsed == Integer.MAX_VALUE ? 1 : Math.max(1, lastUsed + 1);
        lastUsed = Math.max(epochSeconds, floor);
        return lastUsed;
    }
}
