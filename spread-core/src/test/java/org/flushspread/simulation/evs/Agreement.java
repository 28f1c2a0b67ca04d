package org.flushspread.simulation.evs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.flushspread.kernel.DaemonMembership;
import org.flushspread.simulation.Violation;
import org.flushspread.wire.MembershipId;

/** P14 prefix, P16 failure atomicity. */
final class Agreement implements Property {
    /** Eras that end alike. */
    private record Way(MembershipId regular, DaemonMembership transitional, MembershipId next) {}

    @Override
    public void check(List<DaemonLife> lives, DaemonLife.Rings rings) {
        Map<MembershipId, List<Trace>> together = new LinkedHashMap<>();
        Map<Way, Trace> ways = new HashMap<>();
        for (DaemonLife life : lives) {
            for (Era era : life.eras()) {
                Trace trace = new Trace(life, era, Era.ordered(era.inRegular), Era.ordered(era.inTransitional));
                together.computeIfAbsent(era.regular.id(), id -> new ArrayList<>())
                        .add(trace);
                if (era.next != null) {
                    Trace before = ways.putIfAbsent(
                            new Way(era.regular.id(), Objects.requireNonNull(era.transitional), era.next.id()), trace);
                    if (before != null) {
                        equal(before, trace, "in the regular membership", before.regular, trace.regular);
                        equal(before, trace, "in the transitional membership", before.transitional, trace.transitional);
                    }
                }
            }
        }
        together.values().forEach(Agreement::prefixes);
    }

    private record Trace(DaemonLife life, Era era, List<Delivery> regular, List<Delivery> transitional) {}

    private static void prefixes(List<Trace> traces) {
        Trace longest = traces.get(0);
        for (Trace each : traces) {
            if (each.regular.size() > longest.regular.size()) {
                longest = each;
            }
        }
        for (Trace each : traces) {
            for (int i = 0; i < each.regular.size(); i++) {
                if (!each.regular.get(i).same(longest.regular.get(i))) {
                    throw new Violation(
                            "P14 prefix",
                            each.life + " and " + longest.life + " in " + each.era.regular.id() + ": "
                                    + each.regular.get(i) + " against " + longest.regular.get(i));
                }
            }
        }
    }

    private static void equal(Trace one, Trace other, String where, List<Delivery> p, List<Delivery> q) {
        for (int i = 0; i < Math.max(p.size(), q.size()); i++) {
            if (i >= p.size() || i >= q.size() || !p.get(i).same(q.get(i))) {
                throw new Violation(
                        "P16 failure atomicity",
                        one.life + " and " + other.life + " " + where + " of " + one.era.regular.id() + ", position "
                                + i + ": " + (i < p.size() ? p.get(i) : "nothing") + " against "
                                + (i < q.size() ? q.get(i) : "nothing"));
            }
        }
    }
}
