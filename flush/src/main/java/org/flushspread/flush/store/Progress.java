package org.flushspread.flush.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.zip.CRC32C;
import org.flushspread.flush.store.StoreFiles.StoreFile;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code progress}: how much the member has promised to keep. Two places are overwritten by turns and never forced, so after a loss
 * of power an older one may be there; it is true too, since it is written when what it says is done. See store 2.5.
 */
final class Progress implements AutoCloseable {
    static final String NAME = "progress";

    /**
     * @param sequence of the metadata
     * @param generation that {@code index} belongs to
     * @param index the last command that must be there
     */
    record Promise(long sequence, long generation, long index) {}

    private static final int PLACE = 64;
    private static final int USED = 36;

    private final StoreFile file;
    private final ByteBuffer place = ByteBuffer.allocateDirect(PLACE);
    private final CRC32C crc = new CRC32C();
    private long count;
    private @Nullable Promise last;

    private Progress(StoreFile file) {
        this.file = file;
    }

    static Progress create(StoreFiles files, boolean forces) throws IOException {
        Progress created = new Progress(files.create(NAME));
        boolean good = false;
        try {
            // Both places, so that one is whole while the other is written.
            created.write(new Promise(0, 0, 0));
            created.last = null;
            created.write(new Promise(0, 0, 0));
            if (forces) {
                created.file.force();
                files.force();
            }
            good = true;
            return created;
        } finally {
            if (!good) {
                created.close();
            }
        }
    }

    static Progress open(StoreFiles files) throws IOException, Damaged {
        Progress opened;
        try {
            opened = new Progress(files.open(NAME));
        } catch (NoSuchFileException e) {
            throw new Damaged("file " + NAME + " is missing while others are there");
        }
        boolean good = false;
        try {
            opened.read();
            good = true;
            return opened;
        } finally {
            if (!good) {
                opened.close();
            }
        }
    }

    private void read() throws IOException, Damaged {
        for (long at = 0; at + PLACE <= file.size(); at += PLACE) {
            file.read(place.clear(), at);
            long written = place.getLong(4);
            if (place.getInt(0) == checksum() && written >= count) {
                count = written;
                last = new Promise(place.getLong(12), place.getLong(20), place.getLong(28));
            }
        }
        if (last == null) {
            throw new Damaged(NAME, 0, "the checksum is wrong in both places");
        }
    }

    /** What was read or written last. */
    Promise promise() {
        Promise known = last;
        if (known == null) {
            throw new IllegalStateException("nothing was read yet");
        }
        return known;
    }

    void write(Promise next) throws IOException {
        if (next.equals(last)) {
            return;
        }
        count++;
        place.clear()
                .putLong(4, count)
                .putLong(12, next.sequence())
                .putLong(20, next.generation())
                .putLong(28, next.index());
        place.putInt(0, checksum());
        file.write(place, (count & 1) * PLACE);
        last = next;
    }

    private int checksum() {
        crc.reset();
        crc.update(place.duplicate().position(4).limit(USED));
        return (int) crc.getValue();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
