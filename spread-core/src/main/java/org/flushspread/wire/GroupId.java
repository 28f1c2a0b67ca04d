package org.flushspread.wire;

import io.netty.buffer.ByteBuf;

/**
 * The id of one membership of a process group: the daemon membership it was made in and an index that counts changes
 * (groups-protocol 5). Compared for equality only. An emptied and re-created group counts from 1 again, so an id is unique only while the
 * group has members.
 */
public record GroupId(MembershipId membershipId, int index) {
    public static final int LENGTH = MembershipId.LENGTH + 4;
    public static final GroupId NONE = new GroupId(new MembershipId(0, 0), 0);

    public static GroupId read(ByteBuf in, int at, boolean littleEndian) {
        return new GroupId(
                MembershipId.read(in, at, littleEndian),
                ByteOrderTag.getInt(in, at + MembershipId.LENGTH, littleEndian));
    }

    /** Appends the id in little-endian order. */
    public void write(ByteBuf out) {
        membershipId.write(out);
        out.writeIntLE(index);
    }

    @Override
    public String toString() {
        return membershipId + "/" + index;
    }
}
