package org.flushspread.tls;

import org.jspecify.annotations.Nullable;

/** TLS is not possible so. The message says for a person what, where, and how to mend it. */
public final class TlsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TlsException(String message) {
        this(message, null);
    }

    public TlsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
