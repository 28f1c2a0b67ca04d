package org.flushspread.flush.kernel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;

/** Session messages as bytes, for tests: decoded into a dispatcher, encoded from what it sends. */
public final class DaemonFrame {
    private DaemonFrame() {}

    /** Hands one message, as a daemon writes it, to a dispatcher. */
    public static void feed(byte[] message, FlushDispatcher into) {
        feed(message, into, 0);
    }

    /** A whole message of the daemon, at this time. */
    public static void feed(byte[] message, FlushDispatcher into, long nowNanos) {
        ByteBuf in = Unpooled.wrappedBuffer(message);
        boolean little = ByteOrderTag.isLittleEndian(in, 0);
        int type = ByteOrderTag.clear(MessageHeader.type(in, 0, little));
        String sender = Name.read(in, MessageHeader.PRIVATE_GROUP).toString();
        int hint = MessageHeader.rawHint(in, 0);
        int count = MessageHeader.numGroups(in, 0, little);
        int length = MessageHeader.dataLength(in, 0, little);
        List<String> groups = names(in, MessageHeader.LENGTH, count);
        int body = MessageHeader.LENGTH + count * Name.SLOT;
        if (ServiceType.isRegular(type)) {
            into.data(
                    type,
                    sender,
                    groups,
                    MessageHeader.messType(hint),
                    MessageHeader.isHintLittleEndian(hint),
                    ByteBuffer.wrap(message, body, length).slice());
        } else if (ServiceType.isRegularMembership(type)) {
            int set = body + 20 + ByteOrderTag.getInt(in, body + 16, little);
            into.membership(
                    sender,
                    Cause.of(type),
                    GroupId.read(in, body, little),
                    groups,
                    names(in, set + 4, ByteOrderTag.getInt(in, set, little)),
                    nowNanos);
        } else if (ServiceType.isTransition(type)) {
            into.transition(sender);
        } else if (ServiceType.isSelfLeave(type)) {
            into.selfLeave(sender);
        } else {
            throw new IllegalArgumentException("type 0x" + Integer.toHexString(type));
        }
    }

    private static List<String> names(ByteBuf in, int at, int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(Name.read(in, at + i * Name.SLOT).toString());
        }
        return names;
    }

    /** The bytes a client would write, in hexadecimal. */
    public static String encode(String sender, Outgoing message, byte[] body) {
        return ByteBufUtil.hexDump(bytes(sender, message, body));
    }

    /** The bytes a client would write. */
    public static byte[] bytes(String sender, Outgoing message, byte[] body) {
        boolean request = (message.type() & ServiceType.CONTROL_MESS) != 0;
        ByteBuf out = Unpooled.buffer();
        MessageHeader.write(
                out,
                message.type(),
                Name.of(sender),
                message.groups().size(),
                request ? ByteOrderTag.LITTLE_ENDIAN : MessageHeader.hint(message.messType()),
                body.length + message.trailer().remaining());
        for (String group : message.groups()) {
            Name.of(group).write(out);
        }
        out.writeBytes(body).writeBytes(message.trailer().duplicate());
        return ByteBufUtil.getBytes(out);
    }
}
