package org.flushspread.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.flushspread.wire.ServiceType;

/** A message somebody sent to a group of this member, or to the member itself. */
public final class DataMessage implements SpreadEvent {
    private final int serviceType;
    private final String sender;
    private final List<String> groups;
    private final short type;
    private final boolean littleEndian;
    private final byte[] bytes;

    DataMessage(int serviceType, String sender, List<String> groups, short type, boolean littleEndian, byte[] bytes) {
        this.serviceType = serviceType;
        this.sender = sender;
        this.groups = groups;
        this.type = type;
        this.littleEndian = littleEndian;
        this.bytes = bytes;
    }

    @Override
    public int serviceType() {
        return serviceType;
    }

    /** Private group of the sender, {@code #alice#node1} for example. */
    public String sender() {
        return sender;
    }

    /** All destinations as the sender listed them, also those that this member is not in. */
    public List<String> groups() {
        return groups;
    }

    /** The service it was sent with. */
    public Service service() {
        return Service.of(serviceType);
    }

    /** The sender's own number for it, -32768..32767. */
    public short type() {
        return type;
    }

    /** True if the sender asked not to get its own copy. */
    public boolean isSelfDiscard() {
        return (serviceType & ServiceType.SELF_DISCARD) != 0;
    }

    /** Length of the body in bytes. */
    public int length() {
        return bytes.length;
    }

    /** The body itself, not a copy; nothing else holds it. */
    public byte[] bytes() {
        return bytes;
    }

    /** The body, read-only, in the byte order its sender named: numbers come out as they were put, by a C program too. */
    public ByteBuffer body() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer().order(order());
    }

    /** The body read as UTF-8. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Byte order of the sender's machine. */
    public ByteOrder order() {
        return littleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    }

    /** True if the sender's machine has the other byte order than this one. */
    public boolean endianMismatch() {
        return order() != ByteOrder.nativeOrder();
    }

    @Override
    public String toString() {
        return "DataMessage[" + service() + " from " + sender + " to " + groups + ", type " + type + ", " + bytes.length
                + " bytes]";
    }
}
