package org.flushspread.flush.store;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one file of the log: a head, records of commands by rising index, and at last a seal, which says that the log goes on in the
 * next file. See store 2.4.
 *
 * @param format 3, or 2 of an earlier release
 * @param number in the order of all segments there ever were
 * @param tie to what comes before: the {@linkplain #chain chain} over it, in format 2 the number of the first segment behind the snapshot
 * @param first index of its first command
 */
record Segment(int format, long number, long tie, long first) {
    static final String PREFIX = "log-";
    static final int HEAD = 32;
    static final int RECORD_HEAD = 32;
    /** In the place of a length. */
    static final int SEAL = -1;

    static final int FORMAT = 3;
    static final int FORMER_FORMAT = 2;

    private static final int MAGIC = 0x46534c30;

    /** One as they are made now. */
    static Segment after(long chain, long number, long first) {
        return new Segment(FORMAT, number, chain, first);
    }

    /** The one that this head begins; null if it is none. */
    static @Nullable Segment decode(ByteBuffer head) {
        int format = head.getInt(0) - MAGIC;
        if (format != FORMAT && format != FORMER_FORMAT) {
            return null;
        }
        Segment segment = new Segment(format, head.getLong(8), head.getLong(16), head.getLong(24));
        return head.equals(segment.head()) ? segment : null;
    }

    static String name(long number) {
        return PREFIX + number;
    }

    String name() {
        return name(number);
    }

    ByteBuffer head() {
        ByteBuffer head = ByteBuffer.allocate(HEAD)
                .putInt(MAGIC + format)
                .putInt(0)
                .putLong(number)
                .putLong(tie)
                .putLong(first);
        return head.putInt(4, checksum(head.flip())).rewind();
    }

    private static int checksum(ByteBuffer head) {
        CRC32C crc = new CRC32C();
        crc.update(head.duplicate().position(8));
        return (int) crc.getValue();
    }

    /** What the checksum of each record begins with, so that a record of another file is not taken for one of this. */
    int seed() {
        return head().getInt(4);
    }

    /** The chain over all that came before, with one more record: the next file begins with it, so none can be changed or exchanged alone. */
    static long chain(long before, int checksum) {
        return Long.rotateLeft((before ^ (checksum & 0xffffffffL)) * 0x9E3779B97F4A7C15L, 29);
    }

    /**
     * Puts a record behind the position.
     *
     * @param synced the last command that had been given out when this one came
     * @return its checksum
     */
    static int put(
            ByteBuffer out, CRC32C crc, int seed, int length, long epoch, long index, long synced, ByteBuffer body) {
        int start = out.position();
        out.putInt(0)
                .putInt(length)
                .putLong(epoch)
                .putLong(index)
                .putLong(synced)
                .put(body);
        int checksum = checksum(crc, seed, out, start, out.position());
        out.putInt(start, checksum);
        return checksum;
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
