package org.flushspread.interop;

/** Whose daemon it is. */
enum Kind {
    /** Ours, a process of its own. */
    JAVA('J'),
    /** C Spread 4.4 from SPREAD_C_HOME. */
    C('C');

    private final char letter;

    Kind(char letter) {
        this.letter = letter;
    }

    static Kind of(char letter) {
        for (Kind each : values()) {
            if (each.letter == letter) {
                return each;
            }
        }
        throw new IllegalArgumentException("no kind " + letter);
    }
}
