package org.flushspread.flush;

import com.google.common.io.CountingOutputStream;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.flushspread.flush.replica.AgreedState;
import org.flushspread.flush.replica.LogEntry;
import org.flushspread.flush.store.SavedState;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of a member, used by the internal thread. What an {@link Exception} of {@code apply} means is known, it is the result;
 * after an {@link Error} nobody knows what became of the state, so it goes up and ends the member.
 */
final class ReplicaApplication<S extends StateMachine<C, R>, C, R> {
    /** States are read in parts of this size. */
    private static final int BUFFER = 1 << 16;

    private final String name;
    private @Nullable S machine;
    private final Codec<C> codec;
    private final AgreedState agreed = new AgreedState();
    private final DueTimers timers = new DueTimers(agreed);
    private final LogContext context = new LogContext(agreed);
    private final SessionAnswers<R> sessions;
    /** Commands have been applied since the application was told that a batch begins. */
    private boolean inBatch;

    private final AtomicReference<String> doing = new AtomicReference<>("");
    private volatile long doingSince;
    private final HashPace hashes = new HashPace();
    private volatile SnapshotFigures snapshots = SnapshotFigures.NONE;
    private final LoadedStates loads = new LoadedStates();

    ReplicaApplication(S machine, Codec<C> codec) {
        this.name = machine.getClass().getName();
        this.machine = machine;
        this.codec = codec;
        this.sessions = new SessionAnswers<>(agreed.sessions(), machine.answers());
    }

    boolean keepsAnswers() {
        return sessions.isPossible();
    }

    S machine() {
        return Objects.requireNonNull(machine, "the member has ended");
    }

    /** The member ends, and nobody reads the state any more: its memory may be what the rest of the end lacks. */
    void forget() {
        machine = null;
    }

    /** Which code of its user the internal thread is in; empty for none. From any thread. */
    String doing() {
        return doing.getAcquire();
    }

    /** What states have cost so far. From any thread. */
    SnapshotFigures snapshots() {
        return snapshots;
    }

    /** When it began what it is in. From any thread. */
    long doingSince() {
        return doingSince;
    }

    /** The internal thread begins something: one event, one question, what is to be told after it. */
    void begins() {
        doingSince = System.nanoTime();
    }

    /** From here, until it is called with an empty text, the internal thread is in code of its user. */
    void doing(String what) {
        doing.setRelease(what);
        if (what.isEmpty()) {
            // What user code did to the thread is no affair of the connection or the store, which an interrupt would
            // close.
            Thread.interrupted();
        }
    }

    /** What the state has beside that of the state machine: time, timers, sessions, who may decide. To be looked at. */
    AgreedState agreed() {
        return agreed;
    }

    /**
     * @param mine whose it is, to keep its outcome; null if it is not of this member
     * @param fingerprint of the log up to and with this entry
     */
    void apply(@Nullable Ticket<S> mine, long index, long fingerprint, ByteBuffer entry) {
        agreed.enter(entry);
        context.open(index, fingerprint);
        try {
            timers.fire(this::fire);
            if (entry.hasRemaining()) {
                applyRest(mine, index, entry);
            }
        } finally {
            context.close();
        }
    }

    private void fire(String timer) {
        beginBatch();
        doing("onTimer");
        try {
            machine().onTimer(timer, context);
        } finally {
            doing("");
        }
    }

    private void applyRest(@Nullable Ticket<S> mine, long index, ByteBuffer command) {
        if (agreed.changesCharter(command)) {
            return;
        }
        byte kind = command.get();
        if (kind == LogEntry.SKIP) {
            timers.skip();
            return;
        }
        if (kind == LogEntry.READ) {
            if (mine != null && mine.reader() != null) {
                read(mine);
            }
            return;
        }
        beginBatch();
        doing("apply");
        try {
            Object result = switch (kind) {
                case LogEntry.SESSION -> sessions.begin(index, command.slice());
                case LogEntry.CLIENT_SESSION -> sessions.beginOfClient(index, command.slice());
                case LogEntry.SESSION_COMMAND ->
                    sessions.once(command, () -> machine().apply(codec.decode(command.slice()), context));
                default -> machine().apply(codec.decode(command.slice()), context);
            };
            if (mine != null) {
                mine.result = result;
            }
        } catch (Exception e) {
            if (mine != null) {
                mine.failure = e;
            }
        } finally {
            doing("");
        }
    }

    /** For what befalls them where an entry cannot be applied. */
    DueTimers timers() {
        return timers;
    }

    /** What of the state machine was called when it threw an error. */
    String failed() {
        return name + timers.failed();
    }

    private void beginBatch() {
        if (!inBatch) {
            inBatch = true;
            doing("beginBatch");
            machine().beginBatch();
            doing("");
        }
    }

