package org.flushspread.flush.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.Version;
import org.flushspread.flush.store.StoreFiles.StoreFile;
import org.jspecify.annotations.Nullable;

/**
 * Writes a snapshot into a file that nothing names until it is committed: whatever a crash leaves of it is removed (store 2.7). It may be given
 * up while its thread writes; then that thread closes the file, so nobody waits for the device.
 */
final class SnapshotFileWriter implements SnapshotWriter {
    /** Forced now and then, so that no force of the log has to wait for much of it. */
    private static final int FORCE = 2 << 20;

    /** The file does not name what there is of itself. */
    private static final Head.Kept UNKNOWN = new Head.Kept(0, 0);

    private enum Use {
        IDLE,
        BUSY,
        OVER
    }

    /**
     * Where the log goes on behind it.
     *
     * @param segment number of the first one behind it
     * @param base the last command before it
     * @param chain over all before that segment
     */
    record Cut(long segment, long base, long chain) {}

    /**
     * The snapshot that counts while this one is written, in parts that may be taken over.
     *
     * @param index the last command before it
     */
    record Before(long index, PartTable table) {}

    /** The store whose snapshot it is to be. */
    interface Owner {
        /** It takes its place. */
        void commit(SnapshotFileWriter done, @Nullable Metadata metadata);

        /** Removes files, from any thread. */
        void clear(List<String> names);
    }

    private final String temporary;
    private final StoreFile file;
    private final boolean forces;
    private final @Nullable Cut cut;
    private final @Nullable Before before;
    private final Owner owner;
    private final AtomicReference<Use> use = new AtomicReference<>(Use.IDLE);
    private final OutputStream out = new Out();
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(SnapshotFile.CHUNK_HEAD + SnapshotFile.CHUNK)
            .position(SnapshotFile.CHUNK_HEAD);
    private long at = SnapshotFile.HEAD;
    private long forced;
    private long state;
    private int whole;
    private volatile List<String> replaced = List.of();
    /** Null as long as the state is not in parts. */
    private PartTable.@Nullable Growing parts;

    private volatile @Nullable Version version;
    private volatile Head.@Nullable Kept kept;
    private volatile @Nullable PartTable table;

    /**
     * @param cut null if it takes the place of all there is
     * @param before null if there is none in parts
     */
    SnapshotFileWriter(
            StoreFiles files, String temporary, boolean forces, @Nullable Cut cut, @Nullable Before before, Owner owner)
            throws IOException {
        this.temporary = temporary;
        this.file = files.create(temporary);
        this.forces = forces;
        this.cut = cut;
        this.before = before;
        this.owner = owner;
    }

    /** The name of the file until it is committed. */
    String temporary() {
        return temporary;
    }

    /** Null if it takes the place of all there is. */
    @Nullable
    Cut cut() {
        return cut;
    }

    /** Null if it is not complete. */
    @Nullable
    Version version() {
        return version;
    }

    /** What the manifest says of it; null if it is not complete. */
    Head.@Nullable Kept kept() {
        return kept;
    }

    /** Where its parts are; null if it is not complete, or has none. */
    @Nullable
    PartTable table() {
        return table;
    }

    private void enter() throws IOException {
        if (!use.compareAndSet(Use.IDLE, Use.BUSY)) {
            throw new IOException("the snapshot is of no use any more");
        }
    }

    private void leave() throws IOException {
        if (!use.compareAndSet(Use.BUSY, Use.IDLE)) {
            file.close();
        }
    }

    private final class Out extends OutputStream {
        @Override
        public void write(int oneByte) throws IOException {
            write(new byte[] {(byte) oneByte}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            enter();
            try {
                for (int next = from; next < from + length; ) {
                    int part = Math.min(chunk.remaining(), from + length - next);
                    chunk.put(bytes, next, part);
                    next += part;
                    if (!chunk.hasRemaining()) {
                        putState();
                    }
                }
            } finally {
                leave();
            }
        }
    }

    // ---- parts

    @Override
    public OptionalLong before() {
        Before its = before;
        return its == null ? OptionalLong.empty() : OptionalLong.of(its.index);
    }

