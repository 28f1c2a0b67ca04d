package org.flushspread.flush.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.Version;
import org.jspecify.annotations.Nullable;

/** The files of a store that is in use: its log, the manifest that names them, what is promised, and a snapshot on its way. See store 2. */
final class OpenStore implements AutoCloseable {
    private final StoreFiles files;
    private final Fsync fsync;
    private final long segmentBytes;
    private final LongSupplier nanoTime;
    private final WholeFile whole;
    private String group;
    private @Nullable LogWriter log;
    private @Nullable Progress progress;
    private @Nullable Head head;
    private @Nullable SnapshotFileWriter writing;
    /** Of the snapshot that counts; null if that is not in parts. */
    private @Nullable PartTable table;

    private long snapshots;
    private long lastForce;

    OpenStore(StoreFiles files, Fsync fsync, long segmentBytes, LongSupplier nanoTime, WholeFile whole, String group) {
        this.files = files;
        this.fsync = fsync;
        this.segmentBytes = segmentBytes;
        this.nanoTime = nanoTime;
        this.whole = whole;
        this.group = group;
        this.lastForce = nanoTime.getAsLong();
    }

    /** Whose it is; answers what was promised. */
    Progress.Promise belongsTo(String member) throws IOException, Damaged {
        group = member;
        Progress reached = Progress.open(files);
        progress = reached;
        return reached.promise();
    }

    /** Goes on behind what was found. */
    void resume(Head found, LogScan scan, @Nullable PartTable parts) throws IOException {
        table = parts;
        log = LogWriter.resume(files, fsync.forces(), segmentBytes, scan);
        head = found;
    }

    private LogWriter log() {
        LogWriter now = log;
        if (now == null) {
            throw new StoreException("store " + files + ": a command before any metadata");
        }
        return now;
    }

    // ---- the log

    void append(long epoch, long index, ByteBuffer command) throws IOException {
        log().append(epoch, index, command);
    }

    void sync() throws IOException {
        LogWriter now = log;
        if (now != null) {
            now.drain();
            if (fsync.isDue(nanoTime.getAsLong() - lastForce)) {
                force(now);
            }
            now.given();
            progress();
        }
    }

    private void force(LogWriter now) throws IOException {
        now.force();
        lastForce = nanoTime.getAsLong();
    }

    boolean isBehind() {
        LogWriter now = log;
        return now != null && now.isBehind();
    }

    /** Everything is where the policy says, and no command follows. */
    void finish() throws IOException {
        LogWriter now = log;
        if (now != null) {
            now.drain();
            force(now);
            now.given();
            progress();
        }
    }

    // ---- the manifest

    void record(Metadata next) throws IOException {
        Head before = head;
        if (before == null) {
            begin(0, 0, 0);
        }
        LogWriter now = log();
        if (next.index() > now.last()) {
            throw new StoreException(
                    "store " + files + ": metadata count " + next.index() + " commands, the log " + now.last());
        }
        // What metadata count must be there when they are.
        now.drain();
        force(now);
        commit(before == null ? new Head(1, 0, 0, 0, null, group, next) : before.next(next));
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
            to.write(new Progress.Promise(now.sequence(), now.generation(), promised(written)));
        }
    }

    private long promised(LogWriter written) {
        return fsync.forces() ? written.forced() : written.written();
    }

    // ---- snapshots

    /**
     * Begins a snapshot.
     *
     * @param logGoesOn true if it is of the state behind the last command, and the log goes on in a segment of its own; false if it takes the
     *     place of all there is
     */
    SnapshotFileWriter snapshot(boolean logGoesOn, SnapshotFileWriter.Owner owner) throws IOException {
        giveUpSnapshot();
        SnapshotFileWriter.Cut cut = null;
        SnapshotFileWriter.Before before = null;
        if (logGoesOn) {
            LogWriter now = log();
            now.cut();
            cut = new SnapshotFileWriter.Cut(now.segment().number(), now.last(), now.chain());
            before = table == null || head == null ? null : new SnapshotFileWriter.Before(head.base(), table);
        }
        // A number of its own for each: one that was given up may still be written to.
        String temporary = StoreReader.SNAPSHOT + ++snapshots + StoreReader.TEMPORARY;
        SnapshotFileWriter begun = new SnapshotFileWriter(files, temporary, fsync.forces(), cut, before, owner);
        writing = begun;
        return begun;
    }

    private void giveUpSnapshot() throws IOException {
        SnapshotFileWriter before = writing;
        writing = null;
        if (before != null) {
            before.abandon();
            files.delete(before.temporary());
        }
    }

    /** The snapshot takes its place, unless it has been given up. */
    void commit(SnapshotFileWriter done, @Nullable Metadata next) throws IOException {
        Head.Kept kept = done.kept();
        Version version = done.version();
        if (done != writing || kept == null || version == null || !done.close()) {
            return;
        }
        writing = null;
        Head before = head;
        Metadata metadata = next == null && before != null ? before.metadata() : next;
        if (metadata == null) {
            throw new StoreException("store " + files + ": a snapshot before any metadata");
        }
        long sequence = before == null ? 1 : before.sequence() + 1;
        SnapshotFileWriter.Cut cut = done.cut();
        LogWriter old = log;
        Head now;
        if (cut == null) {
            long generation = old == null ? 0 : old.segment().number() + 1;
            long chain = Segment.chain(version.chainHigh(), kept.checksum());
            now = new Head(sequence, generation, version.index(), chain, kept, group, metadata);
            name(done, now);
            begin(generation, chain, version.index());
        } else {
            // What is behind it was promised under another generation, which says nothing from here on.
            Metadata counting = metadata.counting(Math.max(metadata.index(), promised(log())));
            now = new Head(sequence, cut.segment(), cut.base(), cut.chain(), kept, group, counting);
            name(done, now);
        }
        commit(now);
        table = done.table();
        done.replaces(new StoreReader(files, whole).others(now, table, null));
    }

    private void name(SnapshotFileWriter done, Head by) throws IOException {
        files.rename(done.temporary(), by.snapshotName());
        if (fsync.forces()) {
            files.force();
        }
    }

    // ---- the end

    /** Lets go of the files, whatever is in them. */
    @Override
    public void close() throws IOException {
        LogWriter written = log;
        Progress reached = progress;
        SnapshotFileWriter begun = writing;
        log = null;
        progress = null;
        writing = null;
        if (begun != null) {
            begun.abandon();
        }
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
}
