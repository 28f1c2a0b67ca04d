package org.flushspread.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.flushspread.kernel.base.Message;
import org.flushspread.wire.GroupsMessage.DaemonEntry;
import org.flushspread.wire.GroupsMessage.GroupEntry;

/** What a daemon on a big-endian machine would put on the wire (ring-protocol 2): the same datagrams in its own byte order. */
public final class BigEndian {
    private BigEndian() {}

    /**
     * Turns a datagram of one of our daemons. Messages keep the byte order of the daemon where their sender is connected, whoever sends
     * the packet again: only those that originate at the sender of the datagram are turned too.
     *
     * @return {@code datagram} itself if it is big-endian already, as forwarded ones may be
     */
    public static byte[] datagram(byte[] datagram, boolean token) {
        ByteBuf in = Unpooled.copiedBuffer(datagram);
        if (!ByteOrderTag.isLittleEndian(in, 0)) {
            return datagram;
        }
        int type = ByteOrderTag.clear(in.getIntLE(PacketHeader.TYPE));
        if (token) {
            turnToken(in, type);
        } else {
            turnPacket(in, type);
        }
        in.setInt(PacketHeader.TYPE, type);
        return in.array();
    }

    /** The little-endian message that was turned into {@code message}. */
    public static Message back(Message message) {
        ByteBuf out = Unpooled.buffer(message.length());
        GroupsMessage groups = (message.type() & ServiceType.GROUPS_MESS) == 0
                ? null
                : GroupsMessage.decode(message.bytes(), message.index(), message.length());
        if (groups != null) {
            groups.write(out);
        } else {
            out.writeBytes(message.bytes(), message.index(), message.length());
            out.setIntLE(0, message.type() | ByteOrderTag.LITTLE_ENDIAN);
            ints(out, MessageHeader.NUM_GROUPS, 1);
            ints(out, MessageHeader.DATA_LENGTH, 1);
        }
        return new Message().set(out, 0, message.length(), message.originator());
    }

    private static void turnToken(ByteBuf in, int type) {
        int rings = 0;
        if ((type & PacketType.FORM) != 0) {
            int body = TokenHeader.LENGTH;
            shorts(in, body, 2);
            ints(in, body + 4, MembersInfo.SLOTS);
            rings = body + MembersInfo.FIXED_LENGTH;
            if ((type & PacketType.FORM1) != 0) {
                turnReps(in, rings, RepsInfo.SLOTS);
                rings += RepsInfo.FIXED_LENGTH;
            } else {
                ints(in, rings, 2);
                rings += MembershipId.LENGTH;
            }
        }
        if (rings > 0) {
            turnRings(in, rings);
        } else {
            turnRequests(in);
        }
        ints(in, TokenHeader.TRANSMITTER, 7);
        shorts(in, TokenHeader.FLOW_CONTROL, 2);
        ints(in, TokenHeader.CONF_HASH, 1);
    }

    private static void turnRings(ByteBuf in, int at) {
        int count = in.getIntLE(at);
        ints(in, at, 1);
        int ring = at + 4;
        for (int i = 0; i < count; i++) {
            int ids = in.getIntLE(ring + 20) + in.getShortLE(ring + 24);
            ints(in, ring, 6);
            shorts(in, ring + 24, 2);
            ints(in, ring + 28, ids);
            ring += 28 + 4 * ids;
        }
    }

    private static void turnRequests(ByteBuf in) {
        for (int at = TokenHeader.LENGTH; at < in.writerIndex(); ) {
            int count = in.getShortLE(at + 14);
            ints(in, at, 3);
            shorts(in, at + 12, 2);
            ints(in, at + 16, count);
            at += 16 + 4 * count;
        }
    }

