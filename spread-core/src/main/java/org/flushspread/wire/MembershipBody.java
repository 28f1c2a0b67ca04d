package org.flushspread.wire;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of a regular membership message (REG_MEMB_MESS): which view it is and who came into it together (client-protocol 5.2,
 * groups-protocol 4.1 and 4.2). The members themselves are the group slots of the message.
 *
 * <p>In a view caused by join, leave or disconnect there is one set, with the one member the event is about. In a view caused by the
 * network there is one set for each previous membership that members came from.
 *
 * @param groupId id of the view
 * @param vsSets at least one; a set may be empty
 * @param localVsSet index of the set that the receiver belongs to; 0 for views with one set
 */
public record MembershipBody(GroupId groupId, List<List<Name>> vsSets, int localVsSet) {
    private static final int NUM_VS_SETS = GroupId.LENGTH;
    private static final int LOCAL_OFFSET = GroupId.LENGTH + 4;
    private static final int SETS = GroupId.LENGTH + 8;

    /**
     * A body.
     *
     * @throws IllegalArgumentException if {@code localVsSet} names none of the sets
     */
    public MembershipBody {
        vsSets = vsSets.stream().map(List::copyOf).toList();
        if (localVsSet < 0 || localVsSet >= vsSets.size()) {
            throw new IllegalArgumentException(
                    "local vs set " + localVsSet + " is none of the " + vsSets.size() + " sets");
        }
    }

    /** The body of a view caused by join, leave or disconnect. */
    public static MembershipBody about(GroupId groupId, Name subject) {
        return new MembershipBody(groupId, List.of(List.of(subject)), 0);
    }

    /** The members that came together with the receiver, or the subject of a join, leave or disconnect. */
    public List<Name> local() {
        return vsSets.get(localVsSet);
    }

    /** Bytes of the body. */
    public int length() {
        return SETS + offset(vsSets.size());
    }

    /** Byte offset of the receiver's set behind the fixed part ({@code local_vs_set_offset}). */
    public int localOffset() {
        return offset(localVsSet);
    }

    /** Appends the body, little-endian. */
    public void write(ByteBuf out) {
        groupId.write(out);
        out.writeIntLE(vsSets.size());
        out.writeIntLE(localOffset());
        for (List<Name> set : vsSets) {
            out.writeIntLE(set.size());
            for (Name member : set) {
                member.write(out);
            }
        }
    }

    /** Changes the receiver's set in a body written at {@code at}. */
    public void setLocal(ByteBuf written, int at, int index) {
        written.setIntLE(at + LOCAL_OFFSET, offset(index));
    }

    /**
     * Decodes a body.
     *
     * @param length bytes of the body ({@code data_len})
     * @param littleEndian the byte order of the message header
     * @return null if the sets do not fill the body exactly, or the receiver's offset is not the beginning of one
     */
    public static @Nullable MembershipBody decode(ByteBuf in, int at, int length, boolean littleEndian) {
        if (length < SETS) {
            return null;
        }
        int count = ByteOrderTag.getInt(in, at + NUM_VS_SETS, littleEndian);
        int localOffset = ByteOrderTag.getInt(in, at + LOCAL_OFFSET, littleEndian);
        if (count < 1 || count > (length - SETS) / 4) {
            return null;
        }
        List<List<Name>> sets = new ArrayList<>(count);
        int local = -1;
        int next = SETS;
        for (int i = 0; i < count; i++) {
            if (length - next < 4) {
                return null;
            }
            if (next - SETS == localOffset) {
                local = i;
            }
            int members = ByteOrderTag.getInt(in, at + next, littleEndian);
            next += 4;
            if (members < 0 || members > (length - next) / Name.SLOT) {
                return null;
            }
            List<Name> set = new ArrayList<>(members);
            for (int j = 0; j < members; j++, next += Name.SLOT) {
                set.add(Name.read(in, at + next));
            }
            sets.add(set);
        }
        if (next != length || local < 0) {
            return null;
        }
        return new MembershipBody(GroupId.read(in, at, littleEndian), sets, local);
    }

    private int offset(int index) {
        int offset = 0;
        for (int i = 0; i < index; i++) {
            offset += 4 + Name.SLOT * vsSets.get(i).size();
        }
        return offset;
    }
}
