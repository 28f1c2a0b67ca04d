package org.flushspread.simulation;

import java.util.EnumSet;
import java.util.Set;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.Reason;

/**
 * Nothing that a daemon of this world sends, however late, is refused as broken by another. Most of what stands here makes a C daemon abort
 * (membership-protocol 13, ring-protocol 16, groups-protocol 6 and 9), and a person is warned of all of it. What does not stand here are the
 * reasons that healthy daemons give one another ({@link Reason#isOrdinary}), what clients, monitors and a full memory cause, and what
 * says that daemons are told apart: by a configuration of before a reload, by an address, by a daemon that no token reached. An answer
 * to a question of before a restart is a BAD_MONITOR_PACKET.
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
            Reason.SEQUENCE_OUT_OF_RANGE,
            Reason.FRAGMENT_OUT_OF_ORDER,
            Reason.BAD_MESSAGE_IMAGE,
            Reason.MESSAGE_TOO_LARGE,
            Reason.TOKEN_SEQUENCE_WRAP,
            Reason.TOKEN_LOWERS_ARU,
            Reason.TOKEN_SEQUENCE_TOO_HIGH,
            Reason.BAD_RETRANSMISSION_REQUEST,
            Reason.REQUEST_BELOW_ARU,
            Reason.MALFORMED_ALIVE,
            Reason.MALFORMED_JOIN,
            Reason.MALFORMED_REFER,
            Reason.MALFORMED_FORM1,
            Reason.MALFORMED_FORM2,
            Reason.OTHER_SEGMENT,
            Reason.UNKNOWN_DAEMON_NAME,
            Reason.BAD_PRIVATE_NAME,
            Reason.STALE_GROUPS,
            Reason.BAD_GROUPS,
            Reason.GROUPS_NOT_EXPECTED,
            Reason.MESSAGE_NOT_EXPECTED,
            Reason.MEMBERSHIP_NOT_EXPECTED,
            Reason.OVERLAPPING_SYNCED_SETS,
            Reason.DUPLICATE_DAEMON_ENTRY,
            Reason.TOO_MANY_LOCAL_MEMBERS);

    /** What a whole packet of an honest daemon is refused for where it was not meant to go, as those are that an attacker sends again. */
    private static final Set<Reason> MISDIRECTED = EnumSet.of(
            Reason.NOT_FROM_ITS_ADDRESS,
            Reason.MY_ID_FROM_ELSEWHERE,
            Reason.OTHER_SEGMENT,
            Reason.MALFORMED_FORM1,
            Reason.MALFORMED_FORM2);

    private HonestPeers() {}

    static void check(Host host, Event.Refused refused, boolean attacked) {
        if (attacked && MISDIRECTED.contains(refused.why())) {
            return;
        }
        // A broadcast of mine can come back twice, or after a restart; a token of mine cannot come to me.
        boolean mine =
                refused.why() == Reason.MY_ID_FROM_ELSEWHERE && refused.detail().startsWith("a token ");
        if (mine || BROKEN.contains(refused.why())) {
            throw new Violation(
                    "honest peers", host.me().name() + " refused " + refused.why() + " " + refused.detail());
        }
    }
}
