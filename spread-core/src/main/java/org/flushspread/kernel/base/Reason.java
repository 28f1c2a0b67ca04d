package org.flushspread.kernel.base;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** Why the kernel refused, dropped, closed or gave up something. The same names stand in log, metrics and disconnects. */
public enum Reason {
    // datagrams, before anything looks at their meaning (ring-protocol 6 and 7.1)
    DATAGRAM_TOO_SHORT,
    DATAGRAM_LENGTH_MISMATCH,
    WRONG_CONFIGURATION_HASH,
    UNKNOWN_TRANSMITTER,
    NOT_FROM_ITS_ADDRESS,
    MY_ID_FROM_ELSEWHERE,
    OTHER_PARTITION,
    MONITOR_HASH_ON_RING_PACKET,
    UNKNOWN_PACKET_TYPE,
    // data packets
    UNKNOWN_ORIGINATOR,
    BAD_FRAGMENTS,
    SEQUENCE_OUT_OF_RANGE,
    ABOVE_REPORTED_HIGHEST,
    FOREIGN_PACKET_IGNORED,
    FRAGMENT_OUT_OF_ORDER,
    BAD_MESSAGE_IMAGE,
    MESSAGE_TOO_LARGE,
    // tokens
    TOKEN_NOT_EXPECTED,
    TOKEN_OTHER_RING,
    TOKEN_NOT_FROM_PREDECESSOR,
    TOKEN_OLD_GENERATION,
    TOKEN_SEQUENCE_WRAP,
    TOKEN_LOWERS_ARU,
    TOKEN_SEQUENCE_TOO_HIGH,
    BAD_RETRANSMISSION_REQUEST,
    REQUEST_BELOW_ARU,
    // daemon membership
    MALFORMED_ALIVE,
    MALFORMED_JOIN,
    MALFORMED_REFER,
    MALFORMED_FORM1,
    MALFORMED_FORM2,
    FORM_NOT_EXPECTED,
    OTHER_SEGMENT,
    NEVER_REACHED,
    KEEPS_QUIET,
    IMPOSTOR,
    LEFT_OUT,
    TOKEN_TIMEOUT,
    FORM_TIMEOUT,
    ALIVE_FROM_MEMBER,
    JOIN_FROM_MEMBER,
    RECOVERY_ROUNDS,
    NO_PROGRESS,
    RELOAD,
    START,
    // groups
    UNKNOWN_DAEMON_NAME,
    BAD_PRIVATE_NAME,
    STALE_GROUPS,
    BAD_GROUPS,
    GROUPS_NOT_EXPECTED,
    MESSAGE_NOT_EXPECTED,
    MEMBERSHIP_NOT_EXPECTED,
    OVERLAPPING_SYNCED_SETS,
    DUPLICATE_DAEMON_ENTRY,
    TOO_MANY_LOCAL_MEMBERS,
    // monitor
    MONITOR_NOT_ALLOWED,
    BAD_MONITOR_PACKET,
    MONITOR_KILL,
    MONITOR_RATE,
    // the signature of a monitor's command (security 5)
    MONITOR_NOT_SIGNED,
    MONITOR_UNKNOWN_KEY,
    MONITOR_FORGED,
    MONITOR_FOR_ANOTHER_DAEMON,
    MONITOR_WRONG_TIME,
    MONITOR_REPLAYED,
    // client sessions: handshake
    TOO_MANY_SESSIONS,
    TOO_MANY_HANDSHAKES,
    HANDSHAKE_TIMEOUT,
    ILLEGAL_PRIVATE_NAME,
    NAME_NOT_UNIQUE,
    VERSION_TOO_OLD,
    AUTHENTICATION_FAILED,
    HANDSHAKE_MALFORMED,
    /** Its certificate names somebody else than its private name does. */
    NAME_NOT_OF_CERTIFICATE,
    /** It speaks TLS to a port that does not. */
    TLS_AT_PLAIN_PORT,
    // client sessions: the access file (security 4.3)
    CONNECT_DENIED,
    JOIN_DENIED,
    LEAVE_DENIED,
    SEND_DENIED,
    ACCESS_WITHDRAWN,
    // client sessions: later
    BAD_MESSAGE_TYPE,
    BAD_SENDER,
    BAD_GROUP_COUNT,
    BAD_HINT,
    BAD_MESSAGE_LENGTH,
    FORGED_MEMBERSHIP_BITS,
    INPUT_OVERFLOW,
    INPUT_FAILED,
    SLOW_CLIENT,
    STALLED_CLIENT,
    /** A warning: half of a limit of one client's queue, or of all of them together, is reached. */
    CLIENT_FALLS_BEHIND,
    CLIENTS_FALL_BEHIND,
    /** With back-pressure: senders wait for slow clients. */
    SENDERS_HELD_BACK,
    CLIENT_CLOSED,
    CLIENT_DISCONNECTED,
    DAEMON_STOPPING,
    DAEMON_FAILED,
    // anywhere
    OUT_OF_MEMORY;

    /**
     * What daemons with nothing wrong refuse from one another: tokens travel twice, what is late meets another ring or another attempt to
     * form one, a monitor or a rule of this protocol told them not to listen, and after a reload there still are packets of one that it
     * took out. Nobody needs to do anything about it.
     */
    private static final Set<Reason> ORDINARY = Collections.unmodifiableSet(EnumSet.of(
            TOKEN_OLD_GENERATION,
            TOKEN_NOT_EXPECTED,
            TOKEN_OTHER_RING,
            TOKEN_NOT_FROM_PREDECESSOR,
            FORM_NOT_EXPECTED,
            ABOVE_REPORTED_HIGHEST,
            FOREIGN_PACKET_IGNORED,
            UNKNOWN_ORIGINATOR,
            KEEPS_QUIET,
            LEFT_OUT,
            OTHER_PARTITION));

    /** True if healthy daemons refuse this from one another, so that it is counted and warns of nothing. */
    public boolean isOrdinary() {
        return ORDINARY.contains(this);
    }
}
