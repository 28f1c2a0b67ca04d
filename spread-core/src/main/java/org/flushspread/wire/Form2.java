package org.flushspread.wire;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * FORM2 (membership-protocol 2.10): travels once around the new ring and starts it.
 *
 * @param transmitter who sent this datagram; {@code proc_id} of the header is the same
 * @param id the form id, as in FORM1
 * @param fence a number above every sequence number of the old rings
 * @param visited members that have read it, in configuration order
 * @param pending members that have not, in configuration order
 * @param newId id of the new ring; meaningless while nobody was visited
 * @param rings old rings, 1 to 20
 */
public record Form2(
        int transmitter,
        MembershipId id,
        int fence,
        List<Integer> visited,
        List<Integer> pending,
        MembershipId newId,
        List<RingInfo> rings) {
    /** What stands in place of the new id before it is known. */
    public static final MembershipId NO_ID = new MembershipId(0, 0);

    private static final int FIXED = MembersInfo.FIXED_LENGTH + MembershipId.LENGTH;

    public Form2 {
        visited = List.copyOf(visited);
        pending = List.copyOf(pending);
        rings = List.copyOf(rings);
    }

    /** Reads a whole datagram of at least a header; null if it is malformed. */
    public static @Nullable Form2 read(ByteBuf in, int at, int length) {
        boolean little = ByteOrderTag.isLittleEndian(in, at);
        int body = at + TokenHeader.LENGTH;
        if (length < TokenHeader.LENGTH + FIXED || !FormToken.lengthAgrees(in, at, length, little)) {
            return null;
        }
        MembersInfo members = MembersInfo.readFixed(in, body, little);
        List<RingInfo> rings = FormToken.readRings(in, body + FIXED, at + length, 1, little);
        return members == null || rings == null
                ? null
                : new Form2(
                        TokenHeader.transmitter(in, at, little),
                        MembershipId.read(in, at + TokenHeader.MEMBERSHIP_ID, little),
                        TokenHeader.sequence(in, at, little),
                        members.members(),
                        members.pending(),
                        MembershipId.read(in, body + MembersInfo.FIXED_LENGTH, little),
                        rings);
    }

    /** Bytes of the datagram. */
    public int length() {
        return TokenHeader.LENGTH + bodyLength();
    }

    /** Appends the whole datagram. */
    public void write(ByteBuf out, int confHash) {
        TokenHeader.write(out, PacketType.FORM2, transmitter, id, fence, bodyLength(), confHash);
        new MembersInfo(visited, pending).writeFixed(out);
        newId.write(out);
        FormToken.writeRings(out, rings);
    }

    private int bodyLength() {
        return FIXED + FormToken.ringsLength(rings);
    }
}
