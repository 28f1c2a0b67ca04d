package org.flushspread.simulation.evs;

import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.simulation.Violation;

/** P2: a daemon is in every membership that it installs. */
final class Self implements Property {
    @Override
    public void transitional(DaemonLife life, DaemonMembership membership) {
        check(life, membership);
    }

    @Override
    public void regular(DaemonLife life, DaemonMembership membership) {
        check(life, membership);
    }

    private static void check(DaemonLife life, DaemonMembership membership) {
        if (!membership.contains(life.id())) {
            throw new Violation("P2 self", life + " is not in " + membership);
        }
    }
}
