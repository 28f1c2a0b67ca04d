package org.flushspread.simulation.evs;

import java.util.function.IntSupplier;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.simulation.Violation;
import org.flushspread.wire.MembershipId;

/** A daemon sends no more in a visit of the token than its personal window (ring-protocol 9). */
final class WindowsRespected implements RingProperty {
    private final IntSupplier window;
    private int sentInVisit;

    /** @param window packets */
    WindowsRespected(IntSupplier window) {
        this.window = window;
    }

    @Override
    public void sequenced(DaemonLife life, MembershipId ring, int sequence) {
        if (++sentInVisit > window.getAsInt()) {
            throw new Violation("windows respected", life + " sent " + sentInVisit + " packets in one visit");
        }
    }

    @Override
    public void visited(DaemonLife life, MembershipId ring, int sequence, int stable) {
        sentInVisit = 0;
    }

    @Override
    public void regular(DaemonLife life, DaemonMembership membership) {
        sentInVisit = 0;
    }
}
