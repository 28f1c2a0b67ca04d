package org.flushspread.flush.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.flushspread.flush.store.StoreFiles.StoreFile;
import org.jspecify.annotations.Nullable;

/** Reads a segment record by record; holds no more of it than a window, or one record if that is larger. */
final class SegmentReader implements AutoCloseable {
    enum Found {
        COMMAND,
        SEAL,
        /** Nothing more: the file ends, or what was allocated ahead begins, and there are only zeros. */
        END,
        /** There are bytes, but not the record that is due. */
        BAD
    }

    private static final int WINDOW = 1 << 16;
    private static final ByteBuffer ZEROS = ByteBuffer.allocate(WINDOW).asReadOnlyBuffer();

    private final StoreFile file;
    private final long size;
    private final int seed;
    private long chain;
    private final CRC32C crc = new CRC32C();
    private ByteBuffer window = ByteBuffer.allocate(WINDOW).limit(0);
    private long windowAt;
    private long at = Segment.HEAD;
    private byte[] command = {};

    /** @param chain over all that comes before these records */
    SegmentReader(StoreFile file, Segment segment, long chain) throws IOException {
        this.file = file;
        this.size = file.size();
        this.seed = segment.seed();
        this.chain = chain;
    }

    /** The segment that is in this file; null if it has no head of one. */
    static @Nullable Segment segment(StoreFile file) throws IOException {
        if (file.size() < Segment.HEAD) {
            return null;
        }
        ByteBuffer head = ByteBuffer.allocate(Segment.HEAD);
        file.read(head, 0);
        return Segment.decode(head.flip());
    }

    long size() {
        return size;
    }

    /** Where the next record is. */
    long at() {
        return at;
    }

    /** Over all that comes before the next record. */
    long chain() {
        return chain;
    }

    /** Steps over the next record, if it is whole and the one that is due. */
    Found next(long index) throws IOException {
        if (!isRecord(at, index, index)) {
            return isZeroFrom(at) ? Found.END : Found.BAD;
        }
        ByteBuffer head = view(at, Segment.RECORD_HEAD);
        int length = head.getInt(4);
        chain = Segment.chain(chain, head.getInt(0));
        if (length == Segment.SEAL) {
            at += Segment.RECORD_HEAD;
            return Found.SEAL;
        }
        command = new byte[length];
        view(at + Segment.RECORD_HEAD, length).get(command);
        at += Segment.RECORD_HEAD + length;
        return Found.COMMAND;
    }

    /** True if there is nothing from there on but zeros. */
    boolean isZeroFrom(long where) throws IOException {
        for (long next = where; next < size; next += WINDOW) {
            int length = (int) Math.min(WINDOW, size - next);
            if (!view(next, length).equals(ZEROS.slice(0, length))) {
                return false;
            }
        }
        return true;
    }

    /** The one that {@link #next} stepped over. */
    byte[] command() {
        return command;
    }

    /** A record there with an index between the two; the index of a seal is that of the command that is due next. */
    private boolean isRecord(long where, long lowest, long highest) throws IOException {
        if (size - where < Segment.RECORD_HEAD) {
            return false;
        }
        ByteBuffer head = view(where, Segment.RECORD_HEAD);
        int length = head.getInt(4);
        long index = head.getLong(16);
        if (length < Segment.SEAL || index < lowest || index > highest) {
            return false;
        }
        int whole = Segment.RECORD_HEAD + Math.max(0, length);
        if (whole < 0 || whole > size - where) {
            return false;
        }
        ByteBuffer record = view(where, whole);
        return record.getInt(0) == Segment.checksum(crc, seed, record, 0, whole);
    }

    /**
     * Looks behind a bad record for one that was written when the bad one had been given out already. There is none behind a torn end: what
     * is in flight together when power is lost may reach the device in any order, but what follows a sync does not.
     *
     * @return where it is; -1 if there is none
     */
    long laterThan(long index) throws IOException {
        for (long where = at + 1; where <= size - Segment.RECORD_HEAD; where++) {
            long synced = view(where, Segment.RECORD_HEAD).getLong(24);
            if (synced >= index && isRecord(where, Math.max(index + 1, synced), Long.MAX_VALUE)) {
                return where;
            }
        }
        return -1;
    }

    /** So many bytes from there on, at the position of a buffer that is overwritten by the next call. */
    private ByteBuffer view(long where, int length) throws IOException {
        if (where < windowAt || where + length > windowAt + window.limit()) {
            if (length > window.capacity()) {
                window = ByteBuffer.allocate(length);
            }
            window.clear().limit((int) Math.min(window.capacity(), size - where));
            file.read(window, where);
            windowAt = where;
        }
        int start = (int) (where - windowAt);
        return window.slice(start, length);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
