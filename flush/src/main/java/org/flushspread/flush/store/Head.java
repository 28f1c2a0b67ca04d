package org.flushspread.flush.store;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.ReplicaCodec;

/**
 * The file {@code metadata}: what the member must not forget, and which files belong to it. See store 2.2.
 *
 * @param sequence rises by one each time it is written
 * @param generation number of the snapshot and of the first segment of the log that belong to it
 * @param hasSnapshot false as long as the log begins with the first command
 * @param base the last command that is not in the log
 * @param group of the member; empty if nobody said it
 */
record Head(long sequence, long generation, boolean hasSnapshot, long base, String group, Metadata metadata) {
    static final String NAME = "metadata";
    static final int MAGIC = 0x46534d32;
    /** Of stores without segments. */
    static final int FORMER_MAGIC = 0x46534d31;

    private static final int FIXED = 8 + 8 + 1 + 8 + 2;

    ByteBuffer encode() {
        byte[] name = group.getBytes(StandardCharsets.UTF_8);
        byte[] body = ReplicaCodec.encode(metadata);
        return ByteBuffer.allocate(FIXED + name.length + body.length)
                .putLong(sequence)
                .putLong(generation)
                .put((byte) (hasSnapshot ? 1 : 0))
                .putLong(base)
                .putShort((short) name.length)
                .put(name)
                .put(body)
                .flip();
    }

    static Head decode(ByteBuffer in) throws Damaged {
        try {
            long sequence = in.getLong();
            long generation = in.getLong();
            boolean hasSnapshot = in.get() != 0;
            long base = in.getLong();
            byte[] name = new byte[in.getShort() & 0xffff];
            in.get(name);
            return new Head(
                    sequence,
                    generation,
                    hasSnapshot,
                    base,
                    new String(name, StandardCharsets.UTF_8),
                    ReplicaCodec.metadata(in));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new Damaged(NAME, 8, "it cannot be read: " + e.getMessage());
        }
    }

    String snapshotName() {
        return "snapshot-" + generation;
    }
}
