package org.flushspread.flush.kernel;

/** Where a connection stands in a group (flush-protocol 1.2). */
public enum MembershipState {
    /** From the first Spread membership that contains us to the first view. */
    JOINING,
    /** A full-fledged member. */
    JOINED,
    /** From the leave call to the self-leave. */
    LEAVING
}
