package org.flushspread.flush;

import org.flushspread.wire.SpreadCode;

/** ILLEGAL_RECEIVERS: a receiver is not in the installed view. */
public final class IllegalReceiversException extends FlushException {
    private static final long serialVersionUID = 1L;

    IllegalReceiversException(String group, String doing) {
        super(
                SpreadCode.ILLEGAL_RECEIVERS,
                "cannot " + doing + " '" + group + "': a receiver is not in the current view; see FlushGroup.view()");
    }
}
