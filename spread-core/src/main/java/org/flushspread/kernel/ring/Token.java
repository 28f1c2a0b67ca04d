package org.flushspread.kernel.ring;

import io.netty.buffer.ByteBuf;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.TokenHeader;

/** The header fields of a regular token (ring-protocol 5). */
final class Token {
    int arq;
    int retrans;
    int sequence;
    int aru;
    int aruLastId;
    int flowControl;

    void read(ByteBuf in, int index, boolean little) {
        int type = TokenHeader.type(in, index, little);
        arq = (type & PacketType.ARQ_MASK) >>> PacketType.ARQ_SHIFT;
        retrans = (type & PacketType.RETRANS_MASK) >>> PacketType.RETRANS_SHIFT;
        sequence = TokenHeader.sequence(in, index, little);
        aru = TokenHeader.aru(in, index, little);
        aruLastId = TokenHeader.aruLastId(in, index, little);
        flowControl = Math.max(0, TokenHeader.flowControl(in, index, little));
    }

    void set(Token other) {
        arq = other.arq;
        retrans = other.retrans;
        sequence = other.sequence;
        aru = other.aru;
        aruLastId = other.aruLastId;
        flowControl = other.flowControl;
    }

    void clear() {
        arq = 0;
        retrans = 0;
        sequence = 0;
        aru = 0;
        aruLastId = 0;
        flowControl = 0;
    }

    /** The first regular token of a ring (5, last paragraph). */
    void first() {
        clear();
        aru = Integer.MAX_VALUE;
        aruLastId = -1;
    }

    /** Writes the 40 bytes at the front of {@code out}, whose writer index tells the body's length. */
    void write(ByteBuf out, int me, MembershipId ring, int hash) {
        out.setIntLE(
                TokenHeader.TYPE,
                ByteOrderTag.LITTLE_ENDIAN | arq << PacketType.ARQ_SHIFT | retrans << PacketType.RETRANS_SHIFT);
        out.setIntLE(TokenHeader.TRANSMITTER, me);
        out.setIntLE(TokenHeader.PROC_ID, me);
        out.setIntLE(TokenHeader.MEMBERSHIP_ID, ring.procId());
        out.setIntLE(TokenHeader.MEMBERSHIP_ID + 4, ring.time());
        out.setIntLE(TokenHeader.SEQUENCE, sequence);
        out.setIntLE(TokenHeader.ARU, aru);
        out.setIntLE(TokenHeader.ARU_LAST_ID, aruLastId);
        out.setShortLE(TokenHeader.FLOW_CONTROL, flowControl);
        out.setShortLE(TokenHeader.RTR_LENGTH, out.writerIndex() - TokenHeader.LENGTH);
        out.setIntLE(TokenHeader.CONF_HASH, hash);
    }
}
