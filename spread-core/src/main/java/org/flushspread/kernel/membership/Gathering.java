package org.flushspread.kernel.membership;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.wire.Form1;
import org.flushspread.wire.Join;
import org.flushspread.wire.Representative;
import org.jspecify.annotations.Nullable;

/** Whom this daemon has found while it looks for others: those heard, the representatives, the potential ones (membership-protocol 1). */
final class Gathering {
    private final Context context;
    /** Daemons of my segment heard by ALIVE, in the order of hearing; ids, which a reload does not touch. */
    private final List<Integer> heard = new ArrayList<>();
    /** Representatives that take part in my gathering, I am the first. */
    private final Representatives reps = new Representatives();
    /** Where JOIN is sent. */
    private final Representatives potential = new Representatives();

    Gathering(Context context) {
        this.context = context;
    }

    List<Integer> heard() {
        return heard;
    }

    Representatives reps() {
        return reps;
    }

    Representatives potential() {
        return potential;
    }

    /** Begins to collect the daemons of my segment. */
    void hearMeOnly() {
        heard.clear();
        hear(context.me());
    }

    void hear(Daemon from) {
        if (!heard.contains(from.id())) {
            heard.add(from.id());
        }
    }

    /** True if I am the first of those heard, in configuration order. */
    boolean isFirstHeard() {
        for (Daemon each : context.configuration().daemons()) {
            if (heard.contains(each.id())) {
                return each.id() == context.me().id();
            }
        }
        return true;
    }

    /** Begins to collect representatives, I as one of this type. */
    void represent(Representative.Type type) {
        reps.clear();
        reps.insert(myself(type));
    }

    Representative myself(Representative.Type type) {
        return new Representative(context.me().id(), type, context.me().segment());
    }

    /** A JOIN in GATHER (4.3). */
    void joined(Join join) {
        reps.insert(join.sender());
        for (Representative each : join.reps()) {
            potential.insert(each);
        }
    }

    /** True if this daemon is the smallest representative (5.5). */
    boolean isSmallest(int procId) {
        Representative smallest = reps.smallest(context.configuration());
        return smallest != null && smallest.procId() == procId;
    }

    /** A gathering begins from a standing ring: only {@code other} is known, or nobody. */
    void outside(@Nullable Representative other) {
        heard.clear();
        potential.clear();
        if (other != null) {
            potential.insert(other);
        }
    }

    /** What FORM1 leaves of the potential representatives (6.2 step 6): those of other segments. */
    void remember(Form1 form) {
        potential.clear();
        for (Representative each : form.reps()) {
            if (each.segment() != context.me().segment()) {
                potential.insert(new Representative(each.procId(), Representative.Type.POTENTIAL, each.segment()));
            }
        }
    }

    /**
     * Whom I bring along when I create FORM1 (6.2 step 2).
     *
     * @param ring my ring, if its token is alive
     */
    List<Integer> followers(@Nullable DaemonMembership ring) {
        int me = context.me().id();
        List<Integer> others = mine(ring);
        others.removeIf(each -> each == me || reps.contains(each));
        return others;
    }

    /** Whom I bring along when this FORM1 visits me as a representative (6.3 step 3). */
    List<Integer> followers(@Nullable DaemonMembership ring, Form1 form) {
        int me = context.me().id();
        List<Integer> others = mine(ring);
        others.removeIf(each -> each == me || form.visited().contains(each));
        if (ring == null) {
            others.removeIf(each -> reps.contains(each) || Representatives.contains(form.reps(), each));
        }
        return others;
    }

    private List<Integer> mine(@Nullable DaemonMembership ring) {
        return ring == null ? new ArrayList<>(heard) : ring.ids();
    }
}
