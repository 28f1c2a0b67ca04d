package org.flushspread.flush.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.flushspread.flush.replica.Version;
import org.flushspread.flush.store.StoreFiles.StoreFile;

/**
 * The bytes of a snapshot: a head, and chunks with a checksum each, so that neither writing nor reading needs more memory than a chunk, and
 * a table where the state is in parts. See store 2.3 and 2.10.
 */
final class SnapshotFile {
    static final int MAGIC = 0x46535333;
    /** Of a state in parts. */
    static final int PARTS_MAGIC = 0x46535334;
    /** Bytes of the state in a chunk, but for the last. */
    static final int CHUNK = 1 << 18;

    static final int HEAD = 4 + 4 + 32;
    static final int CHUNK_HEAD = 4 + 4;
    /** In the place of a length: behind it comes the length of the state. A length below it, ~n, means n bytes of the table of parts. */
    static final int END = -1;

    private SnapshotFile() {}

    static ByteBuffer head(int magic, Version version) {
        ByteBuffer head = ByteBuffer.allocate(HEAD)
                .putInt(magic)
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
     * A file that is whole.
     *
     * @param table where the state is; all of it in this file where it is not kept in parts
     * @param inParts true if the next snapshot may take parts over
     */
    record Found(Version version, PartTable table, boolean inParts) {}

    /**
     * Goes through all of it before anything of it is used.
     *
     * @param named what there must be of it
     * @throws Damaged if it is not the snapshot that the manifest names, or the table of a later snapshot
     */
    static Found verify(StoreFile file, PartTable.PartFile named) throws IOException, Damaged {
        String name = named.name();
        Head.Kept kept = named.kept();
        long size = file.size();
        if (size != kept.bytes()) {
            throw new Damaged(name, 0, "it has " + size + " bytes, where " + Head.NAME + " names " + kept.bytes());
        }
        if (size < HEAD) {
            throw new Damaged(name, 0, "it has " + size + " bytes");
        }
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        file.read(head, 0);
        boolean inParts = head.getInt(0) == PARTS_MAGIC;
        Version version = new Version(head.getLong(8), head.getLong(16), head.getLong(24), head.getLong(32));
        if (!head.flip().equals(head(inParts ? PARTS_MAGIC : MAGIC, version))) {
            throw new Damaged(name, 0, "it does not begin as it must");
        }
        SnapshotChunks chunks = new SnapshotChunks(file, name, HEAD);
        PartTable table = inParts ? inParts(chunks, named) : whole(chunks, named);
        if (chunks.at() != size || whole(chunks.whole(), head.getInt(4)) != kept.checksum()) {
            throw new Damaged(name, 0, "it is whole, but not the one that " + Head.NAME + " names");
        }
        return new Found(version, table, inParts);
    }

    private static PartTable whole(SnapshotChunks chunks, PartTable.PartFile named) throws IOException, Damaged {
        long state = 0;
        SnapshotChunks.Kind kind = chunks.next();
        for (; kind == SnapshotChunks.Kind.STATE; kind = chunks.next()) {
            state += chunks.bytes().remaining();
        }
        mustBeAll(kind, chunks, state);
        return PartTable.ofOne(named, state);
    }

    private static PartTable inParts(SnapshotChunks chunks, PartTable.PartFile named) throws IOException, Damaged {
        SnapshotChunks.Kind kind = chunks.next();
        while (kind == SnapshotChunks.Kind.STATE) {
            kind = chunks.next();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (; kind == SnapshotChunks.Kind.TABLE; kind = chunks.next()) {
            bytes.write(chunks.bytes().array(), 0, chunks.bytes().remaining());
            if (bytes.size() > PartTable.MOST_BYTES) {
                throw chunks.damaged("its table is too long");
            }
        }
        try {
            PartTable table = PartTable.decode(ByteBuffer.wrap(bytes.toByteArray()), named);
            mustBeAll(kind, chunks, table.bytes());
            return table;
        } catch (IllegalArgumentException e) {
            throw chunks.damaged("its table cannot be read: " + e.getMessage());
        }
    }

    private static void mustBeAll(SnapshotChunks.Kind last, SnapshotChunks chunks, long state) throws Damaged {
        if (last != SnapshotChunks.Kind.END) {
            throw chunks.damaged("a chunk stands where the end must be");
        }
        long told = chunks.bytes().getLong(0);
        if (told != state) {
            throw chunks.damaged("it has " + state + " bytes of a state of " + told);
        }
    }
}
