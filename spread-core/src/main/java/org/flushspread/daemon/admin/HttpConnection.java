package org.flushspread.daemon.admin;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** One connection: one request, one answer, end. Of the server's thread. */
final class HttpConnection {
    /** Bytes of the head of a request. */
    static final int MOST_HEAD = 8 << 10;

    private final SocketChannel channel;
    private final SelectionKey key;
    /** Reached over a network that browsers reach too. */
    final boolean checksHost;
    /** Where the client is; null for a unix domain socket. */
    final @Nullable IpAddress from;
    /** Monotonic nanoseconds by which all is over. */
    final long deadline;

    private @Nullable ByteBuffer in = ByteBuffer.allocate(MOST_HEAD);
    private @Nullable ByteBuffer out;
    private @Nullable HttpRequest request;

    HttpConnection(
            SocketChannel channel, SelectionKey key, boolean checksHost, @Nullable IpAddress from, long deadline) {
        this.channel = channel;
        this.key = key;
        this.checksHost = checksHost;
        this.from = from;
        this.deadline = deadline;
    }

    /** What a read brought. */
    enum Read {
        MORE_TO_COME,
        WHOLE,
        TOO_LONG,
        MALFORMED,
        ENDED
    }

    Read read() throws IOException {
        ByteBuffer head = in;
        if (head == null) {
            return Read.ENDED;
        }
        if (channel.read(head) < 0) {
            return Read.ENDED;
        }
        int end = endOfHead(head);
        if (end < 0) {
            return head.hasRemaining() ? Read.MORE_TO_COME : Read.TOO_LONG;
        }
        in = null;
        key.interestOps(0);
        request = HttpRequest.parse(head.array(), end);
        return request == null ? Read.MALFORMED : Read.WHOLE;
    }

    private static int endOfHead(ByteBuffer head) {
        byte[] bytes = head.array();
        for (int i = 1; i < head.position(); i++) {
            if (bytes[i] == '\n' && (bytes[i - 1] == '\n' || (i > 2 && bytes[i - 1] == '\r' && bytes[i - 2] == '\n'))) {
                return i + 1;
            }
        }
        return -1;
    }

    @Nullable
    HttpRequest request() {
        return request;
    }

    boolean isAnswered() {
        return out != null;
    }

    /** Begins to send the answer; true when all of it was taken. */
    boolean answer(HttpResponse response) throws IOException {
        HttpRequest asked = request;
        out = response.bytes(asked != null && asked.isHead());
        return write();
    }

    /** Sends on; true when all was taken. */
    boolean write() throws IOException {
        ByteBuffer rest = out;
        if (rest == null) {
            return false;
        }
        channel.write(rest);
        if (rest.hasRemaining()) {
            key.interestOps(SelectionKey.OP_WRITE);
            return false;
        }
        return true;
    }

    void close() {
        key.cancel();
        try {
            channel.close();
        } catch (IOException e) {
            // The far side has gone already; nothing is left open.
            return;
        }
    }
}
