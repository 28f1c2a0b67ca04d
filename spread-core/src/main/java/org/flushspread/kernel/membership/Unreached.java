package org.flushspread.kernel.membership;

import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.Reason;

/**
 * Whether FORM tokens reach this daemon (membership-protocol 6.6). A daemon may be heard by others although no token ever reaches it,
 * because it runs on another host than its address says or because its token port is blocked. It would bring down every ring that tries to
 * include it. So it keeps quiet, serves its clients alone, and lets others hear of it in some of its lookups only.
 */
final class Unreached {
    /** So many failed attempts in a row may have any other reason. */
    private static final int PATIENCE = 4;

    private final Context context;
    private boolean reached;
    private boolean quiet;
    private boolean before;
    private int failures;
    private int lookupsToSkip;

    Unreached(Context context) {
        this.context = context;
    }

    /** A FORM token of another daemon came: from now on none of this applies. */
    void reached() {
        reached = true;
        quiet = false;
    }

    /** I heard others, and so a FORM token should have come to me, theirs or my own; but none did. */
    void failed() {
        failures++;
        if (reached || quiet || (failures < PATIENCE && !before)) {
            return;
        }
        quiet = true;
        lookupsToSkip = before ? 1 : 0;
        before = true;
        failures = 0;
        context.refuse(
                Reason.NEVER_REACHED,
                "others are heard, but no token ever reached " + context.me()
                        + ", which keeps quiet for a while not to keep them from their ring. Does it run on the host of"
                        + " this address, and does UDP " + context.me().tokenPort() + " pass?");
    }

    /** True while nothing is sent to find others, and nothing heard of them. */
    boolean isQuiet() {
        return quiet;
    }

    /** True if this lookup is to be left out. */
    boolean skipsLookup() {
        if (quiet && lookupsToSkip-- > 0) {
            return true;
        }
        quiet = false;
        return false;
    }
}
