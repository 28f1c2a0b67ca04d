package org.flushspread.flush.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.flushspread.flush.store.StoreFiles.StoreFile;
import org.jspecify.annotations.Nullable;

/** The end of the log, where commands are put behind. See store 2.4. */
final class LogWriter implements AutoCloseable {
    private static final int BUFFER = 1 << 18;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    /** A file grows by so many bytes of zeros at once: a force that changes no size costs the file system no journal. */
    private static final int AHEAD = 1 << 20;

    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 16).asReadOnlyBuffer();

    private final StoreFiles files;
    private final boolean forces;
    private final long segmentBytes;
    private final CRC32C crc = new CRC32C();
    private ByteBuffer buffer;
    private Segment segment;
    private StoreFile file;
    private int seed;
    private long chain;
    private long position;
    private long allocated;
    private long last;
    private long written;
    private long forced;
    private long synced;

    private LogWriter(
            StoreFiles files,
            boolean forces,
            long segmentBytes,
            Segment segment,
            StoreFile file,
            long chain,
            long position,
            long last) {
        this.files = files;
        this.forces = forces;
        this.segmentBytes = segmentBytes;
        this.buffer = ByteBuffer.allocateDirect((int) Math.min(BUFFER, segmentBytes));
        this.segment = segment;
        this.file = file;
        this.seed = segment.seed();
        this.chain = chain;
        this.position = position;
        this.allocated = position;
        this.last = last;
        this.written = last;
        this.forced = last;
        this.synced = last;
    }

    /** An empty log behind command {@code base}; on the device when this returns. */
    static LogWriter begin(StoreFiles files, boolean forces, long segmentBytes, long generation, long chain, long base)
            throws IOException {
        Segment first = Segment.after(chain, generation, base + 1);
        return new LogWriter(
                files, forces, segmentBytes, first, create(files, forces, first), chain, Segment.HEAD, base);
    }

    private static StoreFile create(StoreFiles files, boolean forces, Segment segment) throws IOException {
        StoreFile file = files.create(segment.name());
        boolean good = false;
        try {
            file.write(segment.head(), 0);
            if (forces) {
                file.force();
                files.force();
            }
            good = true;
            return file;
        } finally {
            if (!good) {
                file.close();
            }
        }
    }

    /**
     * Goes on behind what was found; what is torn there is cut, and all of it is on the device when this returns. Before the last segment only
     * the one before it may not have been forced, if a crash came between its seal and that.
     */
    static LogWriter resume(StoreFiles files, boolean forces, long segmentBytes, LogScan found) throws IOException {
        Segment tail = found.tail();
        StoreFile file = files.open(tail.name());
        boolean good = false;
        try {
            if (file.size() > found.end()) {
                file.truncate(found.end());
            }
            if (forces) {
                file.force();
                force(files, found.beforeTail());
            }
            good = true;
            return new LogWriter(files, forces, segmentBytes, tail, file, found.chain(), found.end(), found.last());
        } finally {
            if (!good) {
                file.close();
            }
        }
    }

    private static void force(StoreFiles files, @Nullable Segment segment) throws IOException {
        if (segment != null) {
            try (StoreFile file = files.open(segment.name())) {
                file.force();
            }
        }
    }

    void append(long epoch, long index, ByteBuffer command) throws IOException {
        if (index != last + 1) {
            throw new StoreException("store " + files + ": command " + index + " cannot follow command " + last);
        }
        if (position + buffer.position() >= segmentBytes && last >= segment.first()) {
            roll();
        }
        put(command.remaining(), epoch, index, command);
        last = index;
    }

    private void put(int length, long epoch, long index, ByteBuffer body) throws IOException {
        int whole = Segment.RECORD_HEAD + body.remaining();
        if (buffer.remaining() < whole) {
            drain();
        }
        if (buffer.capacity() < whole) {
            buffer = ByteBuffer.allocateDirect(whole);
        }
        chain = Segment.chain(chain, Segment.put(buffer, crc, seed, length, epoch, index, synced, body.duplicate()));
    }

    /**
     * Seals the segment and begins the next one. That is made with a head only when the seal, with which its head begins, is known; it is there
     * before the seal is written: behind a seal there is always a next one.
     */
    private void roll() throws IOException {
        drain();
        put(Segment.SEAL, 0, last + 1, NOTHING);
        Segment next = Segment.after(chain, segment.number() + 1, last + 1);
        StoreFile begun = create(files, forces, next);
        try (StoreFile full = file) {
            file = begun;
            int length = buffer.flip().remaining();
            full.write(buffer, position);
            buffer.clear();
            if (allocated > position + length) {
                full.truncate(position + length);
            }
            if (forces) {
                full.force();
                forced = written;
            }
        }
        segment = next;
        seed = next.seed();
        position = Segment.HEAD;
        allocated = position;
    }

    /** What is appended from here on stands in a segment of its own. */
    void cut() throws IOException {
        drain();
        if (last >= segment.first() || segment.format() != Segment.FORMAT) {
            roll();
        }
    }

    /** Gives everything to the operating system. */
    void drain() throws IOException {
        if (buffer.position() > 0) {
            int length = buffer.flip().remaining();
            allocate(position + length);
            file.write(buffer, position);
            position += length;
            buffer.clear();
            written = last;
        }
    }

    private void allocate(long needed) throws IOException {
        if (!forces || needed <= allocated) {
            return;
        }
        long step = Math.min(AHEAD, segmentBytes);
        long next = (needed / step + 1) * step;
        for (long at = needed; at < next; at += ZEROS.capacity()) {
            file.write(ZEROS.slice(0, (int) Math.min(ZEROS.capacity(), next - at)), at);
        }
        allocated = next;
    }

    /** Brings everything that was drained to the device. */
    void force() throws IOException {
        if (forces && forced < written) {
            file.force();
            forced = written;
        }
    }

    /** What was drained is given out from here on. */
    void given() {
        synced = written;
    }

    Segment segment() {
        return segment;
    }

    /** Over all that was appended, and what came before. */
    long chain() {
        return chain;
    }

    long last() {
        return last;
    }

    long written() {
        return written;
    }

    long forced() {
        return forced;
    }

    boolean isBehind() {
        return written < last || (forces && forced < last);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
