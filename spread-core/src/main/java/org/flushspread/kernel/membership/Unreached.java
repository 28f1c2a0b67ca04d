package org.flushspread.kernel.membership;

import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.Reason;

/**
 * Whether FORM tokens find this daemon (membership-protocol 6.6). One that is heard but that no token ever reached, because it runs on another
 * host than its address says or its token port is blocked, would take every ring it is drawn into down with it; it keeps quiet then, serves
 * alone, and lets others hear of it in some lookups only.
 */
final class Unreached {
    /** Attempts in a row that anything can have spoilt. */
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

    /** A FORM token of another daemon came. From now on nothing of this applies. */
    void reached() {
        reached = true;
        quiet = false;
    }

    /** I heard others and should have been on a FORM token of theirs, or got mine back, but was not. */
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
