package org.flushspread.kernel.membership;

/** How far a daemon is that leaves its ring in order (membership-protocol 6.8). */
final class Leaving {
    /** The leader of a ring is asked so often before the others are told that their ring is broken. */
    private static final int ATTEMPTS = 3;

    private boolean wanted;
    private boolean gone;
    private boolean due;
    private int attempts;

    /** Nothing keeps this daemon any more. */
    void begin() {
        if (!wanted) {
            wanted = true;
            due = true;
        }
    }

    /** True if FORM1 is to pass this daemon by. */
    boolean isWanted() {
        return wanted;
    }

    /** The ring is another one, or the last attempt came to nothing. */
    void again() {
        due = wanted;
    }

    /** True if the ring is to be asked; as soon as there is one. */
    boolean isDue() {
        return due && !gone;
    }

    /** The ring is asked now; false if that was tried often enough. */
    boolean attempt() {
        due = false;
        return attempts++ < ATTEMPTS;
    }

    /** Nobody waits for this daemon any more. */
    void done() {
        gone = true;
    }

    boolean isDone() {
        return gone;
    }
}
