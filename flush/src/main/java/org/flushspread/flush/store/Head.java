package org.flushspread.flush.store;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.ReplicaCodec;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code metadata}, the manifest of the store: what the member must not forget, and which files belong to it. See store 2.2.
 *
 * @param sequence rises by one each time it is written
 * @param generation number of the first segment of the log, and of the snapshot before it
 * @param base the last command that is not in the log
 * @param chain over all that came before the log
 * @param snapshot null as long as the log begins with the first command
 * @param group of the member; empty if nobody said it
 */
record Head(
        long sequence,
        long generation,
        long base,
        long chain,
        @Nullable Kept snapshot,
        String group,
        Metadata metadata) {
    /**
     * The snapshot that belongs to the store, and no other.
     *
     * @param bytes of its file; negative if the manifest is one of format 2, which did not say
     * @param checksum of its file
     */
    record Kept(long bytes, int checksum) {}

    static final String NAME = "metadata";
    static final int MAGIC = 0x46534d33;
    static final int FORMER_MAGIC = 0x46534d32;
    /** Of stores without segments. */
    static final int FIRST_MAGIC = 0x46534d31;

    private static final int FIXED = 8 + 8 + 8 + 8 + 1 + 8 + 4 + 2;

    ByteBuffer encode() {
        byte[] name = group.getBytes(StandardCharsets.UTF_8);
        byte[] body = ReplicaCodec.encode(metadata);
        Kept kept = snapshot;
        return ByteBuffer.allocate(FIXED + name.length + body.length)
                .putLong(sequence)
                .putLong(generation)
                .putLong(base)
                .putLong(chain)
                .put((byte) (kept == null ? 0 : 1))
                .putLong(kept == null ? 0 : kept.bytes)
                .putInt(kept == null ? 0 : kept.checksum)
                .putShort((short) name.length)
                .put(name)
                .put(body)
                .flip();
    }

    static Head decode(int magic, ByteBuffer in) throws Damaged {
        try {
            return magic == MAGIC ? now(in) : former(in);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new Damaged(NAME, 8, "it cannot be read: " + e.getMessage());
        }
    }

    private static Head now(ByteBuffer in) {
        long sequence = in.getLong();
        long generation = in.getLong();
        long base = in.getLong();
        long chain = in.getLong();
        boolean hasSnapshot = in.get() != 0;
        Kept kept = new Kept(in.getLong(), in.getInt());
        return new Head(
                sequence, generation, base, chain, hasSnapshot ? kept : null, group(in), ReplicaCodec.metadata(in));
    }

    private static Head former(ByteBuffer in) {
        long sequence = in.getLong();
        long generation = in.getLong();
        boolean hasSnapshot = in.get() != 0;
        long base = in.getLong();
        return new Head(
                sequence,
                generation,
                base,
                0,
                hasSnapshot ? new Kept(-1, 0) : null,
                group(in),
                ReplicaCodec.metadata(in));
    }

    private static String group(ByteBuffer in) {
        byte[] name = new byte[in.getShort() & 0xffff];
        in.get(name);
        return new String(name, StandardCharsets.UTF_8);
    }

    /** The same files with other metadata. */
    Head next(Metadata other) {
        return new Head(sequence + 1, generation, base, chain, snapshot, group, other);
    }

    String snapshotName() {
        return "snapshot-" + generation;
    }
}
