package org.flushspread.client;

import org.flushspread.wire.SpreadCode;

/**
 * The thread was interrupted while it waited. Nothing was received or sent, the connection is as it was, and the thread's interrupt flag
 * is still set. The code is {@link SpreadCode#WOULD_BLOCK}.
 */
public final class SpreadInterruptedException extends SpreadException {
    private static final long serialVersionUID = 1L;

    SpreadInterruptedException(String doing) {
        super(SpreadCode.WOULD_BLOCK, "interrupted while " + doing + "; the connection is not affected");
    }
}
