package org.flushspread.kernel.base;

/** The timers of a kernel, one slot each. Ties fire in this order. */
public enum DeadlineKind {
    /** Token loss; in state FORM the same slot holds the Form timeout (membership-protocol 3). */
    TOKEN,
    HURRY,
    REP,
    /** The length of SEG and of GATHER: before the packets that are repeated in them, so that no useless last one goes out. */
    SEG,
    GATHER,
    ALIVE,
    JOIN,
    LOOKUP,
    /** A daemon that leaves asks the leader of its ring again (membership-protocol 6.8). */
    LEAVE,
    /** A monitor's partition ends by itself (monitor-protocol 4). */
    PARTITION,
    /** The oldest unfinished handshake of a client. */
    HANDSHAKE,
    /** A client that others wait for has taken nothing for too long. */
    STALLED_CLIENT,
    /** Counted refusals are reported. */
    REPORT
}
