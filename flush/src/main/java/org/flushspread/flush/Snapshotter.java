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

    /**
     * A state in parts, such as the pages of a table: one after the other they are the state. A snapshot of the log then writes only those that
     * have changed since the one before (replica-protocol R27). There are at most 65,535 parts; each costs some 30 bytes of a snapshot, so
     * parts of some ten to some hundred kilobytes are good ones. The place of a part is its name: a program that cuts its state into parts in
     * another way than the program before gives its format the next {@linkplain StateMachine#version version}.
     */
    interface InParts extends Frozen {
        /** How many parts there are, from 0 on; another state may have more or less. */
        int parts();

        /**
         * The {@linkplain ApplyContext#index place} of the last command that has changed a part since the state was loaded, or made it; 0 if none
         * has. More than that is allowed: then the part is written once too often.
         */
        long changed(int part);

        /** Writes one part; otherwise as {@link #write(DataOutput)}. */
        void write(int part, DataOutput out) throws IOException;

        @Override
        default void write(DataOutput out) throws IOException {
            for (int part = 0; part < parts(); part++) {
                write(part, out);
            }
        }
    }
}
