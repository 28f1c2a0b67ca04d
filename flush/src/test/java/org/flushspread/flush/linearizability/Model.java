package org.flushspread.flush.linearizability;

import org.jspecify.annotations.Nullable;

/**
 * What operations do, one after the other. States have equality.
 *
 * @param <S> state
 * @param <I> what is asked for
 * @param <O> answer
 */
public interface Model<S, I, O> {
    S initial();

    /** True if it changes no state, whichever. */
    boolean onlyReads(I input);

    /**
     * The state after an operation.
     *
     * @param answered false if its answer is not known
     * @return null if it cannot have this answer in this state
     */
    @Nullable
    S apply(S state, I input, O output, boolean answered);
}
