package org.flushspread.simulation;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.Session;
import org.jspecify.annotations.Nullable;

/**
 * One client connection: a stream of bytes in each direction, each with a limited buffer on the way. The host's side belongs to
 * {@link Host}, the client's side to a {@link SimulatedClient}.
 */
final class Pipe {
    /** Bytes the daemon's shell and the sockets hold before the session counts as not writable. */
    static final int DOWN_LIMIT = 64 * 1024;
    /** Bytes of the client that wait for the daemon before the client's sends block. */
    static final int UP_LIMIT = 256 * 1024;

    final Host host;
    final SimulatedClient client;

    @Nullable
    Session session;

    boolean reading = true;
    boolean writable = true;
    boolean clientClosed;
    boolean hostClosed;

    @Nullable
    Reason why;

    private final ArrayDeque<byte[]> up = new ArrayDeque<>();
    private final ArrayDeque<byte[]> down = new ArrayDeque<>();
    private int upBytes;
    private int downBytes;

    Pipe(Host host, SimulatedClient client) {
        this.host = host;
        this.client = client;
    }

    /** The client writes; false if there is no room. */
    boolean send(byte[] bytes) {
        if (hostClosed || upBytes > UP_LIMIT) {
            return false;
        }
        up.add(bytes);
        upBytes += bytes.length;
        return true;
    }

    boolean hasUp() {
        return !up.isEmpty();
    }

    byte @Nullable [] takeUp() {
        byte[] bytes = up.poll();
        if (bytes != null) {
            upBytes -= bytes.length;
        }
        return bytes;
    }

    void write(ByteBuf bytes) {
        byte[] copy = new byte[bytes.readableBytes()];
        bytes.getBytes(bytes.readerIndex(), copy);
        down.add(copy);
        downBytes += copy.length;
    }

    boolean isFull() {
        return downBytes > DOWN_LIMIT;
    }

    boolean isDrained() {
        return downBytes <= DOWN_LIMIT / 2;
    }

    byte @Nullable [] takeDown() {
        byte[] bytes = down.poll();
        if (bytes != null) {
            downBytes -= bytes.length;
        }
        return bytes;
    }

    boolean hasDown() {
        return !down.isEmpty();
    }
}
