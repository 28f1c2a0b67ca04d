package org.flushspread.client;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;

/**
 * One complete message from the daemon, read in place (client-protocol 3 and 5). It is the same object each time and shows a message only
 * during the call of {@link MessageChannel.Decoder#decode}; what is to last must be copied out.
 */
public final class IncomingMessage {
    private static final int REJECT_WORD = 4;
    private static final int MAX_GROUP_SLOTS = 450_000;
    private static final int MAX_BODY = 14_400_000;

    private final NameCache names = new NameCache();
    private final String privateGroup;
    private ByteBuf bytes;
    private ByteBuffer buffer;
    private int at;
    private int type;
    private boolean littleEndian;
    private int rawHint;
    private int numGroups;
    private int groupsAt;
    private int bodyLength;
    private boolean kept;

    IncomingMessage(String privateGroup, ByteBuf bytes, ByteBuffer buffer) {
        this.privateGroup = privateGroup;
        this.bytes = bytes;
        this.buffer = buffer;
    }

    /**
     * Looks at the header, which must be there in full.
     *
     * @return length of the whole message
     * @throws SpreadException if its numbers cannot be true: the stream is out of step
     */
    int look(ByteBuf in, ByteBuffer inBuffer, int position) {
        bytes = in;
        buffer = inBuffer;
        at = position;
        littleEndian = ByteOrderTag.isLittleEndian(in, position);
        type = ByteOrderTag.clear(MessageHeader.type(in, position, littleEndian));
        numGroups = MessageHeader.numGroups(in, position, littleEndian);
        bodyLength = MessageHeader.dataLength(in, position, littleEndian);
        rawHint = MessageHeader.rawHint(in, position);
        if (numGroups < 0 || numGroups > MAX_GROUP_SLOTS) {
            throw broken("it names " + numGroups + " groups");
        }
        if (bodyLength < 0 || bodyLength > MAX_BODY) {
            throw broken("its body is said to have " + bodyLength + " bytes");
        }
        groupsAt = at + MessageHeader.LENGTH + (ServiceType.isReject(type) ? REJECT_WORD : 0);
        kept = false;
        return groupsAt - at + numGroups * Name.SLOT + bodyLength;
    }

    SpreadException broken(String why) {
        return new SpreadException(
                SpreadCode.ILLEGAL_MESSAGE,
                "the daemon sent a message (type 0x" + Integer.toHexString(type) + ") that cannot be: " + why);
    }

    boolean isKept() {
        return kept;
    }

    /** Leaves the message where it is: the next receive call sees it again. */
    public void keep() {
        kept = true;
    }

    /** The type word without byte-order tag: service and kind bits of {@link ServiceType} and whatever else the sender set. */
    public int type() {
        return type;
    }

    /** True if the header, and the body of a membership, were written by a little-endian daemon. */
    public boolean isLittleEndian() {
        return littleEndian;
    }

    /** What the header's name slot holds: the sender of data, the group of a membership. */
    public String sender() {
        return names.name(buffer, at + MessageHeader.PRIVATE_GROUP);
    }

    /** The message type the sender gave, -32768..32767; without meaning in memberships. */
    public short messType() {
        return MessageHeader.messType(rawHint);
    }

    /** Byte order of the machine that made the body of a data message. */
    public ByteOrder senderOrder() {
        return MessageHeader.isHintLittleEndian(rawHint) ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    }

    /** True if data came from a machine of the other byte order than this one. */
    public boolean endianMismatch() {
        return senderOrder() != ByteOrder.nativeOrder();
    }

    /** Number of group names: destinations of data, members of a view. */
    public int numGroups() {
        return numGroups;
    }

    /** The {@code index}-th group name, from 0. */
    public String group(int index) {
        if (index < 0 || index >= numGroups) {
            throw new IndexOutOfBoundsException(index);
        }
        return names.name(buffer, groupsAt + index * Name.SLOT);
    }

    /** All group names, in an immutable list of its own. */
    public List<String> groups() {
        if (numGroups == 0) {
            return List.of();
        }
        if (numGroups == 1) {
            return names.alone(buffer, groupsAt);
        }
        List<String> all = new ArrayList<>(numGroups);
        for (int i = 0; i < numGroups; i++) {
            all.add(group(i));
        }
        return Collections.unmodifiableList(all);
    }

    /** The type of the message that was refused; only in a reject (client-protocol 5.5). */
    public int rejectedType() {
        return ByteOrderTag.clear(ByteOrderTag.getInt(bytes, at + MessageHeader.LENGTH, littleEndian));
    }

    public int bodyLength() {
        return bodyLength;
    }

    /** The body from {@code from} on, in an array of its own. */
    public byte[] body(int from, int length) {
        checkRange(from, length);
        byte[] copy = new byte[length];
        buffer.get(bodyAt() + from, copy, 0, length);
        return copy;
    }

    /** Copies a part of the body into a buffer that has room for it, whose position moves. */
    public void copyBody(int from, int length, ByteBuffer into) {
        checkRange(from, length);
        ByteBuffer part = buffer.duplicate();
        part.limit(bodyAt() + from + length).position(bodyAt() + from);
        into.put(part);
    }

    /** The body where it lies, read-only and big-endian as every new buffer. Valid only as long as this message is shown. */
    public ByteBuffer body() {
        return buffer.slice(bodyAt(), bodyLength).asReadOnlyBuffer();
    }

    /** Four bytes of the body as a number. */
    public int bodyInt(int from, ByteOrder order) {
        checkRange(from, 4);
        return ByteOrderTag.getInt(bytes, bodyAt() + from, order == ByteOrder.LITTLE_ENDIAN);
    }

    private void checkRange(int from, int length) {
        if (from < 0 || length < 0 || from > bodyLength - length) {
            throw new IndexOutOfBoundsException(from + "+" + length + " of " + bodyLength);
        }
    }

    private int bodyAt() {
        return groupsAt + numGroups * Name.SLOT;
    }

    ByteBuf bytes() {
        return bytes;
    }

    int bodyIndex() {
        return bodyAt();
    }

    /** This connection's own private group. */
    public String privateGroup() {
        return privateGroup;
    }

    /**
     * The message as an event that lasts.
     *
     * @throws SpreadException ({@link SpreadCode#ILLEGAL_MESSAGE}) if the body of a membership is malformed, or the type is none that a
     *     daemon sends
     */
    public SpreadEvent event() {
        return Decoding.event(this);
    }
}
