package org.flushspread.wire;

import io.netty.buffer.ByteBuf;

/**
 * The open part of a sealed datagram (security 2.2), in network byte order: what a receiver has to know to open the rest, which the cipher
 * authenticates too.
 *
 * <pre>
 *  0  4  magic: no packet of Spread begins so
 *  4  1  version, 1
 *  5  1  algorithm
 *  6  2  length of the whole datagram
 *  8  4  key id
 * 12  4  sender: the id of a daemon, 0 for a monitor
 * 16  8  epoch: grows with each start of the sender
 * 24  8  boot: a random number of that start
 * 32  8  counter: of the datagrams of that start
 * </pre>
 */
public final class SealedHeader {
    public static final int LENGTH = 40;
    public static final int VERSION = 1;
    /** The sender of all monitors. */
    public static final int MONITOR = 0;

    private static final int MAGIC = 0x46535345;

    private SealedHeader() {}

    /** True if a datagram is sealed, or wants to seem so. */
    public static boolean isIn(ByteBuf bytes, int index, int length) {
        return length >= Integer.BYTES && bytes.getInt(index) == MAGIC;
    }

    /** Writes all of it at {@code index}. */
    public static void write(
            ByteBuf bytes,
            int index,
            int algorithm,
            int length,
            int key,
            int sender,
            long epoch,
            long boot,
            long counter) {
        bytes.setInt(index, MAGIC);
        bytes.setByte(index + 4, VERSION);
        bytes.setByte(index + 5, algorithm);
        bytes.setShort(index + 6, length);
        bytes.setInt(index + 8, key);
        bytes.setInt(index + 12, sender);
        bytes.setLong(index + 16, epoch);
        bytes.setLong(index + 24, boot);
        bytes.setLong(index + 32, counter);
    }

    public static int version(ByteBuf bytes, int index) {
        return bytes.getUnsignedByte(index + 4);
    }

    public static int algorithm(ByteBuf bytes, int index) {
        return bytes.getUnsignedByte(index + 5);
    }

    public static int length(ByteBuf bytes, int index) {
        return bytes.getUnsignedShort(index + 6);
    }

    public static int key(ByteBuf bytes, int index) {
        return bytes.getInt(index + 8);
    }

    public static int sender(ByteBuf bytes, int index) {
        return bytes.getInt(index + 12);
    }

    public static long epoch(ByteBuf bytes, int index) {
        return bytes.getLong(index + 16);
    }

    public static long boot(ByteBuf bytes, int index) {
        return bytes.getLong(index + 24);
    }

    public static long counter(ByteBuf bytes, int index) {
        return bytes.getLong(index + 32);
    }
}
