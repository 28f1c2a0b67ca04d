package org.flushspread.flush;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.Version;
import org.flushspread.flush.store.Recovered;
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
    void recoveredSnapshot(byte[] state) {
        logged.replaced(state.length);
    }

    boolean isSnapshotDue() {
        return logged.isSnapshotDue();
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
        logged.replaced(state.length);
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
