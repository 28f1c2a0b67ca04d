package org.flushspread.kernel.membership;

/**
 * The times in membership, transitional and form ids: wall-clock seconds where possible, strictly increasing while the process lives
 * whatever the clock does (membership-protocol 8). They are words of 32 bits without a sign, so they follow the clock until 2106; "later"
 * is told by the difference, which wraps.
 */
final class IdTimes {
    /** In an id: never had a ring. */
    private static final int NO_RING = -1;
    /** As a transitional time: not set yet. */
    private static final int NOT_SET = 0;

    private int lastUsed;
    private boolean used;

    /** A time that was not used before: the clock's, or the one after the last. */
    int next(int epochSeconds) {
        int time = used && epochSeconds - lastUsed <= 0 ? lastUsed + 1 : epochSeconds;
        while (time == NO_RING || time == NOT_SET) {
            time++;
        }
        lastUsed = time;
        used = true;
        return time;
    }
}
