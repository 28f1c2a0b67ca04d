package org.flushspread.flush;

import org.flushspread.client.SpreadException;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/** A command, a read or a wait of a replicated state machine that came to nothing. */
public class ReplicaException extends SpreadException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** It cannot be known whether the command took or will take effect. */
        UNCERTAIN(SpreadCode.NET_ERROR_ON_SESSION),
        /** This member is not in a primary component; the command takes no effect. */
        NOT_PRIMARY(SpreadCode.ILLEGAL_STATE),
        /** Too many commands are outstanding; the command takes no effect. */
        QUEUE_FULL(SpreadCode.WOULD_BLOCK),
        /** The command is too large and takes no effect. */
        TOO_LARGE(SpreadCode.MESSAGE_TOO_LONG),
        /** The state machine was closed, or had to stop; a command that was not sent takes no effect. */
        CLOSED(SpreadCode.ILLEGAL_SESSION);

        private final SpreadCode code;

        Reason(SpreadCode code) {
            this.code = code;
        }
    }

    private final Reason reason;

    ReplicaException(Reason reason, String message) {
        this(reason, message, null);
    }

    ReplicaException(Reason reason, String message, @Nullable Throwable cause) {
        super(reason.code, message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
