package org.flushspread.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The daemon's access policy refused a join, leave or message of this connection (client-protocol 5.5). */
public final class Reject implements SpreadEvent {
    private final int serviceType;
    private final String sender;
    private final List<String> groups;
    private final short type;
    private final boolean littleEndian;
    private final byte[] bytes;

    Reject(int serviceType, String sender, List<String> groups, short type, boolean littleEndian, byte[] bytes) {
        this.serviceType = serviceType;
        this.sender = sender;
        this.groups = groups;
        this.type = type;
        this.littleEndian = littleEndian;
        this.bytes = bytes;
    }

    /** REJECT_MESS with the bits of what was refused; a join shows CAUSED_BY_JOIN, a leave CAUSED_BY_LEAVE. */
    @Override
    public int serviceType() {
        return serviceType;
    }

    /** The own private group. */
    public String sender() {
        return sender;
    }

    /** Where it was to go, and the own private group as the last one. */
    public List<String> groups() {
        return groups;
    }

    /** The message type it was sent with. */
    public short type() {
        return type;
    }

    /** The body that was refused, not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    /** The body, read-only, in the order of the machine that sent it. */
    public ByteBuffer body() {
        return ByteBuffer.wrap(bytes)
                .asReadOnlyBuffer()
                .order(littleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    }

    @Override
    public String toString() {
        return "Reject[type 0x" + Integer.toHexString(serviceType) + " to " + groups + "]";
    }
}
