package org.flushspread.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.Name;

/**
 * The body of a membership message as SP_receive hands it over, lying in one buffer or scattered over several, in this machine's order. A
 * number or name may begin in one piece and end in the next (client-protocol Q15).
 */
final class MembershipBytes {
    private static final int NUM_SETS = GroupId.LENGTH;
    private static final int MY_SET_OFFSET = NUM_SETS + 4;

    private final ByteBuffer[] parts;
    private final int length;

    MembershipBytes(ByteBuffer... parts) {
        this.parts = parts;
        long sum = 0;
        for (ByteBuffer part : parts) {
            sum += part.remaining();
        }
        this.length = (int) Math.min(sum, Integer.MAX_VALUE);
    }

    boolean has(int at, int bytes) {
        return at >= 0 && at <= length - bytes;
    }

    boolean hasGroupId() {
        return has(0, GroupId.LENGTH);
    }

    GroupId groupId() {
        return new GroupId(new MembershipId(getInt(0), getInt(4)), getInt(8));
    }

    /** Number of sets, or -1 if the body cannot hold them. */
    int numSets() {
        if (!has(0, Decoding.SETS)) {
            return -1;
        }
        int sets = getInt(NUM_SETS);
        return sets < 0 || sets > (length - Decoding.SETS) / 4 ? -1 : sets;
    }

    /** Where the number of members of the local set stands, or -1 if that is outside. */
    int mySetAt() {
        int at = getInt(MY_SET_OFFSET);
        return at >= 0 && at <= length - Decoding.SETS - 4 ? Decoding.SETS + at : -1;
    }

    /**
     * Fills in the set whose number of members stands at {@code at}.
     *
     * @return where the next set begins, or -1 if this one does not lie in the body
     */
    int set(int at, VsSetInfo out) {
        if (!has(at, 4)) {
            return -1;
        }
        int members = getInt(at);
        if (members < 0 || members > (length - at - 4) / Name.SLOT) {
            return -1;
        }
        out.num_members = members;
        out.members_offset = at + 4;
        return at + 4 + members * Name.SLOT;
    }

    String name(int at) {
        byte[] name = new byte[Name.MAX_LENGTH];
        int used = 0;
        while (used < name.length && get(at + used) != 0) {
            name[used] = get(at + used);
            used++;
        }
        return new String(name, 0, used, StandardCharsets.ISO_8859_1);
    }

    private int getInt(int at) {
        int little = (get(at) & 0xff) | (get(at + 1) & 0xff) << 8 | (get(at + 2) & 0xff) << 16 | get(at + 3) << 24;
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? little : Integer.reverseBytes(little);
    }

    private byte get(int at) {
        int left = at;
        for (ByteBuffer part : parts) {
            if (left < part.remaining()) {
                return part.get(part.position() + left);
            }
            left -= part.remaining();
        }
        throw new IndexOutOfBoundsException(at);
    }
}
