package org.flushspread.flush.requests;

import java.util.TreeSet;
import org.flushspread.flush.replica.Sessions;

/** A session of a client: whether it has begun, and the numbers of its commands (replica-protocol R33). */
final class OpenSession {
    final long ordinal;
    final byte[] name;
    private final TreeSet<Long> outstanding = new TreeSet<>();
    private boolean begun;
    private long before;
    private long id;
    private long highest;

    OpenSession(long ordinal, byte[] name) {
        this.ordinal = ordinal;
        this.name = name;
    }

    boolean hasBegun() {
        return begun;
    }

    long id() {
        return id;
    }

    /** The greatest number that is known to be taken. */
    long highest() {
        return highest;
    }

    /** The session of its name that it takes the place of, as far as it knows. */
    long before() {
        return before;
    }

    /** The answer to its beginning; false if it is to try again, since it did not know of the one that is open. */
    boolean begin(long session, long greatest) {
        if (!begun && greatest == Sessions.OTHER) {
            before = session;
            return false;
        }
        if (!begun) {
            begun = true;
            id = session;
            highest = Math.max(highest, greatest);
        }
        return true;
    }

    /**
     * Takes a number for a command that goes out now.
     *
     * @param wished 0 for the next one
     * @return 0 if none is to be had before older ones have ended
     */
    long take(long wished) {
        long number = wished == 0 ? highest + 1 : wished;
        if (!outstanding.isEmpty() && number - outstanding.first() >= Sessions.WINDOW) {
            return 0;
        }
        outstanding.add(number);
        highest = Math.max(highest, number);
        return number;
    }

    void ended(long number) {
        outstanding.remove(number);
    }
}
