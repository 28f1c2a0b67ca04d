package org.flushspread.flush.store;

import com.google.common.io.FileBackedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.Version;
import org.jspecify.annotations.Nullable;

/** Keeps nothing beyond the process: the state machine itself is the memory. */
final class MemoryStore implements Store {
    @Override
    public boolean isDurable() {
        return false;
    }

    @Override
    public Recovered open() {
        return Recovered.nothing();
    }

    @Override
    public void append(long epoch, long index, ByteBuffer command) {}

    @Override
    public void sync() {}

    @Override
    public void record(Metadata metadata) {}

    @Override
    public void snapshot(Version version, byte[] state, @Nullable Metadata metadata) {}

    @Override
    public SnapshotWriter begin() {
        throw new IllegalStateException("there is no log in whose place a snapshot could be");
    }

    @Override
    public SnapshotWriter replace() {
        return new Arriving();
    }

    @Override
    public void close() {}

    /** A state on its way to this member: a large one is in a temporary file until it is loaded. */
    private static final class Arriving implements SnapshotWriter {
        private static final int IN_MEMORY = 8 << 20;

        private final FileBackedOutputStream bytes = new FileBackedOutputStream(IN_MEMORY);
        private volatile boolean over;
        private long count;

        private final OutputStream out = new OutputStream() {
            @Override
            public void write(int oneByte) throws IOException {
                write(new byte[] {(byte) oneByte}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                if (over) {
                    throw new IOException("the state is of no use any more");
                }
                bytes.write(from, offset, length);
                count += length;
            }
        };

        @Override
        public OutputStream out() {
            return out;
        }

        @Override
        public void finish(Version version) {}

        @Override
        public InputStream read() throws IOException {
            return bytes.asByteSource().openStream();
        }

        @Override
        public void commit(@Nullable Metadata metadata) {
            abandon();
        }

        @Override
        public void clear() {}

        @Override
        public void abandon() {
            over = true;
            try {
                bytes.reset();
            } catch (IOException e) {
                // What is left goes with the process.
            }
        }

        @Override
        public long bytes() {
            return count;
        }
    }
}
