package org.flushspread.flush.kernel;

/** What the automaton waits for (flush-protocol 3.1). */
public enum ViewState {
    /** Nothing: every member is known to have installed the view. */
    STEADY,
    /** The application's consent to the pending change. */
    AUTHORIZE,
    /** The consents of all members of the pending change. */
    AGREE,
    /** The other members' notices that they installed the view. */
    VERIFY
}
