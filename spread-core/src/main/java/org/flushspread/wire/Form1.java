package org.flushspread.wire;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * FORM1 (membership-protocol 2.9): visits every daemon that shall be in the new ring and collects what is known of the old ones.
 *
 * @param transmitter who sent this datagram; {@code proc_id} of the header is the same
 * @param id the form id: creator and time; not the id of a ring
 * @param fence the highest {@code highestSequence} + 3333 so far
 * @param visited members in visiting order, the creator first unless it leaves (6.8)
 * @param pending members still to visit before the next representative
 * @param reps representatives in visiting order, the creator first unless it leaves
 * @param repIndex of the next representative to visit
 * @param rings old rings of those visited, up to 20
 */
public record Form1(
        int transmitter,
        MembershipId id,
        int fence,
        List<Integer> visited,
        List<Integer> pending,
        List<Representative> reps,
        int repIndex,
        List<RingInfo> rings) {
    public static final int MAX_RINGS = FormToken.MAX_RINGS;
    public static final int MAX_REPRESENTATIVES = RepsInfo.SLOTS;

    private static final int FIXED = MembersInfo.FIXED_LENGTH + RepsInfo.FIXED_LENGTH;

    public Form1 {
        visited = List.copyOf(visited);
        pending = List.copyOf(pending);
        reps = List.copyOf(reps);
        rings = List.copyOf(rings);
    }

    /** Reads a whole datagram of at least a header; null if it is malformed. */
    public static @Nullable Form1 read(ByteBuf in, int at, int length) {
        boolean little = ByteOrderTag.isLittleEndian(in, at);
        int body = at + TokenHeader.LENGTH;
        if (length < TokenHeader.LENGTH + FIXED || !FormToken.lengthAgrees(in, at, length, little)) {
            return null;
        }
        MembersInfo members = MembersInfo.readFixed(in, body, little);
        RepsInfo reps = RepsInfo.read(in, body + MembersInfo.FIXED_LENGTH, RepsInfo.FIXED_LENGTH, little);
        List<RingInfo> rings = FormToken.readRings(in, body + FIXED, at + length, 0, little);
        return members == null || reps == null || rings == null
                ? null
                : new Form1(
                        TokenHeader.transmitter(in, at, little),
                        MembershipId.read(in, at + TokenHeader.MEMBERSHIP_ID, little),
                        TokenHeader.sequence(in, at, little),
                        members.members(),
                        members.pending(),
                        reps.reps(),
                        reps.repIndex(),
                        rings);
    }

    /** True if the body can be expressed: its length is a signed 16-bit number. */
    public boolean fits() {
        return bodyLength() <= FormToken.MAX_BODY;
    }

    /** Bytes of the datagram. */
    public int length() {
        return TokenHeader.LENGTH + bodyLength();
    }

    /** Appends the whole datagram; only if it {@link #fits}. */
    public void write(ByteBuf out, int confHash) {
        TokenHeader.write(out, PacketType.FORM1, transmitter, id, fence, bodyLength(), confHash);
        new MembersInfo(visited, pending).writeFixed(out);
        new RepsInfo(reps, repIndex).writeFixed(out);
        FormToken.writeRings(out, rings);
    }

    private int bodyLength() {
        return FIXED + FormToken.ringsLength(rings);
    }
}
