package org.flushspread.flush.simulation;

import java.nio.ByteBuffer;
import org.flushspread.flush.replica.LogEntry;

/**
 * An entry of the log with its place.
 *
 * @param fingerprint of the log up to and with it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Entry(long index, long fingerprint, byte[] bytes) {
    private static final int SESSION_HEAD = 16;

    /** The number of the command in it; 0 if there is none. */
    long number() {
        return number(ByteBuffer.wrap(bytes));
    }

    static long number(ByteBuffer bytes) {
        ByteBuffer in = bytes.duplicate();
        if (in.hasRemaining() && in.get(in.position()) == LogEntry.TIMED) {
            in.position(in.position() + LogEntry.TIMED_HEAD);
        }
        if (!in.hasRemaining()) {
            return 0;
        }
        byte kind = in.get();
        if (kind == LogEntry.SESSION_COMMAND) {
            in.position(in.position() + SESSION_HEAD);
        }
        return kind == LogEntry.SESSION_COMMAND || kind == LogEntry.COMMAND ? in.getLong() : 0;
    }

    /** Where it stands, and behind what. */
    String place() {
        return place(index, fingerprint);
    }

    static String place(long index, long fingerprint) {
        return index + "." + Long.toHexString(fingerprint);
    }
}