    private static void turnPacket(ByteBuf in, int type) {
        int body = PacketHeader.LENGTH;
        if ((type & PacketType.MEMBERSHIP) != 0) {
            turnMembership(in, type, body);
        } else if ((type & PacketType.REGULAR) != 0) {
            boolean own = in.getIntLE(PacketHeader.TRANSMITTER) == in.getIntLE(PacketHeader.PROC_ID);
            int length = in.getShortLE(PacketHeader.FRAGMENT_LENGTH);
            int index = in.getShortLE(PacketHeader.FRAGMENT_INDEX);
            int end = body + in.getShortLE(PacketHeader.DATA_LENGTH);
            for (int at = body; ; ) {
                // The packet that calls the leader of a ring (membership-protocol 6.8) carries no message.
                if (own && Math.abs(index) == 1 && length >= MessageHeader.LENGTH) {
                    turnMessage(in, at, length, index == -1);
                }
                at += length;
                if (at >= end) {
                    break;
                }
                at = body + (at - body + 3) / 4 * 4;
                index = in.getShortLE(at);
                length = in.getShortLE(at + 2);
                shorts(in, at, 2);
                at += PacketHeader.FRAGMENT_HEADER;
            }
        }
        ints(in, PacketHeader.TRANSMITTER, 7);
        shorts(in, PacketHeader.DATA_LENGTH, 4);
    }

    private static void turnMembership(ByteBuf in, int type, int body) {
        if ((type & PacketType.REFER) == 0) {
            int members = in.getShortLE(body);
            shorts(in, body, 2);
            ints(in, body + 4, members);
            int reps = body + 4 + 4 * members;
            if ((type & PacketType.JOIN) != 0) {
                turnReps(in, reps, in.getShortLE(reps));
            }
        }
    }

    private static void turnReps(ByteBuf in, int at, int count) {
        shorts(in, at, 2);
        for (int i = 0; i < count; i++) {
            ints(in, at + 4 + 8 * i, 1);
            shorts(in, at + 8 + 8 * i, 2);
        }
    }

    /** The header of a message, and the whole of a GROUPS message that fits one packet. The hint is the client's, not the daemon's. */
    private static void turnMessage(ByteBuf in, int at, int length, boolean whole) {
        if (!ByteOrderTag.isLittleEndian(in, at)) {
            return;
        }
        int type = ByteOrderTag.clear(in.getIntLE(at));
        if ((type & ServiceType.GROUPS_MESS) != 0) {
            GroupsMessage groups = whole ? GroupsMessage.decode(in, at, length) : null;
            if (groups != null) {
                in.setBytes(at, groups(groups));
            }
            return;
        }
        in.setInt(at, type);
        ints(in, at + MessageHeader.NUM_GROUPS, 1);
        ints(in, at + MessageHeader.DATA_LENGTH, 1);
    }

    /** The image of a GROUPS message (groups-protocol 8). */
    static byte[] groups(GroupsMessage message) {
        ByteBuf out = Unpooled.buffer();
        out.writeInt(ServiceType.GROUPS_MESS | (message.last() ? ServiceType.AGREED_MESS : ServiceType.RELIABLE_MESS));
        Name.of(message.daemon()).write(out);
        out.setInt(32, message.syncedSetSize());
        out.writeInt(0).writeInt(0).writeInt(message.length() - MessageHeader.LENGTH);
        membershipId(out, message.membershipId());
        out.writeByte(message.syncedSet().isEmpty() ? 0 : 1);
        if (!message.syncedSet().isEmpty()) {
            out.writeInt(message.syncedSet().size());
            message.syncedSet().forEach(out::writeInt);
        }
        for (GroupEntry group : message.groups()) {
            group.name().write(out);
            membershipId(out, group.id().membershipId());
            out.writeInt(group.id().index());
            out.writeShort(group.changed() ? 1 : 0).writeShort(group.daemons().size());
            for (DaemonEntry each : group.daemons()) {
                out.writeInt(each.procId());
                membershipId(out, each.membershipId());
                out.writeShort(each.members().size());
                each.members().forEach(member -> member.write(out));
            }
        }
        byte[] image = new byte[out.readableBytes()];
        out.readBytes(image);
        return image;
    }

    private static void membershipId(ByteBuf out, MembershipId id) {
        out.writeInt(id.procId()).writeInt(id.time());
    }

    private static void ints(ByteBuf in, int at, int count) {
        for (int i = 0; i < count; i++) {
            in.setInt(at + 4 * i, in.getIntLE(at + 4 * i));
        }
    }

    private static void shorts(ByteBuf in, int at, int count) {
        for (int i = 0; i < count; i++) {
            in.setShort(at + 2 * i, in.getShortLE(at + 2 * i));
        }
    }
}
