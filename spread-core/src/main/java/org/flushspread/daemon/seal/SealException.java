package org.flushspread.daemon.seal;

/** A ring cannot be sealed so. The message says for a person what, where, and how to mend it. */
public final class SealException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SealException(String message) {
        super(message);
    }

    SealException(String message, Throwable cause) {
        super(message, cause);
    }
}
