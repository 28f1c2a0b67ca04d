package org.flushspread.flush;

import org.flushspread.wire.SpreadCode;

/** ILLEGAL_STATE: the member has flushed and the next view is not there yet, or there is no request to flush for. */
public final class IllegalStateFlushException extends FlushException {
    private static final long serialVersionUID = 1L;

    IllegalStateFlushException(String group, String doing) {
        super(
                SpreadCode.ILLEGAL_STATE,
                doing.equals("flush")
                        ? "nothing asks for a flush of '" + group + "' now"
                        : "cannot " + doing + " '" + group
                                + "' now: it was flushed, and the next view has not been received; wait for it");
    }
}
