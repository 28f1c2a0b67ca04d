package org.flushspread.flush.replica;

import org.flushspread.wire.SpreadCode;

/** Why a command, an ordered read, a read or a wait of a replicated state machine came to nothing. */
public enum Failure {
    /** It cannot be known whether the command took or will take effect. */
    UNCERTAIN(SpreadCode.NET_ERROR_ON_SESSION),
    /** This member is not in a primary component; the command takes no effect. */
    NOT_PRIMARY(SpreadCode.ILLEGAL_STATE),
    /** This member is an observer, which submits nothing; the command takes no effect. */
    OBSERVER(SpreadCode.ILLEGAL_STATE),
    /** Too many commands are outstanding; the command takes no effect. */
    QUEUE_FULL(SpreadCode.WOULD_BLOCK),
    /** The time for the command or read was over before it was sent or done; it takes no effect. */
    TIMED_OUT(SpreadCode.WOULD_BLOCK),
    /** A token is a place of another history than this member's: a person has decided how it goes on since. */
    OTHER_HISTORY(SpreadCode.ILLEGAL_PARAM),
    /** The session was opened again elsewhere, or others took its place; the command takes no effect. */
    SESSION_OVER(SpreadCode.ILLEGAL_SESSION),
    /** The command is too large and takes no effect. */
    TOO_LARGE(SpreadCode.MESSAGE_TOO_LONG),
    /** The state machine was closed, or had to stop; a command that was not sent takes no effect. */
    CLOSED(SpreadCode.ILLEGAL_SESSION);

    private final SpreadCode code;

    Failure(SpreadCode code) {
        this.code = code;
    }

    /** The code that says it in the C library's words. */
    public SpreadCode code() {
        return code;
    }
}
