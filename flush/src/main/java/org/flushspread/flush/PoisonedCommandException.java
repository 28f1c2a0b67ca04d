package org.flushspread.flush;

import java.util.HexFormat;
import org.flushspread.flush.replica.Failure;

/**
 * A command made the state machine of this member throw an {@link Error}. What the state is then nobody knows, so the member has stopped;
 * the error is the {@link #getCause cause}. Members at which the command does nothing of the kind go on.
 */
public final class PoisonedCommandException extends ReplicaException {
    private static final long serialVersionUID = 1L;

    private final long index;
    private final long ticket;
    private final String command;

    /** Bytes of a command that are told. */
    private static final int DUMPED = 64;

    PoisonedCommandException(
            String call, long index, long ticket, String command, byte[] entry, String state, Throwable cause) {
        super(
                Failure.CLOSED,
                "command " + index + (ticket == 0 ? "" : ", which this member submitted (ticket " + ticket + "),")
                        + " made " + call + " throw " + cause
                        + (command.isEmpty()
                                ? ""
                                : "; if it does so at all members, start all of them again and call skip(\"" + command
                                        + "\") at one, or start them with skipping(\"" + command + "\")")
                        + "; command " + dump(entry) + "; " + state,
                cause);
        this.index = index;
        this.ticket = ticket;
        this.command = command;
    }

    private static String dump(byte[] entry) {
        int shown = Math.min(DUMPED, entry.length);
        return "of " + entry.length + " bytes, " + HexFormat.of().formatHex(entry, 0, shown)
                + (shown < entry.length ? "..." : "");
    }

    /** Its place in the order of the commands, from 1. */
    public long index() {
        return index;
    }

    /** Which of the commands that this member submitted, from 1; 0 if it was submitted by another, or before a restart. */
    public long ticket() {
        return ticket;
    }

    /** What {@link ReplicaOptions#skipping} takes; empty without a durable store. */
    public String command() {
        return command;
    }
}
