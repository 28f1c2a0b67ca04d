package org.flushspread.daemon.admin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Asks an admin endpoint as the smallest client would: one request, all of the answer. */
public record Http(int status, String head, String body) {
    public static Http get(Path socket, String path) throws IOException {
        return ask(UnixDomainSocketAddress.of(socket), "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    public static Http get(int port, String path) throws IOException {
        return get(port, path, "");
    }

    /** @param headers whole lines */
    public static Http get(int port, String path, String headers) throws IOException {
        return ask(
                new InetSocketAddress("127.0.0.1", port),
                "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n" + headers + "\r\n");
    }

    /** Sends bytes as they are and reads until the other side closes; status 0 if it says nothing. */
    public static Http ask(SocketAddress address, String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(address)) {
            ByteBuffer out = StandardCharsets.ISO_8859_1.encode(request);
            while (out.hasRemaining()) {
                channel.write(out);
            }
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            ByteBuffer in = ByteBuffer.allocate(64 << 10);
            while (channel.read(in) >= 0) {
                all.write(in.array(), 0, in.position());
                in.clear();
            }
            String text = all.toString(StandardCharsets.UTF_8);
            int end = text.indexOf("\r\n\r\n");
            return end < 0
                    ? new Http(0, text, "")
                    : new Http(Integer.parseInt(text.split(" ")[1]), text.substring(0, end), text.substring(end + 4));
        }
    }
}
