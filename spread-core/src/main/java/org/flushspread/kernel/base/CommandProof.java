package org.flushspread.kernel.base;

import org.jspecify.annotations.Nullable;

/** What the signature of a monitor's command proves (security 5). */
public enum CommandProof {
    /** No key is configured: the rules of {@code DangerousMonitor} hold. */
    NOT_ASKED_FOR(null),
    /** Somebody who has the key sent it, to this daemon, just now and not before. */
    VALID(null),
    MISSING(Reason.MONITOR_NOT_SIGNED),
    UNKNOWN_KEY(Reason.MONITOR_UNKNOWN_KEY),
    FORGED(Reason.MONITOR_FORGED),
    FOR_ANOTHER_DAEMON(Reason.MONITOR_FOR_ANOTHER_DAEMON),
    /** Its time is too far from this daemon's clock, or before this daemon's start. */
    WRONG_TIME(Reason.MONITOR_WRONG_TIME),
    REPLAYED(Reason.MONITOR_REPLAYED),
    /** So many came that no more can be told from replays. */
    TOO_MANY(Reason.MONITOR_RATE);

    private final @Nullable Reason refusal;

    CommandProof(@Nullable Reason refusal) {
        this.refusal = refusal;
    }

    /** Why a command with this proof is refused; null if it is not. */
    public @Nullable Reason refusal() {
        return refusal;
    }
}
