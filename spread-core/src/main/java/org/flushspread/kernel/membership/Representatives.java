package org.flushspread.kernel.membership;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.Segment;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.wire.Form1;
import org.flushspread.wire.Representative;
import org.jspecify.annotations.Nullable;

/** A list of representatives with the rules of membership-protocol 5.4 and 5.5. Entries are known in the configuration. */
final class Representatives {
    private final List<Representative> list = new ArrayList<>();

    void clear() {
        list.clear();
    }

    int size() {
        return list.size();
    }

    Representative get(int i) {
        return list.get(i);
    }

    /** A copy, in list order. */
    List<Representative> toList() {
        return List.copyOf(list);
    }

    /** Becomes the others of a gathering; its first entry is me. */
    void followers(Representatives reps) {
        list.clear();
        for (int i = 1; i < reps.size(); i++) {
            insert(reps.get(i));
        }
    }

    /** Becomes those to ask after a token loss in OP or EVS (4.2 step 2). */
    void expect(Context context, DaemonMembership lost) {
        list.clear();
        addPotential(context, lost);
    }

    /** Adds one of every other segment: its first member, or else its first configured daemon. */
    void addPotential(Context context, DaemonMembership lost) {
        for (Segment each : context.configuration().segments()) {
            if (each.index() == context.me().segment()) {
                continue;
            }
            Daemon first = each.daemons().get(0);
            for (int i = 0; i < each.daemons().size(); i++) {
                if (lost.contains(each.daemons().get(i).id())) {
                    first = each.daemons().get(i);
                    break;
                }
            }
            insert(new Representative(first.id(), Representative.Type.POTENTIAL, each.index()));
        }
    }

    /** Inserts by the table of 5.4; a full list ignores it. */
    void insert(Representative rep) {
        for (int i = 0; i < list.size(); i++) {
            Representative here = list.get(i);
            if (here.segment() != rep.segment()) {
                continue;
            }
            if (rep.type() == Representative.Type.POTENTIAL) {
                return;
            }
            if (here.type() == Representative.Type.POTENTIAL || here.procId() == rep.procId()) {
                list.set(i, rep);
                return;
            }
        }
        if (list.size() < Form1.MAX_REPRESENTATIVES) {
            list.add(rep);
        }
    }

    /** The smallest one (5.5), or null of an empty list. */
    @Nullable
    Representative smallest(Configuration configuration) {
        Representative smallest = null;
        Comparator<Representative> order = order(configuration);
        for (Representative each : list) {
            if (smallest == null || order.compare(each, smallest) < 0) {
                smallest = each;
            }
        }
        return smallest;
    }

    /** In the order of 5.5; what compares equal keeps the order of the list. */
    List<Representative> sorted(Configuration configuration) {
        List<Representative> sorted = new ArrayList<>(list);
        sorted.sort(order(configuration));
        return sorted;
    }

    boolean contains(int procId) {
        return contains(list, procId);
    }

    /** True if one of {@code reps} is this daemon. */
    static boolean contains(List<Representative> reps, int procId) {
        for (int i = 0; i < reps.size(); i++) {
            if (reps.get(i).procId() == procId) {
                return true;
            }
        }
        return false;
    }

    /** SEG_REPs by segment only, so that of two of one segment the first in the list wins; then RING_REPs by segment and index. */
    private static Comparator<Representative> order(Configuration configuration) {
        return (a, b) -> {
            boolean ringA = a.type() == Representative.Type.RING_REP;
            boolean ringB = b.type() == Representative.Type.RING_REP;
            if (ringA != ringB) {
                return ringA ? 1 : -1;
            }
            return a.segment() != b.segment() || !ringA
                    ? Integer.compare(a.segment(), b.segment())
                    : Integer.compare(index(configuration, a), index(configuration, b));
        };
    }

    private static int index(Configuration configuration, Representative rep) {
        Daemon daemon = configuration.byId(rep.procId());
        return daemon == null ? Integer.MAX_VALUE : daemon.index();
    }
}
