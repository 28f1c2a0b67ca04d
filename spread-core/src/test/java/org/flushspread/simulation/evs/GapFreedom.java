package org.flushspread.simulation.evs;

import java.util.List;
import java.util.Objects;
import org.flushspread.simulation.Violation;

/** P13 gap freedom in the regular membership, P15 gap rule in the transitional one. */
final class GapFreedom implements Property {
    @Override
    public void check(List<DaemonLife> lives, DaemonLife.Rings rings) {
        for (DaemonLife life : lives) {
            for (Era era : life.eras()) {
                int[] delivered = new int[era.ring.highest() + 1];
                gaps(life, era, delivered, era.inRegular, false);
                gaps(life, era, delivered, era.inTransitional, true);
            }
        }
    }

    private static void gaps(
            DaemonLife life, Era era, int[] delivered, List<Delivery> deliveries, boolean transitional) {
        int checked = 1;
        for (Delivery each : deliveries) {
            if (!each.exempt()) {
                for (; checked < each.sequence(); checked++) {
                    RingTrace.Packet packet = era.ring.packet(checked);
                    if (packet == null || packet.exempt() || delivered[checked] >= packet.messages()) {
                        continue;
                    }
                    if (!transitional
                            || Objects.requireNonNull(era.transitional).contains(packet.originator())) {
                        throw new Violation(
                                transitional ? "P15 gap rule in the transitional membership" : "P13 gap freedom",
                                life + " delivered " + each + " without seq " + checked + " of " + packet);
                    }
                }
            }
            delivered[each.sequence()]++;
        }
    }
}
