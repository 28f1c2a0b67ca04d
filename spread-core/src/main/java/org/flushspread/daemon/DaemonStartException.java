package org.flushspread.daemon;

/** A daemon could not start. The message is one or two sentences for a person: what, where, and how to mend it. */
public final class DaemonStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DaemonStartException(String message) {
        super(message);
    }

    public DaemonStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
