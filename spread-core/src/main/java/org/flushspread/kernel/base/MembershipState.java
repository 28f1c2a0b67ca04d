package org.flushspread.kernel.base;

/** The states of a daemon's membership (membership-protocol 4). */
public enum MembershipState {
    /** The ring stands. */
    OP(1),
    /** Collects the daemons of its segment. */
    SEG(2),
    /** Another daemon of the segment acts for it. */
    REPRESENTED(3),
    /** Representatives collect each other, or the leader of a standing ring looks for other rings. */
    GATHER(4),
    /** FORM1 was processed, FORM2 is awaited. */
    FORM(5),
    /** FORM2 was processed: the new token turns and the old rings are being recovered. */
    EVS(6);

    private final int number;

    MembershipState(int number) {
        this.number = number;
    }

    /** Its number in the status packet (monitor-protocol 3). */
    public int number() {
        return number;
    }
}
