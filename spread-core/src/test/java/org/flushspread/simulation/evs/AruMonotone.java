package org.flushspread.simulation.evs;

import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.simulation.Violation;
import org.flushspread.wire.MembershipId;

/** What is stable stays so, and is on the token's way already (ring-protocol 7.2). */
final class AruMonotone implements RingProperty {
    private int before;

    @Override
    public void visited(DaemonLife life, MembershipId ring, int sequence, int stable) {
        if (stable < before || stable > sequence) {
            throw new Violation(
                    "aru monotone",
                    life + ": stable went from " + before + " to " + stable + " of " + sequence + " in " + ring);
        }
        before = stable;
    }

    @Override
    public void regular(DaemonLife life, DaemonMembership membership) {
        before = 0;
    }
}
