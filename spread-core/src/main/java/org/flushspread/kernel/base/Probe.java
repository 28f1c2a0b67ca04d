package org.flushspread.kernel.base;

import org.flushspread.wire.MembershipId;

/**
 * Sees what the ring of one kernel does, packet by packet, for checkers and tests. Production runs with {@link #NONE}. A probe may not call
 * back into the kernel.
 */
public interface Probe {
    /** Sees nothing. */
    Probe NONE = new Probe() {};

    /**
     * A packet of mine got its sequence number.
     *
     * @param service packet type, one of RELIABLE, FIFO, AGREED, SAFE
     * @param firstFragment index of its first fragment (-1 for a whole message)
     * @param messages how many messages end in this packet
     */
    default void sequenced(MembershipId ring, int sequence, int service, int firstFragment, int messages) {}

    /** A message goes up; {@code sequence} is that of the packet in which it ends, {@code service} that packet's type. */
    default void delivered(MembershipId ring, int sequence, int service, boolean wholeInOnePacket, Message message) {}

    default void transitional(DaemonMembership membership) {}

    default void regular(DaemonMembership membership) {}

    /** A regular token was accepted (ring-protocol 7.1). */
    default void tokenAccepted(MembershipId ring, int sequence, int aru) {}

    /**
     * A visit of the regular token ended (ring-protocol 7.2).
     *
     * @param sequence the highest number on the token as it goes on
     * @param stable the number up to which everything is known to be everywhere; means nothing in recovery
     * @param recovering the ring is not installed yet
     */
    default void visited(MembershipId ring, int sequence, int stable, boolean recovering) {}

    /** A packet of my ring, originated by another daemon, was stored. */
    default void stored(MembershipId ring, int sequence) {}
}
