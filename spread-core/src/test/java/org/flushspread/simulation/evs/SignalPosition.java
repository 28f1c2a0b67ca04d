package org.flushspread.simulation.evs;

import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.simulation.Violation;
import org.flushspread.wire.PacketType;

/** P19: behind the signal comes a SAFE message, or something below was never delivered. */
final class SignalPosition implements Property {
    @Override
    public void regular(DaemonLife life, DaemonMembership membership) {
        Era era = life.era();
        if (era == null || era.orderedInTransitional.isEmpty()) {
            return;
        }
        Delivery first = era.orderedInTransitional.get(0);
        if (first.service() != PacketType.SAFE && !hasHole(era, first.sequence())) {
            throw new Violation("P19 signal position", life + " could have delivered " + first + " before the signal");
        }
    }

    private static boolean hasHole(Era era, int below) {
        for (int sequence = 1; sequence < below; sequence++) {
            if (!era.hasDelivered(sequence) && era.ring.packet(sequence) != null) {
                return true;
            }
        }
        return false;
    }
}
