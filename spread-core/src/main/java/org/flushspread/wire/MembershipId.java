package org.flushspread.wire;

import io.netty.buffer.ByteBuf;

/**
 * The id of a daemon membership (of a ring): its leader when it was formed, and a time in seconds (membership-protocol 8). Compared for
 * equality only; the order is used by group views alone (groups-protocol 2.1).
 *
 * @param procId IPv4 address of the leader as a number, 127.0.0.1 = 0x7f000001
 * @param time seconds since 1970 as a word of 32 bits without a sign, negative here from 2038 on; -1 in the id of a daemon that has had
 *     no ring yet
 */
public record MembershipId(int procId, int time) {
    public static final int LENGTH = 8;

    public static MembershipId read(ByteBuf in, int at, boolean littleEndian) {
        return new MembershipId(
                ByteOrderTag.getInt(in, at, littleEndian), ByteOrderTag.getInt(in, at + 4, littleEndian));
    }

    /** Appends the id in little-endian order. */
    public void write(ByteBuf out) {
        out.writeIntLE(procId);
        out.writeIntLE(time);
    }

    /** True if the id stands at {@code at}; allocates nothing. */
    public boolean equals(ByteBuf in, int at, boolean littleEndian) {
        return ByteOrderTag.getInt(in, at, littleEndian) == procId
                && ByteOrderTag.getInt(in, at + 4, littleEndian) == time;
    }

    @Override
    public String toString() {
        return Addresses.text(procId) + "/" + (time == -1 ? "-1" : Integer.toUnsignedString(time));
    }
}
