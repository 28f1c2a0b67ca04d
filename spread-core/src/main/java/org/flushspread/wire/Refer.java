package org.flushspread.wire;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * REFER (membership-protocol 2.8): the answer of a daemon that somebody else speaks for.
 *
 * @param procId the sender
 * @param representative who speaks for it
 * @param type SEG_REP or RING_REP
 */
public record Refer(int procId, int representative, Representative.Type type) {
    /** Reads a datagram whose length agrees with its header; null if it is malformed. */
    public static @Nullable Refer read(ByteBuf in, int at, int length) {
        boolean little = ByteOrderTag.isLittleEndian(in, at);
        MembershipId referred = MembershipId.read(in, at + PacketHeader.MEMBERSHIP_ID, little);
        Representative.Type type = Representative.Type.of(referred.time());
        return length != PacketHeader.LENGTH || type == null || type == Representative.Type.POTENTIAL
                ? null
                : new Refer(PacketHeader.procId(in, at, little), referred.procId(), type);
    }

    /** Appends the whole datagram. */
    public void write(ByteBuf out, int confHash) {
        PacketHeader.write(out, PacketType.REFER, procId, procId, representative, type.number(), confHash, 0);
    }
}
