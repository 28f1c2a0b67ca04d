package org.flushspread.flush.store;

import java.nio.ByteBuffer;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.Version;
import org.jspecify.annotations.Nullable;

/** Keeps nothing beyond the process: the state machine itself is the memory. */
final class MemoryStore implements Store {
    @Override
    public boolean isDurable() {
        return false;
    }

    @Override
    public Recovered open() {
        return Recovered.nothing();
    }

    @Override
    public void append(long epoch, long index, ByteBuffer command) {}

    @Override
    public void sync() {}

    @Override
    public void record(Metadata metadata) {}

    @Override
    public void snapshot(Version version, byte[] state, @Nullable Metadata metadata) {}

    @Override
    public void close() {}
}
