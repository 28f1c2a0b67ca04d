package org.flushspread.flush.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.flushspread.flush.replica.Version;
import org.flushspread.flush.store.StoreFiles.StoreFile;

/** A snapshot as earlier releases wrote it: a file with one checksum over version and state (store 2.3). */
final class FormerSnapshot {
    static final int MAGIC = 0x46535332;
    private static final int HEAD = WholeFile.HEAD + 32;

    private FormerSnapshot() {}

    /**
     * Goes through all of it before anything of it is used.
     *
     * @throws Damaged if it is not the snapshot that the manifest names
     */
    static Version verify(StoreFile file, String name, Head.Kept kept) throws IOException, Damaged {
        long size = file.size();
        if (size < HEAD) {
            throw new Damaged(name, 0, "it has " + size + " bytes");
        }
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        file.read(head, 0);
        CRC32C crc = new CRC32C();
        crc.update(head.position(WholeFile.HEAD));
        try (InputStream state = open(file)) {
            byte[] part = new byte[1 << 16];
            for (int length = state.read(part); length >= 0; length = state.read(part)) {
                crc.update(part, 0, length);
            }
        }
        if ((int) crc.getValue() != head.getInt(4)) {
            throw new Damaged(name, 4, "the checksum of its " + size + " bytes is wrong");
        }
        if (kept.bytes() >= 0 && (kept.bytes() != size || kept.checksum() != head.getInt(4))) {
            throw new Damaged(name, 0, "it is whole, but not the one that " + Head.NAME + " names");
        }
        return new Version(head.getLong(8), head.getLong(16), head.getLong(24), head.getLong(32));
    }

    static long bytes(StoreFile file) throws IOException {
        return file.size() - HEAD;
    }

    /** The state; closes nothing. */
    static InputStream open(StoreFile file) throws IOException {
        long size = file.size();
        return new InputStream() {
            private long at = HEAD;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] to, int from, int length) throws IOException {
                int part = (int) Math.min(length, size - at);
                if (part == 0) {
                    return length == 0 ? 0 : -1;
                }
                file.read(ByteBuffer.wrap(to, from, part), at);
                at += part;
                return part;
            }
        };
    }

    /** The state, with the file that it closes. */
    static InputStream opening(StoreFile file) throws IOException {
        return new FilterInputStream(open(file)) {
            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }
}
