package org.flushspread.flush;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.Version;
import org.flushspread.flush.store.SnapshotWriter;
import org.flushspread.flush.store.StoreException;
import org.jspecify.annotations.Nullable;

/** A state on its way from another member, which is put where the store keeps states until all of it is there. Used by the internal thread. */
final class ArrivingState {
    private final MemberStore store;
    private final ReplicaApplication<?, ?, ?> application;
    private @Nullable SnapshotWriter writer;
    private @Nullable WritableByteChannel out;

    ArrivingState(MemberStore store, ReplicaApplication<?, ?, ?> application) {
        this.store = store;
        this.application = application;
    }

    void begin() {
        drop();
        SnapshotWriter begun = store.replace();
        writer = begun;
        out = Channels.newChannel(begun.out());
    }

    void add(ByteBuffer bytes) {
        WritableByteChannel to = out;
        if (to != null) {
            try {
                to.write(bytes);
            } catch (IOException e) {
                throw new StoreException("cannot write the state to store " + store + ": " + e.getMessage(), e);
            }
        }
    }

    /** Null, or why it is not a state; the old one is back then. */
    @Nullable
    Exception load(Version version) {
        SnapshotWriter arrived = writer;
        if (arrived == null) {
            return new IOException("there is none");
        }
        try {
            arrived.finish(version);
        } catch (IOException e) {
            throw new StoreException("cannot write the state to store " + store + ": " + e.getMessage(), e);
        }
        try (InputStream in = arrived.read()) {
            return application.load(in);
        } catch (IOException e) {
            return e;
        }
    }

    /** It takes the place of all that the store has. */
    void commit(Metadata metadata) {
        SnapshotWriter arrived = writer;
        writer = null;
        out = null;
        if (arrived != null) {
            store.commit(arrived, metadata);
            arrived.clear();
        }
    }

    void drop() {
        SnapshotWriter unwanted = writer;
        writer = null;
        out = null;
        if (unwanted != null) {
            store.gaveUp(unwanted);
        }
    }
}
