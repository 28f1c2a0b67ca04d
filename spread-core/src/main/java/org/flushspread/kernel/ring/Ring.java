package org.flushspread.kernel.ring;

import io.netty.buffer.ByteBuf;
import org.flushspread.config.Timers;
import org.flushspread.kernel.Context;
import org.flushspread.kernel.DaemonMembership;
import org.flushspread.kernel.DeliveryThreshold;
import org.flushspread.kernel.Outbound;
import org.flushspread.kernel.membership.FormingRing;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.RingInfo;

/** The data path of one daemon. */
public final class Ring implements FormingRing, Outbound {
    private final MembershipId none;

    /** @param timers fixed at start; a reload does not change them */
    public Ring(Context context, Timers timers, RingObserver observer) {
        none = new MembershipId(context.me().id(), -1);
    }

    /** A regular data packet that passed the common checks (ring-protocol 6 steps 1 to 8). */
    public void data(ByteBuf packet, int index, int length) {}

    /** A HURRY packet (ring-protocol 11.2). */
    public void hurry(ByteBuf packet, int index) {}

    /** A regular token that passed the common checks (ring-protocol 7.1 steps 1 and 2). */
    public void token(ByteBuf token, int index, int length) {}

    /** The hurry timer fired (ring-protocol 11.3). */
    public void hurryTimeout() {}

    /** True if the token socket is to be served before the data sockets (ring-protocol 10). */
    public boolean tokenFirst() {
        return false;
    }

    /**
     * Work that needs no socket, at the end of a turn: token visits of a ring of one, which sends the token to itself. Does nothing in
     * larger rings.
     */
    public void turnEnded() {}

    @Override
    public void submit(int service, ByteBuf image, int index, int length) {}

    @Override
    public void submitGroups(int service, ByteBuf image, int index, int length) {}

    @Override
    public void groupsOnly(boolean on) {}

    @Override
    public void clearGroups() {}

    @Override
    public void threshold(DeliveryThreshold level) {}

    @Override
    public int waiting() {
        return 0;
    }

    @Override
    public MembershipId membershipId() {
        return none;
    }

    @Override
    public boolean tokenAlive() {
        return false;
    }

    @Override
    public int highestSequence() {
        return 0;
    }

    @Override
    public RingInfo describe() {
        throw new IllegalStateException();
    }

    @Override
    public RingInfo combine(RingInfo onToken) {
        throw new IllegalStateException();
    }

    @Override
    public void enterForm(RingInfo reported) {}

    @Override
    public void recover(DaemonMembership future, RingInfo mine, int fence) {}

    @Override
    public void sendFirstToken() {}

    @Override
    public void loseToken() {}

    /** Releases every buffer. */
    public void close() {}
}
