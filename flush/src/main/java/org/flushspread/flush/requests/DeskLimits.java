package org.flushspread.flush.requests;

/**
 * The bounds of a desk (replica-protocol R35).
 *
 * @param requests with the member at a time
 * @param bytes of these
 * @param requestsOfOne of these, of one client
 * @param questions for desks that are answered in a second
 * @param patienceNanos after which a request without an end is forgotten
 */
public record DeskLimits(int requests, long bytes, int requestsOfOne, int questions, long patienceNanos) {
    public static final DeskLimits DEFAULT = new DeskLimits(20_000, 64L << 20, 1_000, 1_000, 30_000_000_000L);
}
