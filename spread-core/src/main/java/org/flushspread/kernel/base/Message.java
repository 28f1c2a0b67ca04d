package org.flushspread.kernel.base;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;

/**
 * A whole message on its way up, in order: one contiguous image (header, group slots, body), already checked: the counts are not
 * negative, {@code numGroups <= 100}, and 48 + 32 groups + body is exactly the image's length. One object is used for all messages:
 * valid only during the call that hands it over. Who keeps bytes takes {@code bytes().retainedSlice(..)}; they never change.
 */
public final class Message {
    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;
    private int index;
    private int length;
    private int originator;
    private boolean littleEndian;
    private int type;
    private int numGroups;
    private int dataLength;

    /** Points this object at a checked image. */
    public Message set(ByteBuf image, int at, int imageLength, int procId) {
        bytes = image;
        index = at;
        length = imageLength;
        originator = procId;
        littleEndian = ByteOrderTag.isLittleEndian(image, at);
        type = MessageHeader.type(image, at, littleEndian);
        numGroups = MessageHeader.numGroups(image, at, littleEndian);
        dataLength = MessageHeader.dataLength(image, at, littleEndian);
        return this;
    }

    /** The buffer that holds the image; {@link #index()} tells where. */
    public ByteBuf bytes() {
        return bytes;
    }

    public int index() {
        return index;
    }

    /** Bytes of the image. */
    public int length() {
        return length;
    }

    /** The daemon that originated the message. */
    public int originator() {
        return originator;
    }

    /** The byte order of the header (the originating daemon's). */
    public boolean littleEndian() {
        return littleEndian;
    }

    /** The type word, byte-order tag included. */
    public int type() {
        return type;
    }

    public int numGroups() {
        return numGroups;
    }

    public int dataLength() {
        return dataLength;
    }

    /** Index in {@link #bytes()} of the sender's private group slot. */
    public int senderIndex() {
        return index + MessageHeader.PRIVATE_GROUP;
    }

    /** Index in {@link #bytes()} of group slot {@code i}. */
    public int groupIndex(int i) {
        return index + MessageHeader.LENGTH + i * Name.SLOT;
    }

    /** Index in {@link #bytes()} of the body. */
    public int bodyIndex() {
        return index + MessageHeader.LENGTH + numGroups * Name.SLOT;
    }
}
