package org.flushspread.examples.web;

/** So many at once, and so many a second in the long run. Its owner holds a lock. */
final class Pace {
    private static final double SECOND = 1e9;

    private final int burst;
    private final int perSecond;
    private double left;
    private long at;

    Pace(int burst, int perSecond, long nowNanos) {
        this.burst = burst;
        this.perSecond = perSecond;
        this.left = burst;
        this.at = nowNanos;
    }

    /** True if one more may pass now. */
    boolean take(long nowNanos) {
        left = Math.min(burst, left + (nowNanos - at) / SECOND * perSecond);
        at = nowNanos;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }
}
