package org.flushspread.flush.store;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The bytes of one file of the log: a head, records of commands by rising index, and at last a seal, which says that the log goes on in the
 * next file. See store 2.4.
 *
 * @param number in the order of all segments there ever were
 * @param generation it belongs to: the number of the first segment behind the snapshot
 * @param first index of its first command
 */
record Segment(long number, long generation, long first) {
    static final String PREFIX = "log-";
    static final int HEAD = 32;
    static final int RECORD_HEAD = 32;
    /** In the place of a length. */
    static final int SEAL = -1;

    private static final int MAGIC = 0x46534c32;

    static String name(long number) {
        return PREFIX + number;
    }

    String name() {
        return name(number);
    }

    ByteBuffer head() {
        ByteBuffer head = ByteBuffer.allocate(HEAD)
                .putInt(MAGIC)
                .putInt(0)
                .putLong(number)
                .putLong(generation)
                .putLong(first);
        return head.putInt(4, checksum(head.flip())).rewind();
    }

    private static int checksum(ByteBuffer head) {
        CRC32C crc = new CRC32C();
        crc.update(head.duplicate().position(8));
        return (int) crc.getValue();
    }

    /** True if these bytes are its head. */
    boolean isHead(ByteBuffer bytes) {
        return bytes.equals(head());
    }

    /** What the checksum of each record begins with, so that a record of another file is not taken for one of this. */
    int seed() {
        return head().getInt(4);
    }

    /**
     * Puts a record behind the position.
     *
     * @param synced the last command that had been given out when this one came
     */
    static void put(
            ByteBuffer out, CRC32C crc, int seed, int length, long epoch, long index, long synced, ByteBuffer body) {
        int start = out.position();
        out.putInt(0)
                .putInt(length)
                .putLong(epoch)
                .putLong(index)
                .putLong(synced)
                .put(body);
        out.putInt(start, checksum(crc, seed, out, start, out.position()));
    }

    /** Of the record between these places. */
    static int checksum(CRC32C crc, int seed, ByteBuffer bytes, int start, int end) {
        crc.reset();
        crc.update(seed >>> 24);
        crc.update(seed >>> 16);
        crc.update(seed >>> 8);
        crc.update(seed);
        crc.update(bytes.duplicate().clear().limit(end).position(start + 4));
        return (int) crc.getValue();
    }
}
