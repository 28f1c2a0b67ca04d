package org.flushspread.simulation.evs;

import org.flushspread.config.Daemon;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.simulation.Violation;

/** P3: who is in the transitional membership is in the regular one before it and in the one after it. */
final class TransitionalSubset implements Property {
    @Override
    public void transitional(DaemonLife life, DaemonMembership membership) {
        DaemonMembership before = life.regular();
        if (before != null) {
            subset(life, membership, before);
        }
    }

    @Override
    public void regular(DaemonLife life, DaemonMembership membership) {
        Era era = life.era();
        if (era != null && era.transitional != null) {
            subset(life, era.transitional, membership);
        }
    }

    private static void subset(DaemonLife life, DaemonMembership transitional, DaemonMembership regular) {
        for (Daemon each : transitional.members()) {
            if (!regular.contains(each.id())) {
                throw new Violation(
                        "P3 transitional subset",
                        life + ": " + each + " is in transitional " + transitional + " but not in " + regular);
            }
        }
    }
}
