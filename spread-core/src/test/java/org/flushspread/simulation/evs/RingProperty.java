package org.flushspread.simulation.evs;

import org.flushspread.wire.MembershipId;

/** A promise about packets and tokens of a ring. */
interface RingProperty extends Property {
    /** A packet of the daemon got its number. */
    default void sequenced(DaemonLife life, MembershipId ring, int sequence) {}

    /** A packet of another daemon was stored. */
    default void stored(DaemonLife life, MembershipId ring, int sequence) {}

    /** The token of a ring was accepted. */
    default void tokenAccepted(DaemonLife life, MembershipId ring) {}

    /** A visit of the token of an installed ring ended: up to {@code stable} everybody is known to have everything. */
    default void visited(DaemonLife life, MembershipId ring, int sequence, int stable) {}
}
