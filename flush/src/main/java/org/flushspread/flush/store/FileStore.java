package org.flushspread.flush.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.Version;
import org.jspecify.annotations.Nullable;

/**
 * A store in a directory of its own, which one member uses at a time. The files belong to the user of the process alone.
 *
 * <p>A crash may leave the end of the log torn; it is cut there. Anything else that is not as it was left, a flipped bit or a missing file,
 * is damage, and {@link WhenDamaged} says what happens then. After an error of the device nothing more is written: all later calls but
 * {@link #close} fail. The files are described in spec/store.md.
 */
public final class FileStore implements Store {
    /** After which a file of the log is followed by the next. */
    static final long SEGMENT_BYTES = 16L << 20;

    private static final long REMOVED_AT_ONCE = 16L << 20;

    private final StoreFiles files;
    private final Fsync fsync;
    private final WhenDamaged whenDamaged;
    private final long segmentBytes;
    private final LongSupplier nanoTime;
    private final WholeFile whole;
    private boolean opened;
    private @Nullable Throwable failure;
    private volatile @Nullable OpenStore open;

    public FileStore(Path directory, Fsync fsync) {
        this(directory, fsync, WhenDamaged.REFUSE);
    }

    public FileStore(Path directory, Fsync fsync, WhenDamaged whenDamaged) {
        this(new DirectoryFiles(directory), fsync, whenDamaged, SEGMENT_BYTES, System::nanoTime);
    }

    FileStore(StoreFiles files, Fsync fsync, WhenDamaged whenDamaged, long segmentBytes, LongSupplier nanoTime) {
        this.files = files;
        this.fsync = fsync;
        this.whenDamaged = whenDamaged;
        this.segmentBytes = segmentBytes;
        this.nanoTime = nanoTime;
        this.whole = new WholeFile(files, fsync.forces());
    }

    @Override
    public boolean isDurable() {
        return true;
    }

    // ---- reading

    @Override
    public Recovered open() {
        return open("");
    }

    @Override
    public Recovered open(String group) {
        if (opened) {
            throw new StoreException("store " + files + " is in use by another member; give each its own directory");
        }
        try {
            files.take();
            opened = true;
            failure = null;
            return recover(group);
        } catch (IOException e) {
            abandon();
            throw new StoreException("cannot open store " + files + ": " + reason(e), e);
        } catch (RuntimeException | Error e) {
            abandon();
            throw e;
        }
    }

    private Recovered recover(String group) throws IOException {
        StoreReader reader = new StoreReader(files, whole);
        OpenStore opening = new OpenStore(files, fsync, segmentBytes, nanoTime, whole, group);
        open = opening;
        try {
            if (fsync.forces()) {
                // What an earlier process did last is built on from here on; so far the system alone may know of it.
                files.force();
            }
            Head found = reader.head();
            if (found == null) {
                for (String left : reader.mustBeNew()) {
                    files.delete(left);
                }
                return Recovered.nothing();
            }
            Progress.Promise promise = opening.belongsTo(reader.group(found, group));
            StoreReader.Snapshot snapshot = reader.snapshot(found);
            LogScan scan = new LogScan(files, found, reader.promised(found, promise));
            scan.run();
            opening.resume(found, scan, snapshot.parts());
            reader.mark();
            reader.removeOthers(found, snapshot.parts(), scan);
            return new Recovered(
                    found.metadata(),
                    snapshot.version(),
                    snapshot.state(),
                    new LoggedCommands(files, scan.segments(), found.base(), scan.last()),
                    scan.warnings(),
                    null);
        } catch (Damaged e) {
            return damaged(reader, opening, e);
        }
    }

    private Recovered damaged(StoreReader reader, OpenStore opening, Damaged why) throws IOException {
        if (whenDamaged == WhenDamaged.REFUSE) {
            throw reader.refusal(why);
        }
        opening.close();
        return reader.setAside(why);
    }

    // ---- writing

    /** Something that the device may refuse. */
    private interface Work {
        void run() throws IOException;
    }

