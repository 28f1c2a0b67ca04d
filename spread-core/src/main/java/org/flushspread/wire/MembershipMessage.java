package org.flushspread.wire;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The membership messages a daemon makes for its clients (client-protocol 5.2 to 5.4): regular view, transition, self-leave. Written
 * little-endian; {@link MembershipBody} and {@link #transition} read the bodies in either order.
 */
public final class MembershipMessage {
    private MembershipMessage() {}

    /** Bytes of a view. */
    public static int viewLength(int members, MembershipBody body) {
        return MessageHeader.LENGTH + Name.SLOT * members + body.length();
    }

    /** Index of the body of a view written at {@code at}. */
    public static int bodyIndex(int at, int members) {
        return at + MessageHeader.LENGTH + Name.SLOT * members;
    }

    /**
     * Appends a view.
     *
     * @param cause one of the four CAUSED_BY bits
     * @param members in member order
     */
    public static void writeView(ByteBuf out, int cause, Name group, List<Name> members, MembershipBody body) {
        write(out, ServiceType.REG_MEMB_MESS | cause, group, members.size(), body.length());
        for (Name member : members) {
            member.write(out);
        }
        body.write(out);
    }

    /** Appends a transition; {@code id} is that of the view the receiver has (groups-protocol 4.3). */
    public static void writeTransition(ByteBuf out, Name group, GroupId id) {
        write(out, ServiceType.TRANSITION_MESS, group, 0, GroupId.LENGTH);
        id.write(out);
    }

    /** The group id in the body of a transition, or null if the body is too short. */
    public static @Nullable GroupId transition(ByteBuf in, int at, int length, boolean littleEndian) {
        return length < GroupId.LENGTH ? null : GroupId.read(in, at, littleEndian);
    }

    /** Appends the message that tells a client that it has left. */
    public static void writeSelfLeave(ByteBuf out, Name group) {
        write(out, ServiceType.CAUSED_BY_LEAVE, group, 0, 0);
    }

    private static void write(ByteBuf out, int type, Name group, int numGroups, int dataLength) {
        MessageHeader.write(out, type, group, numGroups, ByteOrderTag.LITTLE_ENDIAN, dataLength);
    }
}
