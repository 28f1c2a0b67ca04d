package org.flushspread.client;

import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/** What went wrong, as a sentence for a person and as the code of the C API. */
public class SpreadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final SpreadCode code;

    public SpreadException(SpreadCode code, String message) {
        this(code, message, null);
    }

    public SpreadException(SpreadCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The code that the C function would have returned. */
    public SpreadCode code() {
        return code;
    }
}
