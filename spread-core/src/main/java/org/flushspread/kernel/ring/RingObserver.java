package org.flushspread.kernel.ring;

import io.netty.buffer.ByteBuf;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.Message;
import org.flushspread.kernel.base.Reason;

/** What the ring tells upwards, in delivery order. */
public interface RingObserver {
    /** A whole, checked message. */
    void message(Message message);

    /** The transitional membership; messages after it and before {@link #regular} were delivered in it (membership-protocol 7.2). */
    void transitional(DaemonMembership membership);

    /** The new ring is installed: numbers are reset, the membership room returns to OP. Called right before {@link #regular}. */
    void installed(DaemonMembership membership);

    /** The regular membership, for groups. GROUPS messages may be submitted during the call. */
    void regular(DaemonMembership membership);

    /** The ring gives up its token: recovery cannot complete (500 rounds), or the sequence numbers of a ring of one are used up. */
    void tokenLost(Reason why);

    /** A valid data packet of another ring (membership-protocol 5.6). The bytes are lent for the call. */
    void foreign(ByteBuf packet, int index, int length);
}
