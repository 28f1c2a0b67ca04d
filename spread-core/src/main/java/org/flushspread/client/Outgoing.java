package org.flushspread.client;

import java.nio.ByteBuffer;

/**
 * The body of a message on its way: the program's buffers as they stood when they were handed over. Length and bytes are taken from the same
 * copies of position and limit, so a buffer that is named twice, or that the program moves while a send waits, cannot part what a header
 * announces from what follows it.
 */
final class Outgoing {
    static final Outgoing NOTHING = new Outgoing(new ByteBuffer[0]);

    private final ByteBuffer[] given;
    private final ByteBuffer[] parts;
    private final long length;
    private int next;

    private Outgoing(ByteBuffer[] body) {
        given = body.clone();
        parts = new ByteBuffer[given.length];
        long sum = 0;
        for (int i = 0; i < parts.length; i++) {
            parts[i] = given[i].duplicate();
            sum += parts[i].remaining();
        }
        length = sum;
    }

    static Outgoing of(ByteBuffer... body) {
        return body.length == 0 ? NOTHING : new Outgoing(body);
    }

    /** Bytes in all. */
    long length() {
        return length;
    }

    /** Puts as much as fits behind what was put before. */
    void putInto(ByteBuffer out) {
        while (next < parts.length && out.hasRemaining()) {
            ByteBuffer from = parts[next];
            if (from.remaining() <= out.remaining()) {
                out.put(from);
                next++;
            } else {
                int limit = from.limit();
                out.put(from.limit(from.position() + out.remaining()));
                from.limit(limit);
            }
        }
    }

    /** The message is on its way: the program's buffers count as read. One that it has made shorter meanwhile is read to its end. */
    void accepted() {
        for (int i = 0; i < given.length; i++) {
            given[i].position(Math.min(parts[i].limit(), given[i].limit()));
        }
    }
}
