package org.flushspread.flush.requests;

/** Why a desk refused or dropped something, or what it did less for; counted. */
public enum DeskReason {
    /** A question for desks, beyond as many in a second as are answered. */
    QUESTION_DROPPED,
    /** A request that is with the member already. */
    REPEATED,
    /** Refused: the member is not in a primary component. */
    NOT_PRIMARY,
    /** Refused: too many requests are with the member, or too many of this client. */
    QUEUE_FULL,
    /** A request whose end the desk did not wait for. */
    FORGOTTEN,
    /** A message that is no request of this version and format. */
    NONSENSE
}
