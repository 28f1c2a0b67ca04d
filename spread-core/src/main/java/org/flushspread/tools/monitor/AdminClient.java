package org.flushspread.tools.monitor;

import com.google.common.base.Splitter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Asks a daemon of this project over its admin socket: HTTP/1.1 through a unix domain socket (operations 6). */
public final class AdminClient {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MAX_ANSWER = 64 << 20;
    private static final int CHUNK = 64 << 10;
    private static final int OK = 200;

    private final Path socket;

    /** @param socket its path */
    public AdminClient(Path socket) {
        this.socket = socket;
    }

    /**
     * The JSON object behind a path.
     *
     * @throws MonitorException saying why there is none
     */
    public Map<?, ?> get(String path) {
        if (!Files.exists(socket)) {
            throw new MonitorException("there is no " + socket
                    + ": groups and sessions are told by a daemon of this project on this host, on its admin socket beside"
                    + " the clients' one. If it uses another directory, name the socket with --admin.");
        }
        byte[] answer;
        try {
            answer = exchange("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        } catch (IOException e) {
            throw new MonitorException("cannot ask the daemon over " + socket + ": " + e.getMessage()
                    + ". Is it running, and are you its user or root?");
        }
        try {
            if (Json.parse(body(answer)) instanceof Map<?, ?> object) {
                return object;
            }
            throw new IllegalArgumentException("not an object");
        } catch (IllegalArgumentException e) {
            throw new MonitorException(
                    "what answers at " + socket + " is no daemon of this version: " + e.getMessage());
        }
    }

    private byte[] exchange(String request) throws IOException {
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
            while (!isComplete(all.toByteArray())) {
                long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
                if (left <= 0) {
                    throw new IOException("no whole answer within " + PATIENCE.toSeconds() + " s");
                }
                selector.select(left);
                selector.selectedKeys().clear();
                int read = channel.read(chunk.clear());
                if (read < 0) {
                    break;
                }
                all.write(chunk.array(), 0, read);
                if (all.size() > MAX_ANSWER) {
                    throw new IOException("the answer is longer than " + MAX_ANSWER + " bytes");
                }
            }
            return all.toByteArray();
        }
    }

    /** True if the length that the head announces is there; without one the answer ends with the connection. */
    private static boolean isComplete(byte[] answer) {
        int head = headLength(answer);
        if (head < 0) {
            return false;
        }
        for (String line : Splitter.on("\r\n").split(text(answer, 0, head))) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                return answer.length - head
                        >= Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        return false;
    }

    private static int headLength(byte[] answer) {
        for (int i = 3; i < answer.length; i++) {
            if (answer[i - 3] == '\r' && answer[i - 2] == '\n' && answer[i - 1] == '\r' && answer[i] == '\n') {
                return i + 1;
            }
        }
        return -1;
    }

    private static String body(byte[] answer) {
        int head = headLength(answer);
        if (head < 0) {
            throw new IllegalArgumentException("no HTTP answer");
        }
        String[] first = text(answer, 0, head).split("[ \r\n]", 4);
        if (first.length < 2 || !first[1].equals(Integer.toString(OK))) {
            throw new IllegalArgumentException("the answer is " + (first.length < 2 ? "empty" : first[1]));
        }
        return text(answer, head, answer.length - head);
    }

    private static String text(byte[] bytes, int from, int length) {
        return new String(bytes, from, length, StandardCharsets.UTF_8);
    }

    /** The objects in a member that is a list; none if there is no such member. */
    static List<Map<?, ?>> objects(Map<?, ?> in, String member) {
        return in.get(member) instanceof List<?> list
                ? list.stream()
                        .filter(Map.class::isInstance)
                        .<Map<?, ?>>map(each -> (Map<?, ?>) each)
                        .toList()
                : List.of();
    }
}
