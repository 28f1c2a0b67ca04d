package org.flushspread.flush;

import org.flushspread.client.SpreadException;
import org.flushspread.wire.SpreadCode;

/** What a flush call refuses, with the code of the C function. */
public class FlushException extends SpreadException {
    private static final long serialVersionUID = 1L;

    public FlushException(SpreadCode code, String message) {
        super(code, message);
    }

    static FlushException of(SpreadCode code, String group, String doing) {
        return switch (code) {
            case ILLEGAL_STATE -> new IllegalStateFlushException(group, doing);
            case ILLEGAL_RECEIVERS -> new IllegalReceiversException(group, doing);
            case ILLEGAL_GROUP ->
                IllegalGroupException.notMember(group, doing, "this connection is no full member of it");
            default -> new FlushException(code, "cannot " + doing + " '" + group + "': " + code.text());
        };
    }
}
