package org.flushspread.flush.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.flushspread.flush.store.StoreFiles.StoreFile;

/** Goes through the chunks of snapshots, each of which is verified before anybody sees it. Takes the memory of one. See store 2.3. */
final class SnapshotChunks {
    /** What a chunk holds. */
    enum Kind {
        STATE,
        TABLE,
        END
    }

    private final ByteBuffer front = ByteBuffer.allocate(SnapshotFile.CHUNK_HEAD);
    private final ByteBuffer bytes = ByteBuffer.allocate(SnapshotFile.CHUNK).limit(0);
    private StoreFile file;
    private String name;
    private long at;
    private int whole;

    /** @param at where the first chunk is that is wanted */
    SnapshotChunks(StoreFile file, String name, long at) {
        this.file = file;
        this.name = name;
        this.at = at;
    }

    /** Goes on elsewhere. */
    void from(StoreFile other, String otherName, long otherAt) {
        file = other;
        name = otherName;
        at = otherAt;
    }

    /** Brings the next one. */
    Kind next() throws IOException, Damaged {
        mustHave(SnapshotFile.CHUNK_HEAD);
        file.read(front.clear(), at);
        int length = front.getInt(0);
        Kind kind = length >= 0 ? Kind.STATE : length == SnapshotFile.END ? Kind.END : Kind.TABLE;
        int count = switch (kind) {
            case STATE -> length;
            case TABLE -> ~length;
            case END -> 8;
        };
        if (count < 1 || count > SnapshotFile.CHUNK) {
            throw new Damaged(name, at, "the length of a chunk is wrong");
        }
        mustHave(SnapshotFile.CHUNK_HEAD + count);
        file.read(bytes.clear().limit(count), at + SnapshotFile.CHUNK_HEAD);
        bytes.flip();
        if (SnapshotFile.checksum(at, length, bytes) != front.getInt(4)) {
            throw new Damaged(name, at, "the checksum of a chunk is wrong");
        }
        whole = SnapshotFile.whole(whole, front.getInt(4));
        at += SnapshotFile.CHUNK_HEAD + count;
        return kind;
    }

    private void mustHave(int count) throws IOException, Damaged {
        if (at + count > file.size()) {
            throw new Damaged(name, at, "it ends too early");
        }
    }

    /** Of the last one. */
    ByteBuffer bytes() {
        return bytes;
    }

    /** Behind the last one. */
    long at() {
        return at;
    }

    /** Over the checksums of all so far. */
    int whole() {
        return whole;
    }

    Damaged damaged(String what) {
        return new Damaged(name, at, what);
    }
}
