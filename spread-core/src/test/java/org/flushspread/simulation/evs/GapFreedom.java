package org.flushspread.simulation.evs;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import org.flushspread.simulation.Violation;

/** P13 gap freedom in the regular membership, P15 gap rule in the transitional one. */
final class GapFreedom implements Property {
    @Override
    public void check(List<DaemonLife> lives, DaemonLife.Rings rings) {
        for (DaemonLife life : lives) {
            for (Era era : life.eras()) {
                NavigableMap<Integer, DaemonLife.Rings.Packet> packets = rings.packets(era.regular.id());
                Map<Integer, Integer> delivered = new HashMap<>();
                gaps(life, era, packets, delivered, era.inRegular, false);
                gaps(life, era, packets, delivered, era.inTransitional, true);
            }
        }
    }

    private static void gaps(
            DaemonLife life,
            Era era,
            NavigableMap<Integer, DaemonLife.Rings.Packet> packets,
            Map<Integer, Integer> delivered,
            List<Delivery> deliveries,
            boolean transitional) {
        int checked = 0;
        for (Delivery each : deliveries) {
            if (each.exempt()) {
                delivered.merge(each.sequence(), 1, Integer::sum);
                continue;
            }
            for (var before :
                    packets.subMap(checked, Math.max(checked, each.sequence())).entrySet()) {
                DaemonLife.Rings.Packet packet = before.getValue();
                boolean bound = !transitional
                        || Objects.requireNonNull(era.transitional).contains(packet.originator());
                if (bound && !packet.exempt() && delivered.getOrDefault(before.getKey(), 0) < packet.messages()) {
                    throw new Violation(
                            transitional ? "P15 gap rule in the transitional membership" : "P13 gap freedom",
                            life + " delivered " + each + " without seq " + before.getKey() + " of " + packet);
                }
            }
            checked = Math.max(checked, each.sequence());
            delivered.merge(each.sequence(), 1, Integer::sum);
        }
    }
}
