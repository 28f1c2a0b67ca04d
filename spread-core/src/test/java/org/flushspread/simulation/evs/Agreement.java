package org.flushspread.simulation.evs;

import java.util.List;
import java.util.Objects;
import org.flushspread.simulation.Violation;

/** P14 prefix, P16 failure atomicity. */
final class Agreement implements Property {
    @Override
    public void check(List<DaemonLife> lives, DaemonLife.Rings rings) {
        for (Pairs.Pair pair : Pairs.inTheSame(lives)) {
            List<Delivery> p = Era.ordered(pair.p().inRegular);
            List<Delivery> q = Era.ordered(pair.q().inRegular);
            for (int i = 0; i < Math.min(p.size(), q.size()); i++) {
                if (!p.get(i).same(q.get(i))) {
                    throw new Violation(
                            "P14 prefix",
                            pair + " in " + pair.p().regular.id() + ": " + p.get(i) + " against " + q.get(i));
                }
            }
        }
        for (Pairs.Pair pair : Pairs.installingTheSame(lives)) {
            if (Objects.requireNonNull(pair.p().transitional).equals(pair.q().transitional)
                    && pair.p().regular.id().equals(pair.q().regular.id())) {
                equal(pair, "in the regular membership", pair.p().inRegular, pair.q().inRegular);
                equal(pair, "in the transitional membership", pair.p().inTransitional, pair.q().inTransitional);
            }
        }
    }

    private static void equal(Pairs.Pair pair, String where, List<Delivery> one, List<Delivery> other) {
        List<Delivery> p = Era.ordered(one);
        List<Delivery> q = Era.ordered(other);
        for (int i = 0; i < Math.max(p.size(), q.size()); i++) {
            if (i >= p.size() || i >= q.size() || !p.get(i).same(q.get(i))) {
                throw new Violation(
                        "P16 failure atomicity",
                        pair + " " + where + " of " + pair.p().regular.id() + ", position " + i + ": "
                                + (i < p.size() ? p.get(i) : "nothing") + " against "
                                + (i < q.size() ? q.get(i) : "nothing"));
            }
        }
    }
}
