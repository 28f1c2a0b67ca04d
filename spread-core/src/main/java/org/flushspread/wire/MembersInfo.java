package org.flushspread.wire;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code members_info} (membership-protocol 2.4).
 *
 * @param members those counted by {@code num_members}
 * @param pending those counted by {@code num_pending}; FORM tokens only
 */
record MembersInfo(List<Integer> members, List<Integer> pending) {
    static final int SLOTS = 128;
    private static final int HEADER = 4;
    /** Length in FORM tokens. */
    static final int FIXED_LENGTH = HEADER + 4 * SLOTS;

    /** Reads the variable form of ALIVE and JOIN; null if it does not fit. {@code num_pending} is not looked at. */
    static @Nullable MembersInfo readVariable(ByteBuf in, int at, int available, boolean little) {
        if (available < HEADER) {
            return null;
        }
        int count = ByteOrderTag.getShort(in, at, little);
        if (count < 0 || count > SLOTS || available < HEADER + 4 * count) {
            return null;
        }
        return new MembersInfo(readIds(in, at + HEADER, count, little), List.of());
    }

    /** Reads the fixed form of FORM tokens, whose {@link #FIXED_LENGTH} bytes are there; null if the counts are wrong. */
    static @Nullable MembersInfo readFixed(ByteBuf in, int at, boolean little) {
        int members = ByteOrderTag.getShort(in, at, little);
        int pending = ByteOrderTag.getShort(in, at + 2, little);
        if (members < 0 || pending < 0 || members + pending > SLOTS) {
            return null;
        }
        return new MembersInfo(
                readIds(in, at + HEADER, members, little), readIds(in, at + HEADER + 4 * members, pending, little));
    }

    static List<Integer> readIds(ByteBuf in, int at, int count, boolean little) {
        List<Integer> ids = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ids.add(ByteOrderTag.getInt(in, at + 4 * i, little));
        }
        return List.copyOf(ids);
    }

    static void writeIds(ByteBuf out, List<Integer> ids) {
        for (int id : ids) {
            out.writeIntLE(id);
        }
    }

    /** Bytes of the variable form. */
    int length() {
        return HEADER + 4 * members.size();
    }

    void writeVariable(ByteBuf out) {
        out.writeShortLE(members.size());
        out.writeShortLE(0);
        writeIds(out, members);
    }

    void writeFixed(ByteBuf out) {
        out.writeShortLE(members.size());
        out.writeShortLE(pending.size());
        writeIds(out, members);
        writeIds(out, pending);
        out.writeZero(4 * (SLOTS - members.size() - pending.size()));
    }
}
