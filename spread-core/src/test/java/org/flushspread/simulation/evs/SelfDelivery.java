package org.flushspread.simulation.evs;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.flushspread.simulation.Violation;
import org.flushspread.wire.MembershipId;

/** P11 self delivery: what a daemon sequenced in a ring it delivers before it installs the next one. */
final class SelfDelivery implements Property {
    @Override
    public void check(List<DaemonLife> lives, DaemonLife.Rings rings) {
        for (DaemonLife life : lives) {
            Map<MembershipId, Set<Integer>> delivered = new HashMap<>();
            for (Era era : life.eras()) {
                if (era.next != null) {
                    Set<Integer> sequences = new HashSet<>();
                    era.all().forEach(each -> sequences.add(each.sequence()));
                    delivered.put(era.regular.id(), sequences);
                }
            }
            for (DaemonLife.Sequenced each : life.sequenced()) {
                Set<Integer> sequences = delivered.get(each.ring());
                if (sequences == null) {
                    continue;
                }
                var packet = Objects.requireNonNull(rings.packets(each.ring()).get(each.sequence()));
                if (packet.messages() > 0 && !sequences.contains(each.sequence())) {
                    throw new Violation(
                            "P11 self delivery",
                            life + " left " + each.ring() + " without delivering its own seq " + each.sequence());
                }
            }
        }
    }
}
