package org.flushspread.kernel.session;

import io.netty.buffer.ByteBuf;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.jspecify.annotations.Nullable;

/** The checks on the header of every message from a client, and the cleaning of its name slots. */
final class RequestHeader {
    private static final int KINDS = ServiceType.REGULAR_MESS | ServiceType.CONTROL_MESS;
    /** Bits by which daemons talk about groups and rejects: with them a data message does harm at daemons (client-protocol 3.3). */
    private static final int NOT_FOR_CLIENTS = ServiceType.GROUPS_MESS | ServiceType.REJECT_MESS;

    private static final int HINT = 0x80ffff80;

    private RequestHeader() {}

    /**
     * The rule that the header at {@code at} breaks so that the session cannot go on, or null. The rules of client-protocol 4.2 in its
     * order, and a length no C daemon chokes on (Q4).
     */
    static @Nullable Reason violation(ClientSession session, ByteBuf in, int at, int maxPayload) {
        boolean little = ByteOrderTag.isLittleEndian(in, at);
        if (Integer.bitCount(MessageHeader.type(in, at, little) & KINDS) != 1) {
            return Reason.BAD_MESSAGE_TYPE;
        }
        if (!isSender(session, in, at + MessageHeader.PRIVATE_GROUP)) {
            return Reason.BAD_SENDER;
        }
        int groups = MessageHeader.numGroups(in, at, little);
        if (groups < 0 || groups > MessageHeader.MAX_GROUPS) {
            return Reason.BAD_GROUP_COUNT;
        }
        if ((MessageHeader.rawHint(in, at) & ~HINT) != 0) {
            return Reason.BAD_HINT;
        }
        int data = MessageHeader.dataLength(in, at, little);
        if (data < 0 || data > maxPayload - groups * Name.SLOT) {
            return Reason.BAD_MESSAGE_LENGTH;
        }
        return null;
    }

    /** The rule that this data type breaks so that the message is returned to its sender, or null (Q2, Q3). */
    static @Nullable Reason returned(int type) {
        return (type & NOT_FOR_CLIENTS) == 0 ? null : Reason.BAD_MESSAGE_TYPE;
    }

    /** True if a data type claims something about memberships, which only daemons may (Q18); the claim is taken off. */
    static boolean isForged(int type) {
        return (type & ServiceType.MEMBERSHIP_MESS) != 0;
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

    /** Takes off what {@link #isForged} sees; the header is little-endian. */
    static void takeOffForgery(ByteBuf bytes, int at) {
        bytes.setIntLE(at + MessageHeader.TYPE, MessageHeader.type(bytes, at, true) & ~ServiceType.MEMBERSHIP_MESS);
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
