package org.flushspread.flush.kernel;

import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;

/**
 * The service bits and message types that the flush layer adds to those of Spread (flush-protocol 2.1, 4.2), and the one place that knows
 * which bits and names it takes (flush-protocol 2.2, 2.3).
 */
public final class FlushService {
    /** Input flag of a receive: do not wait for the first byte of a message. */
    public static final int DONT_BLOCK = 0x10000000;
    /** Service type of a flush request event; never on the wire. */
    public static final int FLUSH_REQ_MESS = 0x20000000;
    /** Marks unicasts and subgroupcasts, on the wire too. */
    public static final int SUBGROUP_CAST = ServiceType.SUBGROUP_CAST;

    /** Input flags of a receive, which a send takes and does not put on the wire (quirk Q30). */
    static final int RECEIVE_FLAGS = DONT_BLOCK | ServiceType.DROP_RECV;

    /** The smallest message type that users may send; the three below belong to the layer. */
    public static final short MIN_LEGAL_MESS_TYPE = -32765;
    /** Consent to a pending change; the body is its group id. */
    public static final short FLUSH_OK = -32768;
    /** Notice that a view was installed; the body is its group id. */
    public static final short FLUSH_RECV = -32767;
    /** Data whose trailer names the view it was sent in. */
    public static final short VULNERABLE = -32766;

    /** Receivers of one message at the most: the number of group slots a daemon accepts. */
    public static final int MAX_RECEIVERS = 100;
    /** Receivers of one message that every C daemon delivers to (quirk Q15). */
    public static final int SAFE_RECEIVERS = 43;

    private static final int NOT_FOR_SENDERS = FLUSH_REQ_MESS
            | ServiceType.MEMBERSHIP_MESS
            | ByteOrderTag.LITTLE_ENDIAN
            | ServiceType.RESERVED
            | ServiceType.REJECT_MESS;
    private static final int OVERTAKING =
            ServiceType.UNRELIABLE_MESS | ServiceType.RELIABLE_MESS | ServiceType.FIFO_MESS;

    private FlushService() {}

    /** True if a bit is set that no sender may use (flush-protocol 2.3, check 3; the reject bit by quirk Q13). */
    public static boolean hasReservedBits(int service) {
        return (service & NOT_FOR_SENDERS) != 0;
    }

    /** True for exactly one of the six services (check 9; several would cost the session, quirk Q14). */
    public static boolean hasOneService(int service) {
        return Integer.bitCount(service & ServiceType.REGULAR_MESS) == 1;
    }

    /** True for services that a daemon may deliver before earlier messages of the total order (flush-protocol 4.5). */
    static boolean mayOvertake(int service) {
        return (service & OVERTAKING) != 0;
    }

    public static boolean isSubgroup(int service) {
        return (service & SUBGROUP_CAST) != 0;
    }

    /** True for numbers of receivers that a message may have (check 2). */
    public static boolean mayReceive(int receivers, int most) {
        return receivers >= 1 && receivers <= most;
    }

    /** A private group is whatever has a '#' within the length of a name; whether it exists is not known here. */
    public static boolean isPrivate(String group) {
        int at = group.indexOf('#');
        return at >= 0 && at < Name.SLOT;
    }

    static boolean isName(String text) {
        if (text.isEmpty() || text.length() > Name.MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == 0 || text.charAt(i) > 255) {
                return false;
            }
        }
        return true;
    }

    /** What can be joined (flush-protocol 2.2). */
    public static boolean isGroup(String text) {
        return isName(text) && Name.of(text).isLegalGroup();
    }
}
