package org.flushspread.flush.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
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

    private final StoreFiles files;
    private final Fsync fsync;
    private final WhenDamaged whenDamaged;
    private final long segmentBytes;
    private final LongSupplier nanoTime;
    private final WholeFile whole;
    private boolean opened;
    private @Nullable Throwable failure;
    private @Nullable LogWriter log;
    private @Nullable Progress progress;
    private @Nullable Head head;
    private String group = "";
    private long lastForce;

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
    public Recovered open(String ofGroup) {
        if (opened) {
            throw new StoreException("store " + files + " is in use by another member; give each its own directory");
        }
        try {
            files.take();
            opened = true;
            group = ofGroup;
            failure = null;
            lastForce = nanoTime.getAsLong();
            return recover();
        } catch (IOException e) {
            abandon();
            throw new StoreException("cannot open store " + files + ": " + reason(e), e);
        } catch (RuntimeException | Error e) {
            abandon();
            throw e;
        }
    }

    private Recovered recover() throws IOException {
        StoreReader reader = new StoreReader(files, whole);
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
            group = reader.group(found, group);
            Progress reached = Progress.open(files);
            progress = reached;
            StoreReader.Snapshot snapshot = reader.snapshot(found);
            LogScan scan = new LogScan(files, found, reader.promised(found, reached.promise()));
            scan.run();
            log = LogWriter.resume(files, fsync.forces(), segmentBytes, scan);
            head = found;
            reader.mark();
            reader.removeOthers(found, scan);
            return new Recovered(
                    found.metadata(),
                    snapshot.version(),
                    snapshot.state(),
                    new LoggedCommands(files, scan.segments(), found.base(), scan.last()),
                    scan.warnings(),
                    null);
        } catch (Damaged e) {
            return damaged(reader, e);
        }
    }

    private Recovered damaged(StoreReader reader, Damaged why) throws IOException {
        if (whenDamaged == WhenDamaged.REFUSE) {
            throw reader.refusal(why);
        }
        closeFiles();
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

    @Override
    public void append(long epoch, long index, ByteBuffer command) {
        write("append to", () -> current().append(epoch, index, command));
    }

    private LogWriter current() {
        LogWriter now = log;
        if (now == null) {
            throw new StoreException("store " + files + ": a command before any metadata");
        }
        return now;
    }

    @Override
    public void sync() {
        write("write to", () -> {
            LogWriter now = log;
            if (now != null) {
                now.drain();
                if (fsync.isDue(nanoTime.getAsLong() - lastForce)) {
                    force(now);
                }
                now.given();
                progress();
            }
        });
    }

    private void force(LogWriter now) throws IOException {
        now.force();
        lastForce = nanoTime.getAsLong();
    }

    @Override
    public void tick() {
        LogWriter now = log;
        if (now != null && failure == null && now.isBehind()) {
            sync();
        }
    }

    @Override
    public void record(Metadata next) {
        write("write the metadata of", () -> {
            Head before = head;
            if (before == null) {
                begin(0, 0, 0);
            }
            LogWriter now = current();
            if (next.index() > now.last()) {
                throw new StoreException(
                        "store " + files + ": metadata count " + next.index() + " commands, the log " + now.last());
            }
            // What metadata count must be there when they are.
            now.drain();
            force(now);
            commit(before == null ? new Head(1, 0, 0, 0, null, group, next) : before.next(next));
        });
    }

    private void begin(long generation, long chain, long base) throws IOException {
        LogWriter before = log;
        log = LogWriter.begin(files, fsync.forces(), segmentBytes, generation, chain, base);
        if (before != null) {
            before.close();
        }
        if (progress == null) {
            progress = Progress.create(files, fsync.forces());
        }
    }

    /** From here on these are the metadata, and the files they name the store. */
    private void commit(Head next) throws IOException {
        boolean first = head == null;
        whole.replace(Head.NAME, Head.MAGIC, next.encode());
        head = next;
        progress();
        if (first) {
            new StoreReader(files, whole).mark();
        }
    }

    /** Says what must be there when the store is opened again. */
    private void progress() throws IOException {
        Head now = head;
        LogWriter written = log;
        Progress to = progress;
        if (now != null && written != null && to != null) {
            to.write(new Progress.Promise(
                    now.sequence(), now.generation(), fsync.forces() ? written.forced() : written.written()));
        }
    }

    @Override
    public void snapshot(Version version, byte[] state, @Nullable Metadata next) {
        write("write a snapshot to", () -> {
            Head before = head;
            Metadata kept = next == null && before != null ? before.metadata() : next;
            if (kept == null) {
                throw new StoreException("store " + files + ": a snapshot before any metadata");
            }
            LogWriter old = log;
            long generation = old == null ? 0 : old.segment().number() + 1;
            long sequence = before == null ? 1 : before.sequence() + 1;
            Head.Kept snapshot = StoreReader.writeSnapshot(whole, generation, version, state);
            long chain = Segment.chain(version.chainHigh(), snapshot.checksum());
            Head now = new Head(sequence, generation, version.index(), chain, snapshot, group, kept);
            begin(generation, chain, version.index());
            commit(now);
            new StoreReader(files, whole).removeOthers(now, null);
        });
    }

    // ---- the end

    @Override
    public void close() {
        if (!opened) {
            return;
        }
        IOException failed = null;
        try {
            LogWriter now = log;
            if (now != null && failure == null) {
                write("close", () -> {
                    now.drain();
                    force(now);
                    now.given();
                    progress();
                });
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
            opened = false;
            head = null;
            try {
                closeFiles();
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

    private void closeFiles() throws IOException {
        LogWriter written = log;
        Progress reached = progress;
        log = null;
        progress = null;
        try {
            if (written != null) {
                written.close();
            }
        } finally {
            if (reached != null) {
                reached.close();
            }
        }
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
