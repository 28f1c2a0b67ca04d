package org.flushspread.wire;

import io.netty.buffer.ByteBuf;

/**
 * Layout of the signature behind the body of a monitor's command (monitor-protocol 11), in network byte order; {@code data_len} of the
 * packet counts it. C daemons do not look at what stands there.
 */
public final class MonitorSignature {
    /** Bytes of a signature. */
    public static final int LENGTH = 72;
    /** Bytes at its end that are the code itself; all that stands before them in the packet is signed. */
    public static final int CODE = 32;
    /** Bytes of a number that no two commands have in common. */
    public static final int NONCE = 16;

    private static final int MAGIC = 0x46534d53;
    private static final int VERSION = 1;

    private static final int VERSION_AT = 4;
    private static final int KEY_AT = 8;
    private static final int DAEMON_AT = 12;
    private static final int TIME_AT = 16;
    private static final int NONCE_AT = 24;

    private MonitorSignature() {}

    /** Bytes of the signature at the end of this packet, 0 if there is none. */
    public static int lengthIn(ByteBuf packet, int index, int length) {
        return length >= PacketHeader.LENGTH + LENGTH
                        && packet.getInt(index + length - LENGTH) == MAGIC
                        && packet.getByte(index + length - LENGTH + VERSION_AT) == VERSION
                ? LENGTH
                : 0;
    }

    /**
     * Appends a signature without its code, which has to follow.
     *
     * @param key the id of the key
     * @param daemon the id of the daemon that is to obey
     * @param millis the time, milliseconds since 1970
     * @param nonce {@link #NONCE} random bytes
     */
    public static void write(ByteBuf out, int key, int daemon, long millis, byte[] nonce) {
        out.writeInt(MAGIC)
                .writeInt(VERSION << 24)
                .writeInt(key)
                .writeInt(daemon)
                .writeLong(millis);
        out.writeBytes(nonce, 0, NONCE);
    }

    /** The id of the key; {@code at} is where the signature begins. */
    public static int key(ByteBuf in, int at) {
        return in.getInt(at + KEY_AT);
    }

    /** The id of the daemon that is to obey. */
    public static int daemon(ByteBuf in, int at) {
        return in.getInt(at + DAEMON_AT);
    }

    /** Milliseconds since 1970. */
    public static long millis(ByteBuf in, int at) {
        return in.getLong(at + TIME_AT);
    }

    /** The number that no two commands have in common. */
    public static byte[] nonce(ByteBuf in, int at) {
        byte[] nonce = new byte[NONCE];
        in.getBytes(at + NONCE_AT, nonce);
        return nonce;
    }
}
