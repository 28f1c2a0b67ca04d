package org.flushspread.kernel.membership;

/** The states of a daemon's membership (membership-protocol 1 and 4); the numbers are those of the status packet. */
enum State {
    /** The ring works. */
    OP(1),
    /** Collects daemons of its own segment. */
    SEG(2),
    /** Somebody of its segment acts for it. */
    REPRESENTED(3),
    /** Representatives collect each other, or a ring leader looks for other rings. */
    GATHER(4),
    /** FORM1 was processed, FORM2 is awaited. */
    FORM(5),
    /** FORM2 was processed: the new token is alive and the old ring is recovered. */
    EVS(6);

    private final int number;

    State(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
