package spread;

import org.jspecify.annotations.Nullable;

/** What went wrong with Spread. */
public class SpreadException extends Exception {
    private static final long serialVersionUID = 1L;

    public SpreadException() {}

    public SpreadException(@Nullable String message) {
        super(message);
    }

    static SpreadException of(String what, Throwable cause) {
        SpreadException exception = new SpreadException(what);
        exception.initCause(cause);
        return exception;
    }
}
