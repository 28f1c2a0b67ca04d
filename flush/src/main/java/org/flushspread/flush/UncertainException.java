package org.flushspread.flush;

import org.flushspread.flush.replica.Failure;
import org.jspecify.annotations.Nullable;

/**
 * A command was sent, and then the members parted or the connection was lost: it may have taken effect, may still do so, or never. Only
 * the application can know whether it may be submitted again; a command that carries an identity of its own can be made safe to repeat.
 */
public final class UncertainException extends ReplicaException {
    private static final long serialVersionUID = 1L;

    UncertainException() {
        super(
                Failure.UNCERTAIN,
                "the members of the group parted while the command was on its way: it may or may not take effect");
    }

    /** Something ended while the command was on its way. For the layers of this library. */
    public UncertainException(@Nullable String end, @Nullable Throwable cause) {
        super(
                Failure.UNCERTAIN,
                "the command was on its way, and may or may not take effect, when this happened: " + end,
                cause);
    }
}
