package org.flushspread.simulation.evs;

import java.util.Objects;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.simulation.Violation;

/**
 * P6: if two daemons install the same regular membership, and one has the other in its transitional membership, both come from the same
 * regular membership through the same transitional one.
 */
final class MovingTogether extends PairProperty {
    @Override
    void check(Ended p, Ended q) {
        DaemonMembership transitional = Objects.requireNonNull(p.era().transitional);
        if (transitional.contains(q.life().id())
                && (!transitional.equals(q.era().transitional)
                        || !p.era().regular.id().equals(q.era().regular.id()))) {
            throw new Violation(
                    "P6 moving together",
                    p.life() + " and " + q.life() + ": transitional " + transitional + " from "
                            + p.era().regular.id() + " against " + q.era().transitional + " from "
                            + q.era().regular.id());
        }
    }
}
