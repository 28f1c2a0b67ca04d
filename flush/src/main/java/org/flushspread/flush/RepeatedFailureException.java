package org.flushspread.flush;

/**
 * A command of a session was applied before, and {@link StateMachine#apply} threw something: the first time its submitter gets that itself,
 * whoever asks again gets it in words.
 */
public final class RepeatedFailureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** For the layers of this library. */
    public RepeatedFailureException(String what) {
        super(what);
    }
}
