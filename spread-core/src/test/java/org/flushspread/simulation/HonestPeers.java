package org.flushspread.simulation;

import java.util.EnumSet;
import java.util.Set;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.Reason;

/**
 * Nothing that a daemon of this world sends, however late, is refused as broken by another: what stands here makes a C daemon abort, so no
 * daemon may ever cause it in others (membership-protocol 13, ring-protocol 16, groups-protocol 6 and 9). What lateness alone can cause
 * does not stand here: a FORM token of an attempt that is over, a token that is 16 rotations old.
 *
 * <p>Nobody asks in worlds that damage datagrams ({@link Judge}): there a flipped bit in the transmitter alone has a packet of an honest daemon
 * refused as NOT_FROM_ITS_ADDRESS or as too short. Elsewhere a daemon sends under its own id from its own address, or has passed on a packet
 * under its own id, so that a source that does not fit means an id was taken for an address, or a route of an old configuration was kept.
 */
final class HonestPeers {
    private static final Set<Reason> BROKEN = EnumSet.of(
            Reason.DATAGRAM_TOO_SHORT,
            Reason.DATAGRAM_LENGTH_MISMATCH,
            Reason.MONITOR_HASH_ON_RING_PACKET,
            Reason.NOT_FROM_ITS_ADDRESS,
            Reason.UNKNOWN_PACKET_TYPE,
            Reason.BAD_FRAGMENTS,
            Reason.FRAGMENT_OUT_OF_ORDER,
            Reason.BAD_MESSAGE_IMAGE,
            Reason.BAD_RETRANSMISSION_REQUEST,
            Reason.MALFORMED_ALIVE,
            Reason.MALFORMED_JOIN,
            Reason.MALFORMED_REFER,
            Reason.BAD_PRIVATE_NAME,
            Reason.BAD_GROUPS,
            Reason.GROUPS_NOT_EXPECTED,
            Reason.MESSAGE_NOT_EXPECTED,
            Reason.MEMBERSHIP_NOT_EXPECTED,
            Reason.OVERLAPPING_SYNCED_SETS,
            Reason.DUPLICATE_DAEMON_ENTRY);

    private HonestPeers() {}

    static void check(Host host, Event.Refused refused) {
        if (BROKEN.contains(refused.why())) {
            throw new Violation(
                    "honest peers", host.me().name() + " refused " + refused.why() + " " + refused.detail());
        }
    }
}
