package org.flushspread.simulation.evs;

import java.util.Objects;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.simulation.Violation;

/** P7: daemons that come from one regular membership into another are in each other's transitional membership. */
final class Completeness extends PairProperty {
    @Override
    void check(Ended p, Ended q) {
        DaemonMembership transitional = Objects.requireNonNull(p.era().transitional);
        if (p.era().regular.id().equals(q.era().regular.id())
                && !transitional.contains(q.life().id())) {
            throw new Violation(
                    "P7 completeness of the transitional membership",
                    p.life() + " and " + q.life() + " both come from "
                            + p.era().regular.id() + " but " + transitional + " lacks " + q.life());
        }
    }
}
