package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What a member's process leaves behind when it dies: everything that was synced, and a random part of what was not. */
final class Disk {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Entry(long epoch, long index, byte[] command) {}

    private @Nullable Metadata metadata;
    private Version snapshotVersion = Version.INITIAL;
    private byte @Nullable [] snapshot;
    private List<Entry> log = new ArrayList<>();
    private int synced;
    /** A disk that says that it has written what it has not. */
    boolean lies;

    void append(long epoch, long index, byte[] command) {
        log.add(new Entry(epoch, index, command));
    }

    void sync() {
        if (!lies) {
            synced = log.size();
        }
    }

    void record(Metadata next) {
        metadata = next;
    }

    void snapshot(Version version, byte[] state, @Nullable Metadata next) {
        snapshotVersion = version;
        snapshot = state;
        log = new ArrayList<>();
        synced = 0;
        if (next != null) {
            metadata = next;
        }
    }

    /** The process dies: of what was not synced a part may have reached the disk. */
    void crash(Random random) {
        int kept = synced + random.nextInt(log.size() - synced + 1);
        log = new ArrayList<>(log.subList(0, kept));
        synced = kept;
    }

    @Nullable
    Metadata metadata() {
        return metadata;
    }

    Version snapshotVersion() {
        return snapshotVersion;
    }

    byte @Nullable [] snapshot() {
        return snapshot;
    }

    List<Entry> log() {
        return log;
    }

    /** True if the log holds less than was promised. */
    boolean isDamaged() {
        Metadata known = metadata;
        return known != null && snapshotVersion.index() + log.size() < known.index();
    }
}
