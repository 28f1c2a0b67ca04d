package org.flushspread.flush.torture;

import java.nio.ByteBuffer;
import java.util.List;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.Version;
import org.flushspread.flush.store.Recovered;
import org.flushspread.flush.store.SnapshotWriter;
import org.flushspread.flush.store.Store;
import org.jspecify.annotations.Nullable;

/** Keeps what it is given, and has lost the last commands when it is opened again: what no store may do (store 1). */
final class ForgetfulStore implements Store {
    private static final int LOST = 20;

    private final Store store;

    ForgetfulStore(Store store) {
        this.store = store;
    }

    @Override
    public boolean isDurable() {
        return store.isDurable();
    }

    @Override
    public Recovered open() {
        return shorter(store.open());
    }

    @Override
    public Recovered open(String group) {
        return shorter(store.open(group));
    }

    private static Recovered shorter(Recovered all) {
        List<byte[]> commands = List.copyOf(all.commands());
        return new Recovered(
                all.metadata(),
                all.snapshotVersion(),
                all.snapshot(),
                commands.subList(0, Math.max(0, commands.size() - LOST)),
                all.warnings(),
                all.forgotten());
    }

    @Override
    public void append(long epoch, long index, ByteBuffer command) {
        store.append(epoch, index, command);
    }

    @Override
    public void sync() {
        store.sync();
    }

    @Override
    public void record(Metadata metadata) {
        store.record(metadata);
    }

    @Override
    public SnapshotWriter begin() {
        return store.begin();
    }

    @Override
    public SnapshotWriter replace() {
        return store.replace();
    }

    @Override
    public void snapshot(Version version, byte[] state, @Nullable Metadata metadata) {
        store.snapshot(version, state, metadata);
    }

    @Override
    public void tick() {
        store.tick();
    }

    @Override
    public void close() {
        store.close();
    }
}
