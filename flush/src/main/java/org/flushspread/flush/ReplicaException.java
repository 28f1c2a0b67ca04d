package org.flushspread.flush;

import org.flushspread.client.SpreadException;
import org.flushspread.flush.replica.Failure;
import org.jspecify.annotations.Nullable;

/** A command, a read or a wait of a replicated state machine that came to nothing. */
public class ReplicaException extends SpreadException {
    private static final long serialVersionUID = 1L;

    private final Failure reason;

    /** For the layers of this library. */
    public ReplicaException(Failure reason, String message) {
        this(reason, message, null);
    }

    /** For the layers of this library. */
    public ReplicaException(Failure reason, String message, @Nullable Throwable cause) {
        super(reason.code(), message, cause);
        this.reason = reason;
    }

    public Failure reason() {
        return reason;
    }
}
