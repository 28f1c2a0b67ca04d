package org.flushspread.wire;

import io.netty.buffer.ByteBuf;

/**
 * The two bits by which every Spread header tells the byte order of its writer (ring-protocol 2, client-protocol 3.2).
 *
 * <p>Bits 0x80000080 of the first word are set by little-endian writers and clear in big-endian ones. The pair is symmetric under byte
 * reversal, so it can be looked at before the order is known. A word with only one of the two counts as big-endian, as at C daemons.
 */
public final class ByteOrderTag {
    /** The tag of a little-endian writer; big-endian writers set none of these bits. */
    public static final int LITTLE_ENDIAN = 0x80000080;

    private ByteOrderTag() {}

    /** True if the word at {@code index} was written by a little-endian peer. */
    public static boolean isLittleEndian(ByteBuf bytes, int index) {
        return (bytes.getInt(index) & LITTLE_ENDIAN) == LITTLE_ENDIAN;
    }

    /** {@code word} without the tag. */
    public static int clear(int word) {
        return word & ~LITTLE_ENDIAN;
    }

    /** Reads an int in the given order. */
    public static int getInt(ByteBuf bytes, int index, boolean littleEndian) {
        return littleEndian ? bytes.getIntLE(index) : bytes.getInt(index);
    }

    /** Reads a signed short in the given order. */
    public static short getShort(ByteBuf bytes, int index, boolean littleEndian) {
        return littleEndian ? bytes.getShortLE(index) : bytes.getShort(index);
    }

    /** Writes an int in the given order. */
    public static void setInt(ByteBuf bytes, int index, int value, boolean littleEndian) {
        if (littleEndian) {
            bytes.setIntLE(index, value);
        } else {
            bytes.setInt(index, value);
        }
    }

    /** Writes a short in the given order. */
    public static void setShort(ByteBuf bytes, int index, int value, boolean littleEndian) {
        if (littleEndian) {
            bytes.setShortLE(index, value);
        } else {
            bytes.setShort(index, value);
        }
    }
}