    /** After one failure nothing is tried again: what the device holds then is unknown, and a second success would prove nothing. */
    private void write(String what, Work work) {
        Throwable before = failure;
        if (before != null) {
            throw new StoreException(
                    "store " + files + " has failed before and takes nothing more: " + before.getMessage(), before);
        }
        if (!opened) {
            throw new StoreException("store " + files + " is not open");
        }
        try {
            work.run();
        } catch (IOException e) {
            failure = e;
            throw new StoreException("cannot " + what + " store " + files + ": " + reason(e), e);
        } catch (RuntimeException | Error e) {
            failure = e;
            throw e;
        }
    }

    private OpenStore current() {
        OpenStore now = open;
        if (now == null) {
            throw new StoreException("store " + files + " is not open");
        }
        return now;
    }

    @Override
    public void append(long epoch, long index, ByteBuffer command) {
        write("append to", () -> current().append(epoch, index, command));
    }

    @Override
    public void sync() {
        write("write to", () -> current().sync());
    }

    @Override
    public void tick() {
        OpenStore now = open;
        if (now != null && failure == null && now.isBehind()) {
            sync();
        }
    }

    @Override
    public void record(Metadata next) {
        write("write the metadata of", () -> current().record(next));
    }

    @Override
    public SnapshotWriter begin() {
        return begin(true);
    }

    @Override
    public SnapshotWriter replace() {
        return begin(false);
    }

    @Override
    public void snapshot(Version version, byte[] state, @Nullable Metadata metadata) {
        write("write a snapshot to", () -> {
            SnapshotFileWriter writer = begin(false);
            writer.out().write(state);
            writer.finish(version);
            writer.commit(metadata);
            for (String name : writer.replaced()) {
                files.delete(name);
            }
        });
    }

    private SnapshotFileWriter begin(boolean logGoesOn) {
        OpenStore owner = current();
        List<SnapshotFileWriter> begun = new ArrayList<>(1);
        write("begin a snapshot in", () -> {
            begun.add(owner.snapshot(logGoesOn, new OwnerOfSnapshot(owner)));
        });
        return begun.get(0);
    }

    private final class OwnerOfSnapshot implements SnapshotFileWriter.Owner {
        private final OpenStore owner;

        OwnerOfSnapshot(OpenStore owner) {
            this.owner = owner;
        }

        @Override
        public void commit(SnapshotFileWriter done, @Nullable Metadata metadata) {
            if (owner == open) {
                write("write a snapshot to", () -> owner.commit(done, metadata));
            }
        }

        @Override
        public void clear(List<String> names) {
            try {
                for (String name : names) {
                    if (owner == open) {
                        shorten(name);
                        files.delete(name);
                    }
                }
            } catch (IOException e) {
                // Nothing names them; they go when the store is opened again.
            }
        }
    }

    /** A file system gives a large file back in one step, and a force of the log may have to wait for that. */
    private void shorten(String name) throws IOException {
        try (StoreFiles.StoreFile file = files.open(name)) {
            for (long left = file.size() - REMOVED_AT_ONCE; left > 0; left -= REMOVED_AT_ONCE) {
                file.truncate(left);
            }
        } catch (NoSuchFileException e) {
            // Somebody was faster.
        }
    }

    // ---- the end

    @Override
    public void close() {
        OpenStore now = open;
        if (!opened) {
            return;
        }
        IOException failed = null;
        try {
            if (now != null && failure == null) {
                write("close", now::finish);
            }
        } finally {
            failed = abandon();
        }
        if (failed != null) {
            throw new StoreException("cannot close store " + files + ": " + reason(failed), failed);
        }
    }

    /** Lets go of everything, whatever happens; answers what went wrong. */
    private @Nullable IOException abandon() {
        IOException failed = null;
        if (opened) {
            OpenStore last = open;
            opened = false;
            open = null;
            try {
                if (last != null) {
                    last.close();
                }
            } catch (IOException e) {
                failed = e;
            }
            try {
                files.release();
            } catch (IOException e) {
                failed = failed == null ? e : failed;
            }
        }
        return failed;
    }

    /** The message alone of some is a file name. */
    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null || e instanceof FileSystemException ? e.toString() : message;
    }

    @Override
    public String toString() {
        return files.toString();
    }
}
