package org.flushspread.bench;

import java.nio.ByteBuffer;

/** Sends its share in a closed loop and receives everybody's. A body begins with the number of the member and of the message. */
final class MessageMember {
    private final Traffic traffic;
    private final int index;
    private final int members;
    private final int window;
    private final int warmup;
    private final int total;
    private final ByteBuffer body;
    private int sent;
    private int own;
    private long received;
    private long measured;
    private long from;

    MessageMember(Traffic traffic, int index, int members, int bytes, int window, int messages) {
        this.traffic = traffic;
        this.index = index;
        this.members = members;
        this.window = window;
        this.warmup = messages / 4;
        this.total = warmup + messages;
        this.body = ByteBuffer.allocate(bytes);
    }

    /** Messages a second that were received while measuring. */
    double run() {
        traffic.awaitMembers(members);
        while (received < (long) total * members) {
            while (sent < total && sent - own < window) {
                if (sent == warmup) {
                    from = System.nanoTime();
                }
                body.clear();
                body.putInt(0, index).putInt(4, sent++);
                traffic.send(body);
            }
            byte[] message = traffic.receive(true);
            if (message == null) {
                throw new IllegalStateException(
                        "member " + index + " received nothing for a minute; it has " + received + " messages");
            }
            while (message != null) {
                take(ByteBuffer.wrap(message));
                message = traffic.receive(false);
            }
        }
        return measured * 1e9 / (System.nanoTime() - from);
    }

    private void take(ByteBuffer message) {
        received++;
        measured += sent > warmup ? 1 : 0;
        if (message.getInt(0) == index && message.getInt(4) != own++) {
            throw new IllegalStateException("member " + index + " received its message " + message.getInt(4) + " where "
                    + (own - 1) + " was due: the order is broken");
        }
    }
}
