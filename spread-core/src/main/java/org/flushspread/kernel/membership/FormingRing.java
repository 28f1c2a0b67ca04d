package org.flushspread.kernel.membership;

import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.RingInfo;

/** What the membership protocol asks of the ring while a new one is formed. */
public interface FormingRing {
    /** Id of the last installed regular membership ({@code membId}); {@code (self, -1)} before the first. Token loss does not change it. */
    MembershipId membershipId();

    /** From reading FORM2 until token loss or entering FORM. */
    boolean tokenAlive();

    /** The highest sequence number known in the old ring; FORM1's fence lies 3333 above it. */
    int highestSequence();

    /** My contribution to a FORM1 that does not list my ring yet (membership-protocol 6.2 step 4). */
    RingInfo describe();

    /** My contribution to a FORM1 that lists my ring already (6.3 step 5): holes, aru, lists combined, {@code numTrans} + 1. */
    RingInfo combine(RingInfo onToken);

    /**
     * A FORM1 was processed and sent on: the token is dead, delivery is blocked, the hurry timer is off, and old-ring data above the
     * highest number in {@code reported} is refused from now on (6.3 last paragraph).
     */
    void enterForm(RingInfo reported);

    /**
     * FORM2 steps 2 to 6 and 9 (6.5): delivers what is stable, marks the holes, takes the obligation set and the fence, resets the flow
     * control, makes the token live, arms the token timer, and starts recovery. Token route and predecessor follow {@code future}.
     *
     * @param mine the entry of my old ring, {@code transTime} set
     * @param fence FORM2's seq ({@code lastSeq})
     */
    void recover(DaemonMembership future, RingInfo mine, int fence);

    /** The last daemon of the new ring sends the first regular token, twice (6.5 step 8). Token rounds start at 1 here. */
    void sendFirstToken();

    /**
     * Token loss, step 1 and 3 (4.2): backs out of a running recovery (7.5), no live token, delivery blocked, saved token cleared, token
     * and hurry timers off.
     */
    void loseToken();
}
