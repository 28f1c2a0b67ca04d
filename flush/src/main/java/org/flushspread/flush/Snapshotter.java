package org.flushspread.flush;

import java.io.DataOutput;
import java.io.IOException;

/**
 * Hands out the state of a {@link StateMachine} as it stands, to be written by another thread while commands go on, to the store or to
 * members that lack it: for a state that takes long to save. A persistent data structure hands out its root; one that copies on write marks what is there as shared.
 */
@FunctionalInterface
public interface Snapshotter {
    /**
     * The state as it is now. Called by the thread that applies commands, which waits for it: it copies references, no data.
     *
     * @throws IOException if there is none; the member ends
     */
    Frozen freeze() throws IOException;

    /** A state that does not change any more. */
    @FunctionalInterface
    interface Frozen extends AutoCloseable {
        /**
         * Writes what {@link StateMachine#save} would have written then, byte for byte. Called by another thread; perhaps again, and by several
         * threads at a time. What it writes to fails when no more is wanted.
         */
        void write(DataOutput out) throws IOException;

        /** It is of no use any more, whether it was written or not; no thread writes it. From any thread. */
        @Override
        default void close() {}
    }
}
