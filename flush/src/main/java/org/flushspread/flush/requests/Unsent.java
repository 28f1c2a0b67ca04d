package org.flushspread.flush.requests;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Messages of a client or a desk that its daemon has not taken yet, in their order, up to 16 MB. What there is no room for is dropped: clients
 * ask again (replica-protocol R35).
 */
public final class Unsent {
    private static final long MOST_BYTES = 16 << 20;

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Message(String to, byte[] bytes) {}

    /** Where they go. */
    public interface Connection {
        /** False if it takes no more now. */
        boolean takes(String to, byte[] message);
    }

    private final ArrayDeque<Message> messages = new ArrayDeque<>();
    private long bytes;

    /** Takes in a message to a group or a private group. */
    public void add(String to, byte[] message) {
        if (bytes + message.length <= MOST_BYTES) {
            messages.add(new Message(to, message));
            bytes += message.length;
        }
    }

    /** Sends as many as are taken. */
    public void send(Connection connection) {
        @Nullable Message next;
        while ((next = messages.peek()) != null && connection.takes(next.to(), next.bytes())) {
            messages.remove();
            bytes -= next.bytes().length;
        }
    }

    public boolean isEmpty() {
        return messages.isEmpty();
    }

    /** The connection is gone, and nobody waits for these. */
    public void clear() {
        messages.clear();
        bytes = 0;
    }
}
