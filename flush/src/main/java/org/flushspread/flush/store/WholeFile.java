package org.flushspread.flush.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.flushspread.flush.store.StoreFiles.StoreFile;
import org.jspecify.annotations.Nullable;

/** A file that is written and read as one: four bytes that say what it is, the CRC32C of what follows, and that. See store 2.1. */
final class WholeFile {
    static final int HEAD = 8;

    /**
     * @param magic what it begins with
     * @param checksum of the rest
     * @param front as many bytes as were wanted apart
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Content(int magic, int checksum, ByteBuffer front, byte[] rest) {
        long bytes() {
            return (long) front.limit() + rest.length;
        }
    }

    private final StoreFiles files;
    private final boolean forces;

    WholeFile(StoreFiles files, boolean forces) {
        this.files = files;
        this.forces = forces;
    }

    /**
     * Writes it under another name and renames it: there is always the old one or the new one, and the new one when this returns.
     *
     * @return its checksum
     */
    int replace(String name, int magic, ByteBuffer... body) throws IOException {
        CRC32C crc = new CRC32C();
        for (ByteBuffer part : body) {
            crc.update(part.duplicate());
        }
        ByteBuffer[] parts = new ByteBuffer[body.length + 1];
        parts[0] = ByteBuffer.allocate(HEAD)
                .putInt(magic)
                .putInt((int) crc.getValue())
                .flip();
        System.arraycopy(body, 0, parts, 1, body.length);
        replace(name, parts);
        return (int) crc.getValue();
    }

    /** One for people. */
    void replaceText(String name, String text) throws IOException {
        replace(name, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private void replace(String name, ByteBuffer... parts) throws IOException {
        String temporary = name + ".new";
        try (StoreFile file = files.create(temporary)) {
            long at = 0;
            for (ByteBuffer part : parts) {
                int length = part.remaining();
                file.write(part.duplicate(), at);
                at += length;
            }
            if (forces) {
                file.force();
            }
        }
        files.rename(temporary, name);
        if (forces) {
            files.force();
        }
    }

    /**
     * What follows the head.
     *
     * @param front bytes of it that are wanted apart
     * @param magics what it may begin with
     * @return null if there is no such file
     */
    @Nullable
    Content read(String name, int front, int... magics) throws IOException, Damaged {
        try (StoreFile file = files.open(name)) {
            long size = file.size();
            if (size < HEAD + front || size > Integer.MAX_VALUE - HEAD) {
                throw new Damaged(name, 0, "it has " + size + " bytes");
            }
            ByteBuffer head = ByteBuffer.allocate(HEAD + front);
            file.read(head, 0);
            int magic = head.getInt(0);
            if (IntStream.of(magics).noneMatch(each -> each == magic)) {
                throw new Damaged(name, 0, "it does not begin as it must");
            }
            byte[] rest = new byte[(int) size - HEAD - front];
            file.read(ByteBuffer.wrap(rest), HEAD + front);
            CRC32C crc = new CRC32C();
            crc.update(head.position(HEAD));
            crc.update(rest);
            if ((int) crc.getValue() != head.getInt(4)) {
                throw new Damaged(name, 4, "the checksum of its " + size + " bytes is wrong");
            }
            return new Content(magic, head.getInt(4), head.position(HEAD), rest);
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