    /** What was applied is to be looked at, or to be answered. */
    void endBatch() {
        if (inBatch) {
            inBatch = false;
            doing("endBatch");
            try {
                machine().endBatch();
            } finally {
                doing("");
            }
        }
    }

    /** A read that does not go through the order. It changes nothing, so whatever it throws is for who gave it. */
    void read(Ticket<S> mine) {
        endBatch();
        doing("a reader given to " + (mine.request.kind() == Request.Kind.ORDERED ? "readOrdered" : "read"));
        Function<? super S, ?> reader = mine.reader();
        try {
            mine.result = reader == null ? null : reader.apply(machine());
        } catch (Throwable e) {
            mine.failure = e;
        } finally {
            doing("");
        }
    }

    /** A hash of the state behind this command; empty if it is too large, or takes so long that it is made more seldom. */
    OptionalLong stateHash(long index, int every) {
        if (!hashes.isDue(index, every)) {
            return OptionalLong.empty();
        }
        endBatch();
        long begun = System.nanoTime();
        doing("stateHash");
        try {
            return machine().stateHash();
        } catch (Exception e) {
            throw new IllegalStateException(name() + ".stateHash failed: " + e, e);
        } finally {
            doing("");
            hashes.hashed(begun);
        }
    }

    /** The state before anything was applied; null if it cannot be saved. */
    @Nullable
    SavedState saveInitial() {
        try {
            return copy();
        } catch (IllegalStateException e) {
            return null;
        }
    }

    /** The state as it is now, in memory. */
    private Pieces copy() {
        Pieces copy = new Pieces();
        saveTo(copy);
        return copy;
    }

    /** Writes the state as it is now, with its head. */
    void saveTo(OutputStream to) {
        endBatch();
        long begin = System.nanoTime();
        doing("save");
        CountingOutputStream counted = new CountingOutputStream(to);
        DataOutputStream out = new DataOutputStream(counted);
        try {
            out.write(StateHead.of(agreed, machine().version()));
            machine().save(out);
            out.flush();
            snapshots = snapshots.saved(System.nanoTime() - begin, counted.getCount());
        } catch (Exception e) {
            throw new IllegalStateException(name() + ".save failed: " + e, e);
        } finally {
            doing("");
        }
    }

    /** True if the application hands its state out without copying it. */
    boolean isFreezable() {
        return machine().snapshotter() != null;
    }

    /** The state as it is now, to be written by another thread: by a snapshotter of the application, or saved to memory at once. */
    Snapshotter.Frozen freeze() {
        Snapshotter snapshotter = machine().snapshotter();
        if (snapshotter == null) {
            return copy()::writeTo;
        }
        endBatch();
        long begin = System.nanoTime();
        doing("freeze");
        try {
            byte[] head = StateHead.of(agreed, machine().version());
            return new HeadedState(head, snapshotter.freeze());
        } catch (Exception e) {
            throw new IllegalStateException(name() + ".snapshotter failed: " + e, e);
        } finally {
            doing("");
            snapshots = snapshots.saved(System.nanoTime() - begin, snapshots.bytes());
        }
    }

    LoadedStates loads() {
        return loads;
    }

    /** A frozen state has been written. */
    void wrote(long bytes) {
        snapshots = snapshots.wrote(bytes);
    }

    /** Null, or why these bytes are not a state; the old one is back then. */
    @Nullable
    Exception load(InputStream state) {
        try (Snapshotter.Frozen before = freeze()) {
            return load(state, before);
        }
    }

    private @Nullable Exception load(InputStream state, Snapshotter.Frozen before) {
        try {
            read(state);
            return null;
        } catch (Exception e) {
            try {
                Pieces again = new Pieces();
                before.write(new DataOutputStream(again));
                read(again.open());
            } catch (Exception again) {
                throw new IllegalStateException(name() + ".load cannot read what " + name() + ".save wrote", again);
            }
            return e;
        }
    }

    /** Reads a state into a machine that is new. */
    void read(InputStream state) throws IOException {
        endBatch();
        timers.loaded();
        StateHead.Read behind = StateHead.read(new BufferedInputStream(state, BUFFER), agreed);
        DataInputStream in = new DataInputStream(behind.state());
        long begin = System.nanoTime();
        doing("load");
        loads.begins();
        try {
            machine().load(in, behind.version());
        } finally {
            doing("");
        }
        loads.ended(behind.version() == machine().version());
        snapshots = snapshots.loaded(System.nanoTime() - begin);
        if (in.read() >= 0) {
            throw new IOException("there are bytes behind what was read of the state");
        }
    }

    String name() {
        return name;
    }
}
