package org.flushspread.simulation.evs;

import java.util.List;
import java.util.Objects;
import org.flushspread.simulation.Violation;

/** P6 moving together, P7 completeness of the transitional membership. */
final class MovingTogether implements Property {
    @Override
    public void check(List<DaemonLife> lives, DaemonLife.Rings rings) {
        for (Pairs.Pair pair : Pairs.installingTheSame(lives)) {
            Era p = pair.p();
            Era q = pair.q();
            var trans = Objects.requireNonNull(p.transitional);
            if (trans.contains(pair.other().id())) {
                if (!trans.equals(q.transitional) || !p.regular.id().equals(q.regular.id())) {
                    throw new Violation(
                            "P6 moving together",
                            pair + ": transitional " + trans + " from " + p.regular.id() + " against " + q.transitional
                                    + " from " + q.regular.id());
                }
            } else if (p.regular.id().equals(q.regular.id())) {
                throw new Violation(
                        "P7 completeness of the transitional membership",
                        pair + ": both come from " + p.regular.id() + " but " + trans + " lacks " + pair.other());
            }
        }
    }
}
