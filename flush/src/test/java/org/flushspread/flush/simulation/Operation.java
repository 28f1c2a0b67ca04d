package org.flushspread.flush.simulation;

import org.jspecify.annotations.Nullable;

/** Something that a user wants done once, perhaps in several attempts of a session. */
final class Operation<C> {
    static final long NEVER = org.flushspread.flush.linearizability.Operation.NEVER;

    /** That of its first attempt. */
    final long number;

    final C command;
    long begun = NEVER;
    long ended = NEVER;

    @Nullable
    Answer answer;
    /** It was not in a session, and its member has said that it takes no effect. */
    boolean refused;

    Operation(long number, C command) {
        this.number = number;
        this.command = command;
    }
}
