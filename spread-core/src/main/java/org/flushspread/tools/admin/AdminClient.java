package org.flushspread.tools.admin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Asks a daemon of this project over its admin socket: HTTP/1.1 through a unix domain socket (operations 2). For any thread. */
public final class AdminClient {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MAX_ANSWER = 64 << 20;
    private static final int CHUNK = 64 << 10;
    private static final String OK = "200";
    private static final String END_OF_HEAD = "\r\n\r\n";

    private final Path socket;

    /** @param socket its path */
    public AdminClient(Path socket) {
        this.socket = socket;
    }

    /**
     * The text behind a path.
     *
     * @throws IOException saying why there is none; nobody waits longer than 5 s for it
     */
    public String text(String path) throws IOException {
        String answer = exchange("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        int head = answer.indexOf(END_OF_HEAD);
        if (head < 0) {
            throw new IOException("what came is no HTTP answer");
        }
        String[] lines = answer.substring(0, head).split("\r\n", -1);
        String[] first = lines[0].split(" ", 3);
        if (first.length < 2 || !first[1].equals(OK)) {
            throw new IOException("the answer to " + path + " is: " + lines[0]);
        }
        String body = answer.substring(head + END_OF_HEAD.length());
        requireWhole(lines, body);
        return new String(body.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /**
     * The JSON object behind a path.
     *
     * @throws IOException saying why there is none
     */
    public Map<?, ?> object(String path) throws IOException {
        try {
            if (Json.parse(text(path)) instanceof Map<?, ?> object) {
                return object;
            }
            throw new IOException("the answer to " + path + " is no JSON object");
        } catch (IllegalArgumentException e) {
            throw new IOException("the answer to " + path + " is " + e.getMessage(), e);
        }
    }

    /** All that comes until the daemon closes the connection, a character for each byte. */
    private String exchange(String request) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                Selector selector = Selector.open()) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            ByteBuffer out = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
            while (out.hasRemaining()) {
                channel.write(out);
            }
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
            for (int read = 0; read >= 0; read = channel.read(chunk.clear())) {
                all.write(chunk.array(), 0, read);
                long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
                if (left <= 0) {
                    throw new IOException("no whole answer within " + PATIENCE.toSeconds() + " s");
                }
                if (all.size() > MAX_ANSWER) {
                    throw new IOException("the answer is longer than " + MAX_ANSWER + " bytes");
                }
                selector.select(left);
                selector.selectedKeys().clear();
            }
            return all.toString(StandardCharsets.ISO_8859_1);
        }
    }

    /** A daemon that stops while it answers leaves half an answer. */
    private static void requireWhole(String[] head, String body) throws IOException {
        for (String line : head) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).toLowerCase(Locale.ROOT).equals("content-length")) {
                String length = line.substring(colon + 1).strip();
                if (!length.equals(Integer.toString(body.length()))) {
                    throw new IOException("the answer ends after " + body.length() + " of " + length + " bytes");
                }
            }
        }
    }

    /** The objects in a member that is a list; none if there is no such member. */
    public static List<Map<?, ?>> objects(Map<?, ?> in, String member) {
        return in.get(member) instanceof List<?> list
                ? list.stream()
                        .filter(Map.class::isInstance)
                        .<Map<?, ?>>map(each -> (Map<?, ?>) each)
                        .toList()
                : List.of();
    }
}
