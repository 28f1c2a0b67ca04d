package org.flushspread.simulation;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The two UDP sockets of a host: datagrams wait in each, up to so many bytes. */
final class ReceiveBuffers {
    /** A datagram that waits in a socket, and the host that sent it. */
    record Arrived(int from, byte[] bytes) {}

    private final int limit;
    private final ArrayDeque<Arrived> data = new ArrayDeque<>();
    private final ArrayDeque<Arrived> token = new ArrayDeque<>();
    private int dataBytes;
    private int tokenBytes;

    /** @param limit bytes in each */
    ReceiveBuffers(int limit) {
        this.limit = limit;
    }

    /** False if the buffer is full and the datagram lost. */
    boolean add(Arrived datagram, boolean onTokenPort) {
        int length = datagram.bytes.length;
        if ((onTokenPort ? tokenBytes : dataBytes) + length > limit) {
            return false;
        }
        if (onTokenPort) {
            token.add(datagram);
            tokenBytes += length;
        } else {
            data.add(datagram);
            dataBytes += length;
        }
        return true;
    }

    @Nullable
    Arrived nextData() {
        Arrived next = data.poll();
        if (next != null) {
            dataBytes -= next.bytes.length;
        }
        return next;
    }

    @Nullable
    Arrived nextToken() {
        Arrived next = token.poll();
        if (next != null) {
            tokenBytes -= next.bytes.length;
        }
        return next;
    }

    boolean hasData() {
        return !data.isEmpty();
    }

    boolean isEmpty() {
        return data.isEmpty() && token.isEmpty();
    }

    /** The process is gone. */
    void clear() {
        data.clear();
        token.clear();
        dataBytes = 0;
        tokenBytes = 0;
    }
}