    @Override
    public void part() throws IOException {
        enter();
        try {
            PartTable.Growing growing = growing();
            putState();
            growing.begin(at);
        } finally {
            leave();
        }
    }

    @Override
    public boolean keep() throws IOException {
        enter();
        try {
            PartTable.Growing growing = growing();
            putState();
            return growing.keep();
        } finally {
            leave();
        }
    }

    private PartTable.Growing growing() {
        PartTable.Growing growing = parts;
        if (growing == null) {
            if (cut == null || at + chunk.position() != SnapshotFile.HEAD + SnapshotFile.CHUNK_HEAD) {
                throw new IllegalStateException("it has been begun as one that has no parts");
            }
            growing = new PartTable.Growing(before == null ? null : before.table);
            parts = growing;
        }
        return growing;
    }

    /** What has come of the state. */
    private void putState() throws IOException {
        int length = chunk.position() - SnapshotFile.CHUNK_HEAD;
        if (length > 0) {
            put(length);
            state += length;
            PartTable.Growing growing = parts;
            if (growing != null) {
                growing.add(length);
            }
        }
    }

    private void putTable(PartTable its) throws IOException {
        for (ByteBuffer bytes = its.encode(); bytes.hasRemaining(); ) {
            int length = Math.min(bytes.remaining(), SnapshotFile.CHUNK);
            chunk.put(bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
            put(~length);
        }
    }

    // ---- the file

    private void put(int length) throws IOException {
        chunk.flip();
        int checksum = SnapshotFile.checksum(
                at, length, chunk.slice(SnapshotFile.CHUNK_HEAD, chunk.limit() - SnapshotFile.CHUNK_HEAD));
        chunk.putInt(0, length).putInt(4, checksum);
        whole = SnapshotFile.whole(whole, checksum);
        file.write(chunk.duplicate(), at);
        at += chunk.limit();
        chunk.clear().position(SnapshotFile.CHUNK_HEAD);
        if (forces && at - forced >= FORCE) {
            file.force();
            forced = at;
        }
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public void finish(Version of) throws IOException {
        enter();
        try {
            putState();
            PartTable.Growing growing = parts;
            if (growing != null) {
                putTable(growing.done(itself(UNKNOWN)));
                state = growing.bytes();
            }
            chunk.putLong(state);
            put(SnapshotFile.END);
            ByteBuffer head = SnapshotFile.head(growing == null ? SnapshotFile.MAGIC : SnapshotFile.PARTS_MAGIC, of);
            file.write(head.duplicate(), 0);
            if (forces) {
                file.force();
            }
            version = of;
            Head.Kept all = new Head.Kept(at, SnapshotFile.whole(whole, head.getInt(4)));
            kept = all;
            table = growing == null ? null : growing.done(itself(all));
        } finally {
            leave();
        }
    }

    private PartTable.PartFile itself(Head.Kept all) {
        return new PartTable.PartFile(cut == null ? 0 : cut.segment, all);
    }

    /** Closes nothing: the file is open until this is committed or given up. */
    @Override
    public InputStream read() {
        PartTable one = PartTable.ofOne(itself(UNKNOWN), state);
        return new StateInput(one, itself -> file) {
            @Override
            public void close() {}
        };
    }

    @Override
    public void commit(@Nullable Metadata metadata) {
        owner.commit(this, metadata);
    }

    /** It has taken the place of these files. */
    void replaces(List<String> names) {
        replaced = List.copyOf(names);
    }

    List<String> replaced() {
        return replaced;
    }

    @Override
    public void clear() {
        owner.clear(replaced);
    }

    /** It is complete. False if it has been given up before. */
    boolean close() throws IOException {
        if (!use.compareAndSet(Use.IDLE, Use.OVER)) {
            return false;
        }
        file.close();
        return true;
    }

    @Override
    public void abandon() {
        if (use.getAndSet(Use.OVER) == Use.IDLE) {
            try {
                file.close();
            } catch (IOException e) {
                // It was of no use before.
            }
        }
    }

    @Override
    public long bytes() {
        return state;
    }
}
