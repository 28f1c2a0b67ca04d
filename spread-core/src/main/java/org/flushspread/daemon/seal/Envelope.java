package org.flushspread.daemon.seal;

import org.flushspread.wire.SealedHeader;

/** Sizes of an envelope (security 2.2). */
public final class Envelope {
    /** What the cipher adds. */
    static final int TAG = 16;
    /** What an envelope is longer than what is in it; bytes. */
    public static final int OVERHEAD = SealedHeader.LENGTH + TAG;

    private Envelope() {}
}
