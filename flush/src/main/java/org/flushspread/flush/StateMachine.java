package org.flushspread.flush;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

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

    /** Writes the whole state. */
    void save(DataOutput out) throws IOException;

    /** Replaces the state by one that {@link #save} wrote. */
    void load(DataInput in) throws IOException;
}
