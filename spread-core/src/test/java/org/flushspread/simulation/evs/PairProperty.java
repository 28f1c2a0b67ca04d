package org.flushspread.simulation.evs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.wire.MembershipId;

/** A promise about any two daemons that install the same regular membership, and where they come from. */
abstract class PairProperty implements Property {
    private final Map<MembershipId, List<Ended>> byNext = new HashMap<>();

    /** Called for each two of them, both ways round. */
    abstract void check(Ended p, Ended q);

    @Override
    public final void regular(DaemonLife life, DaemonMembership membership) {
        Era era = life.era();
        if (era == null) {
            return;
        }
        Ended ended = new Ended(life, era);
        List<Ended> together = byNext.computeIfAbsent(membership.id(), id -> new ArrayList<>());
        for (Ended other : together) {
            if (other.life().id() != life.id()) {
                check(ended, other);
                check(other, ended);
            }
        }
        together.add(ended);
    }
}
