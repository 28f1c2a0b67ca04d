package org.flushspread.simulation.evs;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.DaemonMembership;
import org.flushspread.simulation.Violation;
import org.flushspread.wire.MembershipId;

/** P2 self, P3 transitional subset, P4 id agreement, P5 no reinstall. (P1 alternation is held while recording.) */
final class Membership implements Property {
    @Override
    public void check(List<DaemonLife> lives, DaemonLife.Rings rings) {
        Map<MembershipId, List<Daemon>> regular = new HashMap<>();
        Map<MembershipId, List<Daemon>> transitional = new HashMap<>();
        for (DaemonLife life : lives) {
            Set<MembershipId> installed = new HashSet<>();
            for (Era era : life.eras()) {
                self(life, era.regular);
                agree("regular", life, era.regular, regular);
                if (!installed.add(era.regular.id())) {
                    throw new Violation("P5 no reinstall", life + " installed " + era.regular.id() + " twice");
                }
                DaemonMembership trans = era.transitional;
                if (trans == null) {
                    continue;
                }
                self(life, trans);
                agree("transitional", life, trans, transitional);
                for (Daemon each : trans.members()) {
                    if (!era.regular.contains(each.id()) || (era.next != null && !era.next.contains(each.id()))) {
                        throw new Violation(
                                "P3 transitional subset",
                                life + ": " + each + " is in transitional " + trans + " but not in " + era.regular
                                        + " and " + era.next);
                    }
                }
            }
        }
    }

    private static void self(DaemonLife life, DaemonMembership membership) {
        if (!membership.contains(life.id())) {
            throw new Violation("P2 self", life + " is not in " + membership);
        }
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
