package org.flushspread.simulation.evs;

import org.flushspread.wire.MembershipId;
import org.jspecify.annotations.Nullable;

/** A message that daemons delivered: named by the ring that sequenced it, the packet in which it ends, and its place among those that end there. */
final class Delivery implements Comparable<Delivery> {
    private final MembershipId ring;
    private final int number;
    private final int sequence;
    private final int ordinal;
    private final int service;
    private final boolean exempt;
    private final int originator;
    private final long digest;
    private final boolean differs;

    /** Another message that ends in the same packet. */
    @Nullable
    Delivery next;

    /**
     * @param ring the ring that sequenced it
     * @param number of this object among those of the ring
     * @param sequence of the packet in which it ends
     * @param ordinal which of the messages that end in this packet, from 0
     * @param service packet type
     * @param exempt a RELIABLE message in one packet: it may overtake and may be lost behind a hole (membership-protocol 12)
     * @param originator the daemon that sequenced it
     * @param digest of its image
     * @param differs another daemon delivered something else under this name before
     */
    Delivery(
            MembershipId ring,
            int number,
            int sequence,
            int ordinal,
            int service,
            boolean exempt,
            int originator,
            long digest,
            boolean differs) {
        this.ring = ring;
        this.number = number;
        this.sequence = sequence;
        this.ordinal = ordinal;
        this.service = service;
        this.exempt = exempt;
        this.originator = originator;
        this.digest = digest;
        this.differs = differs;
    }

    MembershipId ring() {
        return ring;
    }

    int number() {
        return number;
    }

    int sequence() {
        return sequence;
    }

    int ordinal() {
        return ordinal;
    }

    int service() {
        return service;
    }

    boolean exempt() {
        return exempt;
    }

    int originator() {
        return originator;
    }

    boolean differs() {
        return differs;
    }

    boolean is(int itsService, boolean isExempt, int itsOriginator, long itsDigest) {
        return service == itsService && exempt == isExempt && originator == itsOriginator && digest == itsDigest;
    }

    /** True if {@code other} is a delivery of the same message. */
    boolean same(Delivery other) {
        return this == other || (sequence == other.sequence && ordinal == other.ordinal && ring.equals(other.ring));
    }

    /** Position in the total order of the ring. */
    @Override
    public int compareTo(Delivery other) {
        return sequence != other.sequence
                ? Integer.compare(sequence, other.sequence)
                : Integer.compare(ordinal, other.ordinal);
    }

    @Override
    public String toString() {
        return ring + " seq " + sequence + (ordinal == 0 ? "" : "." + ordinal);
    }
}
