package org.flushspread.flush;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What is replicated: a state and the commands that change it. All calls come from one thread.
 *
 * <p>{@link #apply} must be deterministic: equal states and equal commands give equal states and results, on every machine. So no clock, no
 * random numbers, no iteration over hash tables, nothing from outside; what a command needs of these, its submitter puts into it.
 *
 * @param <C> command
 * @param <R> result
 */
public interface StateMachine<C, R> {
    /**
     * Applies a command. What it throws is the result for its submitter; the state must then be the same at all members too.
     */
    R apply(C command);

    /**
     * How results are kept for sessions ({@link ReplicatedStateMachine#session}), in the state of all members; null if there are none. All
     * members have the same.
     */
    default @Nullable Codec<R> answers() {
        return null;
    }

    /**
     * A hash of the state: equal at all members whose states are equal. Members compare it every some thousand commands
     * ({@link ReplicaOptions#hashEvery}), so that a state machine that is not deterministic is found. If nothing else is said it is made
     * of what {@link #save} writes, as long as that is no more than 8 MB; a state machine that keeps such a hash up to date gives it here.
     *
     * @return empty to say nothing
     * @throws IOException what {@link #save} throws
     */
    default OptionalLong stateHash() throws IOException {
        return StateHash.of(this);
    }

    /** Writes the whole state, equal states as equal bytes. */
    void save(DataOutput out) throws IOException;

    /** Replaces the state by one that {@link #save} wrote. */
    void load(DataInput in) throws IOException;
}
