package org.flushspread.flush.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.zip.CRC32C;
import org.flushspread.flush.store.StoreFiles.StoreFile;
import org.jspecify.annotations.Nullable;

/** A file that is written and read as one: four bytes that say what it is, the CRC32C of what follows, and that. See store 2.1. */
final class WholeFile {
    private static final int HEAD = 8;

    private final StoreFiles files;
    private final boolean forces;

    WholeFile(StoreFiles files, boolean forces) {
        this.files = files;
        this.forces = forces;
    }

    /** Writes it under another name and renames it: there is always the old one or the new one, and the new one when this returns. */
    void replace(String name, int magic, ByteBuffer... body) throws IOException {
        CRC32C crc = new CRC32C();
        for (ByteBuffer part : body) {
            crc.update(part.duplicate());
        }
        ByteBuffer[] parts = new ByteBuffer[body.length + 1];
        parts[0] = ByteBuffer.allocate(HEAD).putInt(magic).putInt((int) crc.getValue()).flip();
        System.arraycopy(body, 0, parts, 1, body.length);
        replace(name, parts);
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

    /** What follows the head; null if there is no such file. */
    @Nullable
    ByteBuffer read(String name, int magic) throws IOException, Damaged {
        try (StoreFile file = files.open(name)) {
            long size = file.size();
            if (size < HEAD || size > Integer.MAX_VALUE - HEAD) {
                throw new Damaged(name, 0, "it has " + size + " bytes");
            }
            ByteBuffer head = ByteBuffer.allocate(HEAD);
            file.read(head, 0);
            if (head.getInt(0) != magic) {
                throw new Damaged(name, 0, "it does not begin as it must");
            }
            ByteBuffer body = ByteBuffer.allocate((int) size - HEAD);
            file.read(body, HEAD);
            CRC32C crc = new CRC32C();
            crc.update(body.flip());
            if ((int) crc.getValue() != head.getInt(4)) {
                throw new Damaged(name, 4, "the checksum of its " + size + " bytes is wrong");
            }
            return body.rewind();
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
