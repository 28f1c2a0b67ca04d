package org.flushspread.kernel.session;

import io.netty.buffer.ByteBuf;
import org.flushspread.kernel.Reason;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.jspecify.annotations.Nullable;

/** The checks on the header of every message from a client, and the cleaning of its name slots. */
final class RequestHeader {
    private static final int KINDS = ServiceType.REGULAR_MESS | ServiceType.CONTROL_MESS;
    private static final int WITH_SERVICE =
            ServiceType.REGULAR_MESS | ServiceType.SELF_DISCARD | ServiceType.DROP_RECV | ServiceType.SUBGROUP_CAST;
    private static final int HINT = 0x80ffff80;

    private RequestHeader() {}

    /**
     * The rule that the header at {@code at} breaks, or null. The rules of client-protocol 4.2 in its order, and those that protect other
     * daemons and clients: no bits that only daemons may send (Q2, Q3, Q18), one group in a join or leave (Q25), a length no C daemon
     * chokes on (Q4).
     */
    static @Nullable Reason violation(ClientSession session, ByteBuf in, int at) {
        boolean little = ByteOrderTag.isLittleEndian(in, at);
        int word = MessageHeader.type(in, at, little);
        int type = ByteOrderTag.clear(word);
        int allowed = (type & ServiceType.REGULAR_MESS) != 0 ? WITH_SERVICE : ServiceType.CONTROL_MESS;
        if ((word ^ type) != (little ? ByteOrderTag.LITTLE_ENDIAN : 0)
                || Integer.bitCount(type & KINDS) != 1
                || (type & ~allowed) != 0) {
            return Reason.BAD_MESSAGE_TYPE;
        }
        if (!isSender(session, in, at + MessageHeader.PRIVATE_GROUP)) {
            return Reason.BAD_SENDER;
        }
        int groups = MessageHeader.numGroups(in, at, little);
        if (groups < 0 || groups > MessageHeader.MAX_GROUPS) {
            return Reason.BAD_GROUP_COUNT;
        }
        if ((type & (ServiceType.JOIN_MESS | ServiceType.LEAVE_MESS)) != 0 && groups != 1) {
            return Reason.BAD_GROUP_COUNT;
        }
        if ((MessageHeader.rawHint(in, at) & ~HINT) != 0) {
            return Reason.BAD_HINT;
        }
        int data = MessageHeader.dataLength(in, at, little);
        if (data < 0 || data > MessageHeader.MAX_PAYLOAD - groups * Name.SLOT) {
            return Reason.BAD_MESSAGE_LENGTH;
        }
        return null;
    }

    /** Length of the message whose checked header is at {@code at}. */
    static int messageLength(ByteBuf in, int at) {
        boolean little = ByteOrderTag.isLittleEndian(in, at);
        return MessageHeader.LENGTH
                + MessageHeader.numGroups(in, at, little) * Name.SLOT
                + MessageHeader.dataLength(in, at, little);
    }

    /** Makes the header at {@code at} little-endian. The hint stays as it came: it tells the receiver the order of the body. */
    static void toLittleEndian(ByteBuf bytes, int at) {
        int type = MessageHeader.type(bytes, at, false);
        int groups = MessageHeader.numGroups(bytes, at, false);
        int data = MessageHeader.dataLength(bytes, at, false);
        bytes.setIntLE(at + MessageHeader.TYPE, type | ByteOrderTag.LITTLE_ENDIAN);
        bytes.setIntLE(at + MessageHeader.NUM_GROUPS, groups);
        bytes.setIntLE(at + MessageHeader.DATA_LENGTH, data);
    }

    /** True if the slot at {@code at} ends in a NUL and has only zeros behind the first. */
    static boolean isCleanSlot(ByteBuf in, int at) {
        boolean ended = false;
        for (int i = 0; i < Name.SLOT; i += Long.BYTES) {
            long word = in.getLongLE(at + i);
            if (ended) {
                if (word != 0) {
                    return false;
                }
                continue;
            }
            long zeros = (word - 0x0101010101010101L) & ~word & 0x8080808080808080L;
            if (zeros != 0) {
                if (word >>> (Long.numberOfTrailingZeros(zeros) - 7) != 0) {
                    return false;
                }
                ended = true;
            }
        }
        return ended;
    }

    /** Zeroes what stands behind the name in the slot at {@code at}; a name without NUL is cut at 31 bytes. */
    static void cleanSlot(ByteBuf bytes, int at) {
        int length = Name.length(bytes, at);
        bytes.setZero(at + length, Name.SLOT - length);
    }

    private static boolean isSender(ClientSession session, ByteBuf in, int at) {
        return session.isCleanSlot(in, at) || session.privateGroup().equals(in, at, Name.length(in, at));
    }
}
