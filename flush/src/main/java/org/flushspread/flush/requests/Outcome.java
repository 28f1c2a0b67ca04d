package org.flushspread.flush.requests;

/** What became of a request at a desk; the order is that of the wire (replica-protocol 2). */
public enum Outcome {
    /** Done, and this is the result. */
    RESULT,
    /** Done, and the state machine threw something; in words. */
    THROWN,
    /** A session has begun. */
    BEGUN,
    /** The member is not in a primary component; nothing was done. */
    NOT_PRIMARY,
    /** The desk or its member has too much to do; nothing was done. */
    QUEUE_FULL,
    /** The member does not know whether it took or will take effect. */
    UNCERTAIN,
    /** The session is over; the command is not applied. */
    SESSION_OVER,
    /** The command is too large; nothing was done. */
    TOO_LARGE,
    /** The place that a read named is one of another history. */
    OTHER_HISTORY;

    private static final Outcome[] BY_CODE = values();

    byte code() {
        return (byte) ordinal();
    }

    /** @throws IllegalArgumentException if there is none with this code */
    static Outcome of(byte code) {
        if (code < 0 || code >= BY_CODE.length) {
            throw new IllegalArgumentException("outcome " + code);
        }
        return BY_CODE[code];
    }
}
