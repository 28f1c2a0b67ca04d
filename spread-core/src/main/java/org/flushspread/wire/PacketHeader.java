package org.flushspread.wire;

import io.netty.buffer.ByteBuf;

/** The 40 bytes at the front of every datagram on the data port (ring-protocol 3), read and written in place. */
public final class PacketHeader {
    public static final int LENGTH = 40;
    /** The whole datagram of the C daemon: an Ethernet frame's UDP payload. */
    public static final int MAX_PACKET = 1472;

    public static final int MAX_BODY = MAX_PACKET - LENGTH;
    public static final int FRAGMENT_HEADER = 4;

    public static final int TYPE = 0;
    public static final int TRANSMITTER = 4;
    public static final int PROC_ID = 8;
    public static final int MEMBERSHIP_ID = 12;
    public static final int SEQUENCE = 20;
    public static final int TOKEN_ROUND = 24;
    public static final int CONF_HASH = 28;
    public static final int DATA_LENGTH = 32;
    public static final int FRAGMENT_INDEX = 36;
    public static final int FRAGMENT_LENGTH = 38;

    /** The configuration hash of monitor programs, which know no configuration (ring-protocol 2.2). */
    public static final int MONITOR_HASH = 1100;
    /** {@code memb_id.proc_id} of monitor packets (monitor-protocol 2). */
    public static final int MONITOR_MAGIC = 15_051_963;

    private PacketHeader() {}

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

    public static int tokenRound(ByteBuf bytes, int at, boolean littleEndian) {
        return ByteOrderTag.getInt(bytes, at + TOKEN_ROUND, littleEndian);
    }

    public static int confHash(ByteBuf bytes, int at, boolean littleEndian) {
        return ByteOrderTag.getInt(bytes, at + CONF_HASH, littleEndian);
    }

    public static int dataLength(ByteBuf bytes, int at, boolean littleEndian) {
        return ByteOrderTag.getShort(bytes, at + DATA_LENGTH, littleEndian) & 0xffff;
    }

    public static int fragmentIndex(ByteBuf bytes, int at, boolean littleEndian) {
        return ByteOrderTag.getShort(bytes, at + FRAGMENT_INDEX, littleEndian);
    }

    public static int fragmentLength(ByteBuf bytes, int at, boolean littleEndian) {
        return ByteOrderTag.getShort(bytes, at + FRAGMENT_LENGTH, littleEndian);
    }

    /** Appends the header of a packet that carries no data of a ring; what is not given is zero. */
    public static void write(
            ByteBuf out,
            int type,
            int transmitter,
            int procId,
            int membershipProcId,
            int membershipTime,
            int confHash,
            int dataLength) {
        out.writeIntLE(type | ByteOrderTag.LITTLE_ENDIAN);
        out.writeIntLE(transmitter);
        out.writeIntLE(procId);
        out.writeIntLE(membershipProcId);
        out.writeIntLE(membershipTime);
        out.writeZero(TOKEN_ROUND + 4 - SEQUENCE);
        out.writeIntLE(confHash);
        out.writeShortLE(dataLength);
        out.writeZero(LENGTH - DATA_LENGTH - 2);
    }
}
