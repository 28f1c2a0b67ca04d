package org.flushspread.simulation.evs;

import org.flushspread.wire.MembershipId;

/**
 * A message that a daemon delivered. Two deliveries are of the same message if ring, sequence and ordinal agree.
 *
 * @param ring the ring that sequenced it
 * @param sequence of the packet in which it ends
 * @param ordinal which of the messages that end in this packet, from 0
 * @param service packet type
 * @param exempt a RELIABLE message in one packet: it may overtake and may be lost behind a hole (membership-protocol 12)
 * @param originator the daemon that sequenced it
 * @param digest of its image
 */
public record Delivery(
        MembershipId ring, int sequence, int ordinal, int service, boolean exempt, int originator, int digest)
        implements Comparable<Delivery> {
    /** True if {@code other} is a delivery of the same message. */
    public boolean same(Delivery other) {
        return sequence == other.sequence && ordinal == other.ordinal && ring.equals(other.ring);
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
