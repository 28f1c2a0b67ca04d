package org.flushspread.flush.store;

/** The store does not hold what its member promised to keep: not what a crash leaves behind, but a loss. */
final class Damaged extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * @param file its name
     * @param at byte in it
     * @param what is wrong there
     */
    Damaged(String file, long at, String what) {
        this("file " + file + ", byte " + at + ": " + what);
    }

    Damaged(String what) {
        super(what);
    }
}
