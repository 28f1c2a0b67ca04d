package org.flushspread.kernel.base;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.wire.ServiceType;

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

    private static final List<String> SERVICES = List.of("UNRELIABLE", "RELIABLE", "FIFO", "CAUSAL", "AGREED", "SAFE");

    private final long[] messagesOfService = new long[SERVICES.size()];
    private final long[] bytesOfService = new long[SERVICES.size()];

    /** A message of a client has its place in the order. */
    public void ordered(Message message) {
        messagesDelivered++;
        int service = Integer.numberOfTrailingZeros(message.type() & ServiceType.REGULAR_MESS);
        if (service < SERVICES.size()) {
            messagesOfService[service]++;
            bytesOfService[service] += message.dataLength();
        }
    }

    /** What {@link #ordered} counted, by service. */
    public List<ServiceCount> services() {
        List<ServiceCount> counts = new ArrayList<>(SERVICES.size());
        for (int i = 0; i < SERVICES.size(); i++) {
            counts.add(new ServiceCount(SERVICES.get(i), messagesOfService[i], bytesOfService[i]));
        }
        return List.copyOf(counts);
    }

    void count(Reason why) {
        refused[why.ordinal()]++;
    }

    /** How often something was refused for this reason since the start. */
    public long refused(Reason why) {
        return refused[why.ordinal()];
    }
}
