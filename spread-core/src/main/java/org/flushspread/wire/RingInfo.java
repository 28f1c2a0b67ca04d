package org.flushspread.wire;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a FORM token says about one old ring (membership-protocol 2.11).
 *
 * @param id the old ring; {@code (self, -1)} of a daemon that never had one
 * @param transTime time part of the transitional membership id for those who come from this ring, 0 while unset
 * @param aru the highest sequence number known to be held by all its members
 * @param highestSequence the highest one any visited member knows
 * @param holes sequence numbers in (aru, highestSequence] that no visited member holds, ascending, at most 1600
 * @param numTrans how many of {@code procs} were visited in this FORM
 * @param procs the visited members in visiting order, then the rest of the obligation set
 */
public record RingInfo(
        MembershipId id,
        int transTime,
        int aru,
        int highestSequence,
        List<Integer> holes,
        int numTrans,
        List<Integer> procs) {
    public static final int MAX_HOLES = 1600;
    /** Members and obligation set together. */
    public static final int MAX_PROCS = 128;

    private static final int FIXED = 28;

    public RingInfo {
        holes = List.copyOf(holes);
        procs = List.copyOf(procs);
    }

    /** The members that come along, in visiting order. */
    public List<Integer> trans() {
        return procs.subList(0, numTrans);
    }

    public RingInfo withTransTime(int time) {
        return new RingInfo(id, time, aru, highestSequence, holes, numTrans, procs);
    }

    /** Reads one ring out of {@code available} bytes; null if a count is out of range or does not fit. */
    static @Nullable RingInfo read(ByteBuf in, int at, int available, boolean little) {
        if (available < FIXED) {
            return null;
        }
        int holes = ByteOrderTag.getInt(in, at + 20, little);
        int commit = ByteOrderTag.getShort(in, at + 24, little);
        int trans = ByteOrderTag.getShort(in, at + 26, little);
        if (holes < 0 || holes > MAX_HOLES || trans < 1 || commit < trans || commit > MAX_PROCS) {
            return null;
        }
        if (available < FIXED + 4 * (holes + commit)) {
            return null;
        }
        return new RingInfo(
                MembershipId.read(in, at, little),
                ByteOrderTag.getInt(in, at + 8, little),
                ByteOrderTag.getInt(in, at + 12, little),
                ByteOrderTag.getInt(in, at + 16, little),
                MembersInfo.readIds(in, at + FIXED, holes, little),
                trans,
                MembersInfo.readIds(in, at + FIXED + 4 * holes, commit, little));
    }

    int length() {
        return FIXED + 4 * (holes.size() + procs.size());
    }

    void write(ByteBuf out) {
        id.write(out);
        out.writeIntLE(transTime);
        out.writeIntLE(aru);
        out.writeIntLE(highestSequence);
        out.writeIntLE(holes.size());
        out.writeShortLE(procs.size());
        out.writeShortLE(numTrans);
        MembersInfo.writeIds(out, holes);
        MembersInfo.writeIds(out, procs);
    }
}
