package org.flushspread.simulation.evs;

import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.simulation.Violation;
import org.jspecify.annotations.Nullable;

/** P1: a transitional membership of the daemon alone, a regular one, and from then on transitional and regular ones in turn. */
final class Alternation implements Property {
    static final String NAME = "P1 alternation";

    private @Nullable DaemonMembership transitional;

    @Override
    public void transitional(DaemonLife life, DaemonMembership membership) {
        if (transitional != null) {
            throw new Violation(
                    NAME,
                    life + " got transitional " + membership.id() + " after " + transitional.id()
                            + " and no regular one");
        }
        if (life.era() == null && (membership.size() != 1 || !membership.contains(life.id()))) {
            throw new Violation(NAME, life + " began with transitional " + membership);
        }
        transitional = membership;
    }

    @Override
    public void regular(DaemonLife life, DaemonMembership membership) {
        if (transitional == null) {
            throw new Violation(NAME, life + " got regular " + membership.id() + " without a transitional one before");
        }
        transitional = null;
    }
}
