package org.flushspread.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.flushspread.wire.MessageHeader;

/**
 * Cuts the byte stream into messages: one large read, then message after message in place. Not thread-safe; the owner holds the receive
 * lock.
 */
final class MessageReader {
    static final int CAPACITY = 128 * 1024;
    /** A buffer that grew for a long message is given back after so many messages that did not need it. */
    private static final int SMALL_MESSAGES = 1000;

    private final Link link;
    private ByteBuffer buffer;
    private ByteBuf view;
    private int start;
    private int end;
    private int needed = MessageHeader.LENGTH;
    private int smallMessages;
    private IncomingMessage message = new IncomingMessage("", Unpooled.EMPTY_BUFFER, ByteBuffer.allocate(0));

    MessageReader(Link link) {
        this.link = link;
        this.buffer = ByteBuffer.allocateDirect(CAPACITY);
        this.view = Unpooled.wrappedBuffer(buffer.duplicate().clear());
    }

    /** From here on the stream holds messages for the client with this private group. */
    void begin(String privateGroup) {
        message = new IncomingMessage(privateGroup, view, buffer);
    }

    /** Bytes of memory. */
    int capacity() {
        return buffer.capacity();
    }

    /** Unread bytes in memory. */
    int buffered() {
        return end - start;
    }

    /** True if a whole message is there; then {@link #message()} shows it. */
    boolean hasMessage() {
        if (end - start < MessageHeader.LENGTH) {
            needed = MessageHeader.LENGTH;
            return false;
        }
        needed = message.look(view, buffer, start);
        return end - start >= needed;
    }

    IncomingMessage message() {
        return message;
    }

    /** Goes behind the message that {@link #hasMessage()} found. */
    void consume() {
        start += needed;
        smallMessages = needed > CAPACITY ? 0 : smallMessages + 1;
    }

    /** True if another read has room. */
    boolean hasRoom() {
        return end - start < buffer.capacity();
    }

    /**
     * One read.
     *
     * @return as {@link Link#read}
     */
    int fill() throws IOException {
        makeRoom();
        buffer.limit(buffer.capacity()).position(end);
        int read = link.read(buffer);
        if (read > 0) {
            end += read;
        }
        buffer.clear();
        return read;
    }

    /** One read of bytes that nobody wants any more. */
    int discard() throws IOException {
        start = 0;
        end = 0;
        return fill();
    }

    /** What is there, for the decoders of the handshake. */
    ByteBuf unread() {
        return view.setIndex(start, end);
    }

    /** Goes behind bytes that a decoder has taken. */
    void skip(int length) {
        start += length;
    }

    /** Takes one byte that is there. */
    byte takeByte() {
        return buffer.get(start++);
    }

    private void makeRoom() {
        if (start == end) {
            start = 0;
            end = 0;
            if (buffer.capacity() > CAPACITY && smallMessages > SMALL_MESSAGES) {
                replace(CAPACITY);
            }
        } else if (buffer.capacity() - start < needed || buffer.capacity() - end < buffer.capacity() / 4) {
            if (start > 0) {
                moveToFront();
            }
            if (end == buffer.capacity() && needed > end) {
                // Doubling, not the announced length at once: a length alone must not cost memory.
                replace(Math.min(Math.max(needed, CAPACITY), 2 * buffer.capacity()));
            }
        }
    }

    private void moveToFront() {
        buffer.limit(end).position(start);
        buffer.compact();
        buffer.clear();
        end -= start;
        start = 0;
    }

    private void replace(int capacity) {
        ByteBuffer larger = ByteBuffer.allocateDirect(capacity);
        buffer.limit(end).position(start);
        larger.put(buffer).clear();
        end -= start;
        start = 0;
        buffer = larger;
        view = Unpooled.wrappedBuffer(larger.duplicate().clear());
    }
}
