package org.flushspread.wire;

import io.netty.buffer.ByteBuf;
import java.util.function.IntFunction;

/**
 * The id of a daemon membership (of a ring): its leader when it was formed, and a time in seconds (membership-protocol 8). Compared for
 * equality only; the order is used by group views alone (groups-protocol 2.1).
 *
 * @param procId id of the leader
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

    /** For a person; {@code ids} says what the leader's id looks like. */
    public String text(IntFunction<String> ids) {
        return ids.apply(procId) + "/" + (time == -1 ? "-1" : Integer.toUnsignedString(time));
    }

    @Override
    public String toString() {
        return text(Integer::toUnsignedString);
    }
}
