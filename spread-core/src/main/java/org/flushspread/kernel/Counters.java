package org.flushspread.kernel;

/**
 * The figures of a kernel: one count per {@link Reason} and the counters of the status packet (monitor-protocol 3). Written by the kernel's
 * thread; a metrics thread may read them racily.
 */
public final class Counters {
    private final long[] refused = new long[Reason.values().length];

    public long packetsSent;
    public long packetsReceived;
    public long packetsDelivered;
    public long retransmissions;
    public long unicastRetransmissions;
    public long segmentRetransmissions;
    public long broadcastRetransmissions;
    public long tokenHurries;
    public long messagesDelivered;
    public long membershipChanges;
    public long duplicatePackets;
    public long tokensAccepted;
    public long requestsSent;
    /** Numbers asked for here that were left for another daemon to answer (ring-protocol 8.3). */
    public long requestsLeft;
    /** How often it was said that the ring stands still. */
    public long standstills;

    void count(Reason why) {
        refused[why.ordinal()]++;
    }

    /** How often something was refused for this reason since the start. */
    public long refused(Reason why) {
        return refused[why.ordinal()];
    }
}
