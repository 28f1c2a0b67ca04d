package org.flushspread.flush.store;

import org.jspecify.annotations.Nullable;

/** A store cannot be opened, or does not take what must be kept. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreException(String message) {
        this(message, null);
    }

    public StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
