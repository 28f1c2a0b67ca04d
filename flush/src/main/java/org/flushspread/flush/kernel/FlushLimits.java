package org.flushspread.flush.kernel;

/**
 * What the layer keeps at the most, per group of a connection. The C library bounds none of these but the age.
 *
 * @param earlyPerSender early consents kept of one sender; a well-behaved one has at most {@code earlyAge} stale ones
 * @param early early consents kept in all; the oldest group ids give way
 * @param earlyAge membership changes after which an early consent is forgotten (the C library: 200)
 * @param postponedMessages messages kept for the pending view; one more ends the connection
 * @param postponedBytes bytes of their bodies; more ends the connection
 * @param pendingChanges changes kept while the application does not flush; one more ends the connection
 * @param pendingMembers names in the member lists of these changes; more ends the connection
 */
public record FlushLimits(
        int earlyPerSender,
        int early,
        int earlyAge,
        int postponedMessages,
        long postponedBytes,
        int pendingChanges,
        long pendingMembers) {
    public static final FlushLimits DEFAULT = new FlushLimits(256, 65_536, 200, 10_000, 64L << 20, 10_000, 1_000_000);
}
