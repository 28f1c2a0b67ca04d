package org.flushspread.flush;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.flushspread.flush.replica.ReplicaReason;
import org.flushspread.flush.replica.StateImage;
import org.flushspread.flush.replica.Version;
import org.flushspread.flush.store.SnapshotWriter;
import org.jspecify.annotations.Nullable;

/**
 * The state of a member as it stands at one place of the log, on its way to the store (replica-protocol R23) or to others. What is frozen is
 * written by a thread that lives as long as that takes.
 */
final class Snapshots {
    private final String group;
    private final MemberStore store;
    private final ReplicaApplication<?, ?, ?> application;
    private final Tellings tellings;
    private final Consumer<Runnable> later;
    private final Runnable wake;
    private final long bytesPerSecond;
    /** How many states had been loaded when the snapshot that counts was frozen, or loaded from the store; negative if it tells nothing. */
    private int loadsBefore;

    /**
     * @param later has something done by the internal thread
     * @param wake has the internal thread look whether it can go on
     * @param bytesPerSecond how fast it writes at the most
     */
    Snapshots(
            String group,
            MemberStore store,
            ReplicaApplication<?, ?, ?> application,
            Tellings tellings,
            Consumer<Runnable> later,
            Runnable wake,
            long bytesPerSecond) {
        this.group = group;
        this.store = store;
        this.application = application;
        this.tellings = tellings;
        this.later = later;
        this.wake = wake;
        this.bytesPerSecond = bytesPerSecond;
        this.loadsBefore = application.loads().isOfAnotherFormat()
                ? -1
                : application.loads().count();
    }

    /** Begins one, of the state as it is now. */
    void begin(Version version) {
        SnapshotWriter to = store.begin();
        Snapshotter.Frozen state = application.freeze();
        int loads = application.loads().count();
        OptionalLong before = loads == loadsBefore ? to.before() : OptionalLong.empty();
        start(() -> write(state, before, version, to, () -> loadsBefore = loads));
    }

    private void start(Runnable what) {
        Thread thread = new Thread(what, "snapshot " + group);
        thread.setDaemon(true);
        thread.start();
    }

    /** The state as it is now, for others. */
    StateImage image() {
        return new FrozenImage(group, application.freeze(), wake);
    }

    /** Null if the application would have to copy its state. */
    @Nullable
    StateImage imageAtNoCost() {
        return application.isFreezable() ? image() : null;
    }

    /**
     * @param before the last command before the snapshot that knows the parts of this one
     * @param committed by the internal thread
     */
    private void write(
            Snapshotter.Frozen state, OptionalLong before, Version version, SnapshotWriter to, Runnable committed) {
        try (state;
                DataOutputStream out =
                        new DataOutputStream(new BufferedOutputStream(new Throttle(to.out()), Throttle.STEP))) {
            if (state instanceof HeadedState headed && headed.isInParts()) {
                writeParts(headed, before.orElse(-1), to, out);
            } else {
                state.write(out);
            }
            out.flush();
            to.finish(version);
            later.accept(() -> {
                store.commit(to, null);
                committed.run();
                application.wrote(to.bytes());
                start(to::clear);
            });
        } catch (Throwable e) {
            later.accept(() -> {
                if (store.gaveUp(to)) {
                    tellings.report(
                            ReplicaReason.SNAPSHOT_FAILED,
                            "a snapshot of group '" + group + "' was given up: " + e
                                    + "; the log grows until the next one");
                }
            });
        }
    }

    /** What has changed since, and what the store wants anew (replica-protocol R27). */
    private static void writeParts(Snapshotter.InParts state, long before, SnapshotWriter to, DataOutputStream out)
            throws IOException {
        for (int part = 0; part < state.parts(); part++) {
            out.flush();
            if (state.changed(part) > before || !to.keep()) {
                to.part();
                state.write(part, out);
            }
        }
    }

    /** No faster than allowed, so that the forces of the log have the device for themselves most of the time. */
    private final class Throttle extends OutputStream {
        private static final int STEP = 1 << 16;
        private static final long SECOND = 1_000_000_000L;

        private final OutputStream out;
        private final long begun = System.nanoTime();
        private long written;
        private long looked;

        Throttle(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int oneByte) throws IOException {
            out.write(oneByte);
            wrote(1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            for (int next = from; next < from + length; next += STEP) {
                int part = Math.min(STEP, from + length - next);
                out.write(bytes, next, part);
                wrote(part);
            }
        }

        private void wrote(int count) {
            written += count;
            if (written - looked < STEP) {
                return;
            }
            looked = written;
            long due = (long) ((double) written / bytesPerSecond * SECOND);
            for (long left; (left = due - (System.nanoTime() - begun)) > 0; ) {
                LockSupport.parkNanos(left);
                if (Thread.interrupted()) {
                    return;
                }
            }
        }
    }
}
