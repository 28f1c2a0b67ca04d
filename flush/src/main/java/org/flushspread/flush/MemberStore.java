package org.flushspread.flush;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.flushspread.flush.replica.LogLength;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.Version;
import org.flushspread.flush.store.Recovered;
import org.flushspread.flush.store.SnapshotWriter;
import org.flushspread.flush.store.Store;
import org.flushspread.flush.store.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * The store of a member, for the internal thread and for one that closes: one call at a time, and none after the end. So a member whose
 * thread is held up by its user's code lets go of its store all the same, and cannot write into it when the thread comes back.
 */
final class MemberStore implements Store {
    private final Store store;
    private final LogLength logged;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean closed;
    /** The snapshot that is on its way. */
    private @Nullable SnapshotWriter writing;

    private boolean released;

    MemberStore(Store store, LogLength logged) {
        this.store = store;
        this.logged = logged;
    }

    private void call(Runnable body) {
        lock.lock();
        try {
            if (closed) {
                throw new StoreException("store " + store + " was closed with its member");
            }
            body.run();
        } finally {
            lock.unlock();
            if (closed) {
                release();
            }
        }
    }

    @Override
    public boolean isDurable() {
        return store.isDurable();
    }

    @Override
    public Recovered open() {
        return store.open();
    }

    @Override
    public Recovered open(String group) {
        return store.open(group);
    }

    /** Counts what is in the log before anything is added to it. */
    void recovered(byte[] command) {
        logged.add(command.length);
    }

    /** As {@link #recovered}: the snapshot that the log is behind. */
    void recoveredSnapshot(long stateBytes) {
        logged.saved(stateBytes);
    }

    boolean isSnapshotDue(long index, int place, int members) {
        return writing == null && logged.isSnapshotDue(index, place, members);
    }

    @Override
    public SnapshotWriter begin() {
        SnapshotWriter begun = begin(store::begin);
        logged.begun();
        return begun;
    }

    @Override
    public SnapshotWriter replace() {
        return begin(store::replace);
    }

    /**
     * Brings a state to the device, in the place of all there is, before it returns.
     *
     * @param save writes it
     */
    void replace(Consumer<OutputStream> save, Version version, Metadata metadata) {
        SnapshotWriter writer = replace();
        try (OutputStream out = new BufferedOutputStream(writer.out())) {
            save.accept(out);
            out.flush();
            writer.finish(version);
        } catch (IOException e) {
            throw new StoreException("cannot write a snapshot to store " + store + ": " + e.getMessage(), e);
        }
        commit(writer, metadata);
        writer.clear();
    }

    private SnapshotWriter begin(Supplier<SnapshotWriter> how) {
        call(() -> writing = how.get());
        return Objects.requireNonNull(writing);
    }

    /** It is complete: from here on it is the snapshot, if it is of use. */
    void commit(SnapshotWriter complete, @Nullable Metadata metadata) {
        if (complete == writing) {
            writing = null;
            call(() -> complete.commit(metadata));
            if (metadata != null) {
                logged.begun();
            }
            logged.saved(complete.bytes());
        }
    }

    /** Nothing comes of it. True if it would have been of use. */
    boolean gaveUp(SnapshotWriter failed) {
        failed.abandon();
        boolean wanted = failed == writing && !closed;
        writing = failed == writing ? null : writing;
        return wanted;
    }

    @Override
    public void append(long epoch, long index, ByteBuffer command) {
        logged.add(command.remaining());
        call(() -> store.append(epoch, index, command));
    }

    @Override
    public void sync() {
        call(store::sync);
    }

    @Override
    public void record(Metadata metadata) {
        call(() -> store.record(metadata));
    }

    @Override
    public void snapshot(Version version, byte[] state, @Nullable Metadata metadata) {
        call(() -> store.snapshot(version, state, metadata));
        writing = null;
        logged.begun();
        logged.saved(state.length);
    }

    @Override
    public void tick() {
        call(store::tick);
    }

    /**
     * Closes it, or has it closed by the call that is in it as soon as the device answers.
     *
     * @throws StoreException if it could not be closed in order
     */
    @Override
    public void close() {
        closed = true;
        release();
    }

    /** By whoever gets the lock; a call that has it comes here when it is done. */
    private void release() {
        if (lock.tryLock()) {
            try {
                if (!released) {
                    released = true;
                    store.close();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** True while the device keeps a call, and with it the store. */
    boolean isHeld() {
        return lock.isLocked();
    }

    @Override
    public String toString() {
        return String.valueOf(store);
    }
}
