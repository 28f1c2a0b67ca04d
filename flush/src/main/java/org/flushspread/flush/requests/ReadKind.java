package org.flushspread.flush.requests;

/** How old a state may be that a client reads; the order is that of the wire (replica-protocol R34). */
public enum ReadKind {
    /** As it is at the member. */
    LOCAL,
    /** Behind everything that this client has seen. */
    PLACED,
    /** Behind everything that anybody has seen. */
    LINEARIZABLE;

    private static final ReadKind[] BY_CODE = values();

    byte code() {
        return (byte) ordinal();
    }

    /** @throws IllegalArgumentException if there is none with this code */
    static ReadKind of(byte code) {
        if (code < 0 || code >= BY_CODE.length) {
            throw new IllegalArgumentException("kind of read " + code);
        }
        return BY_CODE[code];
    }
}
