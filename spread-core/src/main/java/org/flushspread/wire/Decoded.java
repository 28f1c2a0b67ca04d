package org.flushspread.wire;

/**
 * What a decoder of one step of the handshake found at the front of the bytes that have arrived so far. TCP promises no segments, so every
 * step may come in any number of pieces; a decoder never moves the indices of the buffer it looks at.
 */
public sealed interface Decoded<T> {
    /** More bytes are needed to tell. */
    record Incomplete<T>() implements Decoded<T> {}

    /**
     * The step is over and failed.
     *
     * @param code the signed byte that a daemon answers, or the result that a client returns to its caller; most are values of
     *     {@link SpreadCode}, but a client passes on what a daemon sent, known or not
     */
    record Refused<T>(int code) implements Decoded<T> {
        Refused(SpreadCode code) {
            this(code.code());
        }
    }

    /** @param length bytes the value took */
    record Complete<T>(T value, int length) implements Decoded<T> {}
}
