package org.flushspread.flush.kernel;

/** Why the flush layer ignored, dropped or gave up something. The first group is counted and harmless, the second ends the connection. */
public enum FlushReason {
    /** Data or control for a group that this connection has not joined (also what a dead session left behind, quirk Q28). */
    UNKNOWN_GROUP,
    /** A message without any destination. */
    NO_DESTINATION,
    /** A membership, transition or self-leave of a group that was never joined (quirk Q28). */
    MEMBERSHIP_NOT_EXPECTED,
    /** A membership whose list lacks this connection (quirk Q28). */
    MEMBERSHIP_WITHOUT_SELF,
    /** A body too short for the trailers its marks announce. */
    MALFORMED_TRAILER,
    /** A wrapped message whose inner type belongs to the layer itself. */
    RESERVED_INNER_TYPE,
    /** Data of somebody who is not, or no longer, in the installed view (closed groups). */
    SENDER_NOT_IN_VIEW,
    /** Data of a member that was excluded, behind the point of its exclusion (exclusion E5). */
    SENDER_EXCLUDED,
    /** A consent of a member that was excluded from the change (exclusion E5). */
    CONSENT_OF_EXCLUDED,
    /** A member was named as silent that had spoken, consented or gone meanwhile (exclusion E4). */
    NAMED_IN_VAIN,
    /** Whatever came for a group that goes on without this connection (exclusion E7). */
    EXCLUDED_MYSELF,
    /** Data wrapped for the pending view by somebody who is not in it (quirk Q11). */
    SENDER_NOT_IN_PENDING_VIEW,
    /** Data wrapped for a view that is neither installed nor pending here (quirk Q27). */
    FOREIGN_VIEW,
    /** Postponed data of a pending change that was given up (flush-protocol 3.3). */
    POSTPONED_FOR_COLLAPSED_CHANGE,
    /** A consent to a pending change by somebody who is not in it (quirk Q9). */
    CONSENT_OF_STRANGER,
    /** A confirmation of a view by somebody who is not in it (quirk Q10). */
    CONFIRMATION_OF_STRANGER,
    /** A confirmation of a view that is not, or no longer, in question; usual when the next change is pending already. */
    CONFIRMATION_NOT_AWAITED,
    /** An early consent of a sender that already has as many as it may. */
    EARLY_LIMIT_OF_SENDER,
    /** The oldest early consents gave way to newer ones. */
    EARLY_LIMIT,
    /** An early consent whose membership did not come within the age limit (quirk Q21). */
    EARLY_TOO_OLD,

    /** The daemon sent a membership that contradicts itself. */
    MALFORMED_MEMBERSHIP(true),
    /** More data for a view that is still pending than may be kept; dropping some would break virtual synchrony. */
    POSTPONED_LIMIT(true),
    /** More pending changes than may be kept: the application did not flush for too long. */
    PENDING_LIMIT(true);

    private final boolean fatal;

    FlushReason() {
        this(false);
    }

    FlushReason(boolean fatal) {
        this.fatal = fatal;
    }

    /** True if the connection has to be closed: going on would break a promise of the layer. */
    public boolean fatal() {
        return fatal;
    }
}
