package org.flushspread.flush.requests;

/**
 * The bounds and times of a client (replica-protocol R31, R32, R35). Times are in nanoseconds.
 *
 * @param requests open at a time
 * @param bytes of these
 * @param window of these, with a desk at a time
 * @param patience how long a desk may say nothing while requests are with it
 * @param repeatAfter how long a request waits for its answer before it is repeated at the same desk; twice as long each time, four times
 * @param askAgain first pause between two questions for desks
 * @param askAgainAtMost the longest one
 * @param otherDaemonAfter how long nobody serves before the next daemon is tried
 */
public record RequesterLimits(
        int requests,
        long bytes,
        int window,
        long patience,
        long repeatAfter,
        long askAgain,
        long askAgainAtMost,
        long otherDaemonAfter) {
    private static final long MILLI = 1_000_000;

    public static final RequesterLimits DEFAULT = new RequesterLimits(
            1_000, 16L << 20, 256, 1_000 * MILLI, 2_000 * MILLI, 100 * MILLI, 2_000 * MILLI, 3_000 * MILLI);

    /** The same with another number of open requests. */
    public RequesterLimits withRequests(int most) {
        return new RequesterLimits(
                most, bytes, Math.min(window, most), patience, repeatAfter, askAgain, askAgainAtMost, otherDaemonAfter);
    }
}
