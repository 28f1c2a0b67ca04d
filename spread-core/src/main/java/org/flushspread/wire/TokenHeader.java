package org.flushspread.wire;

import io.netty.buffer.ByteBuf;

/**
 * The 40 bytes at the front of every datagram on the token port (ring-protocol 5), read in place. The order differs from
 * {@link PacketHeader}: the configuration hash is last.
 */
public final class TokenHeader {
    public static final int LENGTH = 40;
    /** The largest token datagram (IPv4 limit). */
    public static final int MAX_TOKEN = 65_507;

    public static final int MAX_BODY = MAX_TOKEN - LENGTH;

    public static final int TYPE = 0;
    public static final int TRANSMITTER = 4;
    public static final int PROC_ID = 8;
    public static final int MEMBERSHIP_ID = 12;
    public static final int SEQUENCE = 20;
    public static final int ARU = 24;
    public static final int ARU_LAST_ID = 28;
    public static final int FLOW_CONTROL = 32;
    public static final int RTR_LENGTH = 34;
    public static final int CONF_HASH = 36;

    private TokenHeader() {}

    public static int type(ByteBuf bytes, int at, boolean littleEndian) {
        return ByteOrderTag.getInt(bytes, at + TYPE, littleEndian);
    }

    public static int transmitter(ByteBuf bytes, int at, boolean littleEndian) {
        return ByteOrderTag.getInt(bytes, at + TRANSMITTER, littleEndian);
    }

    public static int procId(ByteBuf bytes, int at, boolean littleEndian) {
        return ByteOrderTag.getInt(bytes, at + PROC_ID, littleEndian);
    }

    public static int sequence(ByteBuf bytes, int at, boolean littleEndian) {
        return ByteOrderTag.getInt(bytes, at + SEQUENCE, littleEndian);
    }

    public static int aru(ByteBuf bytes, int at, boolean littleEndian) {
        return ByteOrderTag.getInt(bytes, at + ARU, littleEndian);
    }

    public static int aruLastId(ByteBuf bytes, int at, boolean littleEndian) {
        return ByteOrderTag.getInt(bytes, at + ARU_LAST_ID, littleEndian);
    }

    public static int flowControl(ByteBuf bytes, int at, boolean littleEndian) {
        return ByteOrderTag.getShort(bytes, at + FLOW_CONTROL, littleEndian);
    }

    public static int rtrLength(ByteBuf bytes, int at, boolean littleEndian) {
        return ByteOrderTag.getShort(bytes, at + RTR_LENGTH, littleEndian) & 0xffff;
    }

    public static int confHash(ByteBuf bytes, int at, boolean littleEndian) {
        return ByteOrderTag.getInt(bytes, at + CONF_HASH, littleEndian);
    }

    /** Appends the header of a FORM token (membership-protocol 2.2). */
    static void write(
            ByteBuf out, int type, int transmitter, MembershipId id, int sequence, int rtrLength, int confHash) {
        out.writeIntLE(type | ByteOrderTag.LITTLE_ENDIAN);
        out.writeIntLE(transmitter);
        out.writeIntLE(transmitter);
        id.write(out);
        out.writeIntLE(sequence);
        out.writeZero(RTR_LENGTH - ARU);
        out.writeShortLE(rtrLength);
        out.writeIntLE(confHash);
    }
}
