package org.flushspread.flush.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.flushspread.flush.store.StoreFiles.StoreFile;

/** The end of the log, where commands are put behind. See store 2.4. */
final class LogWriter implements AutoCloseable {
    private static final int BUFFER = 1 << 18;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final StoreFiles files;
    private final boolean forces;
    private final long segmentBytes;
    private final CRC32C crc = new CRC32C();
    private ByteBuffer buffer;
    private Segment segment;
    private StoreFile file;
    private int seed;
    private long position;
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
            long position,
            long last) {
        this.files = files;
        this.forces = forces;
        this.segmentBytes = segmentBytes;
        this.buffer = ByteBuffer.allocateDirect((int) Math.min(BUFFER, segmentBytes));
        this.segment = segment;
        this.file = file;
        this.seed = segment.seed();
        this.position = position;
        this.last = last;
        this.written = last;
        this.forced = last;
        this.synced = last;
    }

    /** An empty log behind command {@code base}; on the device when this returns. */
    static LogWriter begin(StoreFiles files, boolean forces, long segmentBytes, long generation, long base)
            throws IOException {
        Segment first = new Segment(generation, generation, base + 1);
        return new LogWriter(files, forces, segmentBytes, first, create(files, forces, first), Segment.HEAD, base);
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

    /** Goes on behind what was found; what is torn there is cut, and all of it is on the device when this returns. */
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
            }
            good = true;
            return new LogWriter(files, forces, segmentBytes, tail, file, found.end(), found.last());
        } finally {
            if (!good) {
                file.close();
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
        Segment.put(buffer, crc, seed, length, epoch, index, synced, body.duplicate());
    }

    /** The next segment is there before this one is sealed: behind a seal there is always a next one. */
    private void roll() throws IOException {
        drain();
        Segment next = new Segment(segment.number() + 1, segment.generation(), last + 1);
        StoreFile begun = create(files, forces, next);
        try (StoreFile full = file) {
            file = begun;
            put(Segment.SEAL, 0, last + 1, NOTHING);
            full.write(buffer.flip(), position);
            buffer.clear();
            if (forces) {
                full.force();
                forced = written;
            }
        }
        segment = next;
        seed = next.seed();
        position = Segment.HEAD;
    }

    /** Gives everything to the operating system. */
    void drain() throws IOException {
        if (buffer.position() > 0) {
            int length = buffer.flip().remaining();
            file.write(buffer, position);
            position += length;
            buffer.clear();
            written = last;
        }
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
