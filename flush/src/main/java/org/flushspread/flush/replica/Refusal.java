package org.flushspread.flush.replica;

/** Why a command was refused; it was never sent and will never be applied. */
public enum Refusal {
    /** This member is not in a primary component, and the policy is not to wait. */
    NOT_PRIMARY,
    /** As many commands wait as may. */
    QUEUE_FULL,
    /** It is larger than a command may be. */
    TOO_LARGE,
    /** The member was closed. */
    CLOSED
}
