package org.flushspread.simulation.evs;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.simulation.Violation;
import org.flushspread.wire.MembershipId;

/** P16: daemons that go the same way, from one regular membership through a transitional one to the next, deliver the same in both. */
final class FailureAtomicity implements Property {
    private record Way(MembershipId regular, DaemonMembership transitional, MembershipId next) {}

    private final Map<Way, Ended> ways = new HashMap<>();

    @Override
    public void regular(DaemonLife life, DaemonMembership membership) {
        Era era = life.era();
        if (era == null) {
            return;
        }
        Way way = new Way(era.regular.id(), Objects.requireNonNull(era.transitional), membership.id());
        Ended first = ways.putIfAbsent(way, new Ended(life, era));
        if (first == null) {
            return;
        }
        // What they delivered in the regular membership is the same as far as it goes (P14).
        if (era.orderedInRegular != first.era().orderedInRegular) {
            throw different(
                    life,
                    first.life(),
                    era,
                    "the regular",
                    era.orderedInRegular + " messages against " + first.era().orderedInRegular);
        }
        List<Delivery> p = era.orderedInTransitional;
        List<Delivery> q = first.era().orderedInTransitional;
        for (int i = 0; i < Math.max(p.size(), q.size()); i++) {
            if (i >= p.size() || i >= q.size() || !p.get(i).same(q.get(i))) {
                String one = i < p.size() ? p.get(i).toString() : "nothing";
                String other = i < q.size() ? q.get(i).toString() : "nothing";
                throw different(
                        life,
                        first.life(),
                        era,
                        "the transitional",
                        "at position " + i + " " + one + " against " + other);
            }
        }
    }

    private static Violation different(DaemonLife one, DaemonLife other, Era era, String kind, String what) {
        return new Violation(
                "P16 failure atomicity",
                one + " and " + other + " delivered in " + kind + " membership of " + era.regular.id() + " " + what);
    }
}
