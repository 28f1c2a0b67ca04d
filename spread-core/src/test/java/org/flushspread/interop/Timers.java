package org.flushspread.interop;

/** The nine timers of membership-protocol 3, in milliseconds. */
record Timers(int token, int hurry, int alive, int join, int rep, int seg, int gather, int form, int lookup) {
    /** A fifth of the usual ones, with a shorter lookup. */
    static final Timers FIFTH = new Timers(250, 100, 50, 50, 125, 100, 250, 250, 1000);
    /**
     * As {@link #FIFTH}, but for those of tokens: a ring stands until a test breaks it, however busy the machine is, and forms at the first
     * attempt.
     */
    static final Timers STEADY = new Timers(2000, 100, 50, 50, 125, 100, 250, 1000, 1000);
    /** The documented fast set: a new view within 300 ms of a crash. */
    static final Timers FAST = new Timers(100, 40, 20, 20, 50, 40, 100, 100, 1000);
    /** What C Spread has without any (membership-protocol 3), but for the lookup. */
    static final Timers USUAL = new Timers(1250, 500, 250, 250, 625, 500, 1250, 1250, 5000);

    Timers withToken(int milliseconds) {
        return new Timers(milliseconds, hurry, alive, join, rep, seg, gather, form, lookup);
    }

    /** The lines of spread.conf. */
    String text() {
        return "TokenTimeout = " + token + "\nHurryTimeout = " + hurry + "\nAliveTimeout = " + alive
                + "\nJoinTimeout = " + join + "\nRepTimeout = " + rep + "\nSegTimeout = " + seg
                + "\nGatherTimeout = " + gather + "\nFormTimeout = " + form + "\nLookupTimeout = " + lookup + "\n";
    }
}
