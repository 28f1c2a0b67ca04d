package org.flushspread.kernel.session;

import io.netty.buffer.ByteBuf;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;

/** What a client hears of a message that goes no further (client-protocol 4.2 and 5.5). */
final class Rejections {
    private final Context context;
    private final LifeCycle life;
    private final Deliveries deliveries;

    Rejections(Context context, LifeCycle life, Deliveries deliveries) {
        this.context = context;
        this.life = life;
        this.deliveries = deliveries;
    }

    /** The session asks for more than there is; the others see a disconnect. */
    void violated(ClientSession session, Reason why) {
        violated(session, why, 0);
    }

    /** A message of this type broke a rule; the others see a disconnect (client-protocol 4.2). */
    void violated(ClientSession session, Reason why, int type) {
        context.refuse(why, session.toString());
        lastReject(session, type);
        life.lost(session, why);
    }

    /**
     * Tells a client why its session ends, as far as the protocol can: a reject that carries the type of what it sent, and nothing else
     * (client-protocol 4.2). A client that is not reading hears nothing.
     */
    private void lastReject(ClientSession session, int oldType) {
        if (!session.writable || session.ended) {
            return;
        }
        ByteBuf out = deliveries.lastWords(session, MessageHeader.LENGTH + Integer.BYTES + Name.SLOT);
        MessageHeader.write(out, ServiceType.REJECT_MESS, session.privateGroup(), 1, MessageHeader.hint((short) 0), 0);
        out.writeIntLE(oldType | ByteOrderTag.LITTLE_ENDIAN);
        session.privateGroup().write(out);
        session.output.writeTo(context.ports(), session);
    }

    /**
     * Returns a denied message to its sender (client-protocol 5.5). One with SELF_DISCARD vanishes, as at a C daemon: its sender asked not
     * to be sent it (Q9).
     */
    void reject(ClientSession session, int oldType, ByteBuf in, int at, int length) {
        if ((oldType & ServiceType.SELF_DISCARD) != 0) {
            return;
        }
        boolean little = ByteOrderTag.isLittleEndian(in, at);
        int count = MessageHeader.numGroups(in, at, little);
        int kept = Math.min(count, MessageHeader.MAX_GROUPS - 1);
        int data = MessageHeader.dataLength(in, at, little);
        ByteBuf out = deliveries.room(session, MessageHeader.LENGTH + Integer.BYTES + (kept + 1) * Name.SLOT + data);
        if (out == null) {
            return;
        }
        MessageHeader.write(
                out, ServiceType.REJECT_MESS, session.privateGroup(), kept + 1, MessageHeader.rawHint(in, at), data);
        out.writeIntLE(oldType | ByteOrderTag.LITTLE_ENDIAN);
        int slots = out.writerIndex();
        out.writeBytes(in, at + MessageHeader.LENGTH, kept * Name.SLOT);
        for (int i = 0; i < kept; i++) {
            RequestHeader.cleanSlot(out, slots + i * Name.SLOT);
        }
        session.privateGroup().write(out);
        out.writeBytes(in, at + length - data, data);
    }
}
