package org.flushspread.flush;

/**
 * The states that the application was given: while their number stays the same, {@link Snapshotter.InParts#changed} of two frozen states tells what
 * differs. Used by the internal thread.
 */
final class LoadedStates {
    private int count;
    private boolean otherFormat;

    /** One is about to take the place of what there was, or may have taken it. */
    void begins() {
        count++;
    }

    /** @param sameFormat false if the program that saved it may have cut it into other parts */
    void ended(boolean sameFormat) {
        otherFormat = !sameFormat;
    }

    int count() {
        return count;
    }

    /** Of the last one. */
    boolean isOfAnotherFormat() {
        return otherFormat;
    }
}
