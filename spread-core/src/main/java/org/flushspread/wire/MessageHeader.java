package org.flushspread.wire;

import io.netty.buffer.ByteBuf;

/**
 * The 48 bytes at the front of every message between client and daemon, and of every message image that daemons exchange
 * (client-protocol 3.1). Behind them come {@code numGroups} slots of {@link Name#SLOT} bytes and {@code dataLength} bytes of body.
 */
public final class MessageHeader {
    public static final int LENGTH = 48;

    public static final int TYPE = 0;
    public static final int PRIVATE_GROUP = 4;
    public static final int NUM_GROUPS = 36;
    public static final int HINT = 40;
    public static final int DATA_LENGTH = 44;

    /** Groups a client may name in one message. */
    public static final int MAX_GROUPS = 100;
    /** Fragments of one message at the most (ring-protocol 14). */
    public static final int MAX_FRAGMENTS = 10_000;
    /** The longest image (header, group slots, body) that no C daemon chokes on (client-protocol 4.4, Q4). */
    public static final int MAX_IMAGE = PacketHeader.MAX_BODY * MAX_FRAGMENTS - 1;
    /** What is left of {@link #MAX_IMAGE} for group slots and body. */
    public static final int MAX_PAYLOAD = MAX_IMAGE - LENGTH;
    /** Fragments of one message at the most where a daemon of Spread 5 is in the ring. */
    public static final int MAX_FRAGMENTS_5 = 100;
    /** As {@link #MAX_PAYLOAD}, for those daemons: two bytes more, and all of them end (client-protocol 4.4, Q27). */
    public static final int MAX_PAYLOAD_5 = PacketHeader.MAX_BODY * MAX_FRAGMENTS_5 - 1 - LENGTH;

    private MessageHeader() {}

    /** Fragments of a message where daemons are of this major version (client-protocol 4.4). */
    public static int maxFragments(int major) {
        return major >= 5 ? MAX_FRAGMENTS_5 : MAX_FRAGMENTS;
    }

    /** What group slots and body may have together where daemons are of this major version (client-protocol 4.4). */
    public static int maxPayload(int major) {
        return major >= 5 ? MAX_PAYLOAD_5 : MAX_PAYLOAD;
    }

    /** The type word in native meaning, byte-order tag included. */
    public static int type(ByteBuf bytes, int at, boolean littleEndian) {
        return ByteOrderTag.getInt(bytes, at + TYPE, littleEndian);
    }

    public static int numGroups(ByteBuf bytes, int at, boolean littleEndian) {
        return ByteOrderTag.getInt(bytes, at + NUM_GROUPS, littleEndian);
    }

    /** The hint word as a little-endian reader sees it; its own tag, not the header's, tells its order (client-protocol 3.2). */
    public static int rawHint(ByteBuf bytes, int at) {
        return bytes.getIntLE(at + HINT);
    }

    public static int dataLength(ByteBuf bytes, int at, boolean littleEndian) {
        return ByteOrderTag.getInt(bytes, at + DATA_LENGTH, littleEndian);
    }

    /** The sender's message type, -32768..32767, from a hint read little-endian. */
    public static short messType(int rawHint) {
        int hint = isHintLittleEndian(rawHint) ? rawHint : Integer.reverseBytes(rawHint);
        return (short) (hint >>> 8);
    }

    /** True if the sender of the message is little-endian. */
    public static boolean isHintLittleEndian(int rawHint) {
        return (rawHint & 0x80) != 0;
    }

    /** The hint word of a little-endian sender for a message type. */
    public static int hint(short messType) {
        return ((messType << 8) & 0x00ffff00) | ByteOrderTag.LITTLE_ENDIAN;
    }

    /** Appends a little-endian header. {@code type} needs no tag. */
    public static void write(ByteBuf out, int type, Name privateGroup, int numGroups, int hint, int dataLength) {
        out.writeIntLE(type | ByteOrderTag.LITTLE_ENDIAN);
        privateGroup.write(out);
        out.writeIntLE(numGroups);
        out.writeIntLE(hint);
        out.writeIntLE(dataLength);
    }
}
