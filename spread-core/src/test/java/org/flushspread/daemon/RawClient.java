package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.flushspread.Wait;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;

/** The bytes of a client without a library in between, that may say anything. */
final class RawClient {
    /** The authentication methods a daemon offers by default. */
    static final byte[] LIST = {5, 'N', 'U', 'L', 'L', ' '};

    private RawClient() {}

    static void write(SocketChannel to, byte[] bytes) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes);
        while (out.hasRemaining()) {
            to.write(out);
        }
    }

    /** Reads until so many bytes are there, the other side ends, or the time is over. */
    static String read(SocketChannel from, int count) throws IOException {
        from.configureBlocking(false);
        ByteBuffer in = ByteBuffer.allocate(count);
        boolean[] ended = {false};
        Wait.until("bytes or the end", () -> {
            try {
                ended[0] = from.read(in) < 0;
            } catch (IOException reset) {
                ended[0] = true;
            }
            return ended[0] || !in.hasRemaining();
        });
        from.configureBlocking(true);
        return ByteBufUtil.hexDump(in.array(), 0, in.position());
    }

    /** Connects as a member that wants membership messages. */
    static void handshake(SocketChannel client, String name) throws IOException {
        ByteBuf request = Unpooled.buffer().writeInt(0x04040001).writeByte(name.length());
        request.writeCharSequence(name, StandardCharsets.US_ASCII);
        write(client, ByteBufUtil.getBytes(request));
        read(client, LIST.length);
        byte[] choice = new byte[90];
        System.arraycopy(LIST, 1, choice, 0, 4);
        write(client, choice);
        assertThat(read(client, 5 + name.length() + 4)).startsWith("01");
    }

    static byte[] message(String sender, List<String> groups, String text) {
        return message(ServiceType.AGREED_MESS, sender, groups, text);
    }

    static byte[] message(int type, String sender, List<String> groups, String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        ByteBuf out = Unpooled.buffer();
        MessageHeader.write(out, type, Name.of(sender), groups.size(), MessageHeader.hint((short) 0), body.length);
        groups.forEach(each -> Name.of(each).write(out));
        return ByteBufUtil.getBytes(out.writeBytes(body));
    }
}
