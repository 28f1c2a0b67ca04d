package org.flushspread.flush.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.flushspread.flush.replica.Version;
import org.flushspread.flush.store.StoreFiles.StoreFile;

/**
 * The bytes of a snapshot: a head, and chunks with a checksum each, so that neither writing nor reading needs more memory than a chunk. See
 * store 2.3.
 */
final class SnapshotFile {
    static final int MAGIC = 0x46535333;
    /** Bytes of the state in a chunk, but for the last. */
    static final int CHUNK = 1 << 18;

    static final int HEAD = 4 + 4 + 32;
    static final int CHUNK_HEAD = 4 + 4;
    /** In the place of a length: behind it comes the length of the state. */
    static final int END = -1;

    private SnapshotFile() {}

    static ByteBuffer head(Version version) {
        ByteBuffer head = ByteBuffer.allocate(HEAD)
                .putInt(MAGIC)
                .putInt(0)
                .putLong(version.epoch())
                .putLong(version.index())
                .putLong(version.chainHigh())
                .putLong(version.chainLow())
                .flip();
        return head.putInt(4, checksum(0, HEAD, head.slice(8, HEAD - 8)));
    }

    /** Of a chunk: where it stands in the file, its length, and its bytes. */
    static int checksum(long at, int length, ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(12).putLong(at).putInt(length).flip());
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    /** Over all checksums, for the manifest. */
    static int whole(int before, int checksum) {
        return Integer.rotateLeft(before * 0x9E3779B1 ^ checksum, 13);
    }

    /**
     * Goes through all of it before anything of it is used.
     *
     * @throws Damaged if it is not the snapshot that the manifest names
     */
    static Version verify(StoreFile file, String name, Head.Kept kept) throws IOException, Damaged {
        long size = file.size();
        if (size != kept.bytes()) {
            throw new Damaged(name, 0, "it has " + size + " bytes, where " + Head.NAME + " names " + kept.bytes());
        }
        if (size < HEAD) {
            throw new Damaged(name, 0, "it has " + size + " bytes");
        }
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        file.read(head, 0);
        Version version = new Version(head.getLong(8), head.getLong(16), head.getLong(24), head.getLong(32));
        if (!head.flip().equals(head(version))) {
            throw new Damaged(name, 0, "it does not begin as it must");
        }
        Reader reader = new Reader(file, name);
        int whole = whole(reader.toEnd(), head.getInt(4));
        if (reader.at != size || whole != kept.checksum()) {
            throw new Damaged(name, 0, "it is whole, but not the one that " + Head.NAME + " names");
        }
        return version;
    }

    /** Bytes of the state in a file that was found to be whole. */
    static long bytes(StoreFile file) throws IOException {
        ByteBuffer end = ByteBuffer.allocate(8);
        file.read(end, file.size() - 8);
        return end.getLong(0);
    }

    /** The state in a file, chunk by chunk, each of which is verified before it is given out. */
    static class Reader extends InputStream {
        private final StoreFile file;
        private final String name;
        private final ByteBuffer front = ByteBuffer.allocate(CHUNK_HEAD);
        private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK).limit(0);
        private long at = HEAD;
        private long state;
        private int whole;
        private boolean ended;

        Reader(StoreFile file, String name) {
            this.file = file;
            this.name = name;
        }

        /** Reads all of it; answers what the manifest says of its chunks. */
        private int toEnd() throws IOException, Damaged {
            while (!ended) {
                next();
            }
            return whole;
        }

        private void next() throws IOException, Damaged {
            mustHave(CHUNK_HEAD);
            file.read(front.clear(), at);
            int length = front.getInt(0);
            int bytes = length == END ? 8 : length;
            if (bytes < 1 || bytes > CHUNK) {
                throw new Damaged(name, at, "the length of a chunk is wrong");
            }
            mustHave(CHUNK_HEAD + bytes);
            file.read(chunk.clear().limit(bytes), at + CHUNK_HEAD);
            chunk.flip();
            if (checksum(at, length, chunk) != front.getInt(4)) {
                throw new Damaged(name, at, "the checksum of a chunk is wrong");
            }
            whole = whole(whole, front.getInt(4));
            if (length == END) {
                ended = true;
                if (chunk.getLong(0) != state) {
                    throw new Damaged(name, at, "it has " + state + " bytes of a state of " + chunk.getLong(0));
                }
                chunk.limit(0);
            }
            at += CHUNK_HEAD + bytes;
            state += length == END ? 0 : length;
        }

        private void mustHave(int bytes) throws IOException, Damaged {
            if (at + bytes > file.size()) {
                throw new Damaged(name, at, "it ends too early");
            }
        }

        private boolean hasMore() throws IOException {
            try {
                while (!chunk.hasRemaining() && !ended) {
                    next();
                }
            } catch (Damaged e) {
                throw new IOException(e.getMessage(), e);
            }
            return chunk.hasRemaining();
        }

        @Override
        public int read() throws IOException {
            return hasMore() ? chunk.get() & 0xff : -1;
        }

        @Override
        public int read(byte[] to, int from, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (!hasMore()) {
                return -1;
            }
            int part = Math.min(length, chunk.remaining());
            chunk.get(to, from, part);
            return part;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
