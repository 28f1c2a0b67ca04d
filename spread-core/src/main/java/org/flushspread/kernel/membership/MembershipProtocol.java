package org.flushspread.kernel.membership;

import io.netty.buffer.ByteBuf;
import org.flushspread.config.Timers;
import org.flushspread.kernel.Context;
import org.flushspread.kernel.DaemonMembership;
import org.flushspread.kernel.DeadlineKind;
import org.flushspread.kernel.Reason;

/** The membership state machine of one daemon. */
public final class MembershipProtocol {
    public MembershipProtocol(Context context, Timers timers, FormingRing ring) {}

    /** As if a token was lost in OP: enters SEG (membership-protocol 1, start-up). */
    public void start() {}

    /** An ALIVE, JOIN or REFER packet that passed the common checks. */
    public void packet(ByteBuf packet, int index, int length) {}

    /** A FORM1 or FORM2 token that passed the common checks. */
    public void formToken(ByteBuf token, int index, int length) {}

    /** A data packet of another ring. */
    public void foreign(ByteBuf packet, int index, int length) {}

    /** The ring installed a regular membership. */
    public void installed(DaemonMembership membership) {}

    /** The token is lost (membership-protocol 4.2), whatever noticed it. */
    public void tokenLost(Reason why) {}

    /** One of TOKEN, ALIVE, JOIN, REP, SEG, GATHER, LOOKUP fired. */
    public void timeout(DeadlineKind kind) {}

    /** OP 1, SEG 2, REPRESENTED 3, GATHER 4, FORM 5, EVS 6 (the numbers of the status packet). */
    public int stateNumber() {
        return 2;
    }
}
