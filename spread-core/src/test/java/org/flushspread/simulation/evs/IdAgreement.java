package org.flushspread.simulation.evs;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.simulation.Violation;
import org.flushspread.wire.MembershipId;

/** P4: one id, one list of members, at all daemons; for regular and for transitional ids. */
final class IdAgreement implements Property {
    private final Map<MembershipId, List<Daemon>> regular = new HashMap<>();
    private final Map<MembershipId, List<Daemon>> transitional = new HashMap<>();

    @Override
    public void transitional(DaemonLife life, DaemonMembership membership) {
        // Before its first ring a daemon has an id of its own making, which means nothing to others.
        if (life.era() != null) {
            agree("transitional", life, membership, transitional);
        }
    }

    @Override
    public void regular(DaemonLife life, DaemonMembership membership) {
        agree("regular", life, membership, regular);
    }

    private static void agree(
            String kind, DaemonLife life, DaemonMembership membership, Map<MembershipId, List<Daemon>> known) {
        List<Daemon> before = known.putIfAbsent(membership.id(), membership.members());
        if (before != null && !before.equals(membership.members())) {
            throw new Violation(
                    "P4 id agreement",
                    life + ": " + kind + " " + membership.id() + " has " + membership.members() + ", elsewhere "
                            + before);
        }
    }
}
