package org.flushspread.flush.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.flushspread.flush.store.StoreFiles.StoreFile;
import org.jspecify.annotations.Nullable;

/** A state as its table says, part by part and chunk by chunk. */
class StateInput extends InputStream {
    /** Opens the files of the table, each once. */
    @FunctionalInterface
    interface Opening {
        StoreFile open(PartTable.PartFile file) throws IOException;
    }

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final PartTable table;
    private final Opening opening;
    private final StoreFile[] opened;
    private @Nullable SnapshotChunks chunks;
    private ByteBuffer chunk = NOTHING;
    /** The next part. */
    private int next;
    /** Bytes of the part before it that are not in a chunk yet. */
    private long left;

    StateInput(PartTable table, Opening opening) {
        this.table = table;
        this.opening = opening;
        this.opened = new StoreFile[table.files().size()];
    }

    private boolean hasMore() throws IOException {
        while (!chunk.hasRemaining()) {
            if (left == 0 && next == table.parts().size()) {
                return false;
            }
            if (left == 0) {
                begin(table.parts().get(next++));
            } else {
                more();
            }
        }
        return true;
    }

    private void begin(PartTable.Part part) throws IOException {
        PartTable.PartFile named = table.files().get(part.file());
        if (opened[part.file()] == null) {
            opened[part.file()] = opening.open(named);
        }
        StoreFile file = opened[part.file()];
        SnapshotChunks known = chunks;
        if (known == null) {
            chunks = new SnapshotChunks(file, named.name(), part.at());
        } else {
            known.from(file, named.name(), part.at());
        }
        left = part.length();
    }

    private void more() throws IOException {
        SnapshotChunks from = chunks;
        if (from == null) {
            return;
        }
        try {
            SnapshotChunks.Kind kind = from.next();
            if (kind != SnapshotChunks.Kind.STATE || from.bytes().remaining() > left) {
                throw from.damaged("a part ends elsewhere than its table says");
            }
            chunk = from.bytes();
            left -= chunk.remaining();
        } catch (Damaged e) {
            throw new IOException(e.getMessage(), e);
        }
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
        for (int i = 0; i < opened.length; i++) {
            StoreFile file = opened[i];
            if (file != null) {
                file.close();
            }
        }
    }
}
