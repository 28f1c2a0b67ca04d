package org.flushspread.simulation.evs;

import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.simulation.Violation;
import org.flushspread.simulation.trace.Excuses;
import org.flushspread.wire.PacketType;

/** P19: behind the signal comes a SAFE message, or something below was never delivered. */
final class SignalPosition implements Property {
    private final Excuses excuses;

    SignalPosition(Excuses excuses) {
        this.excuses = excuses;
    }

    @Override
    public void regular(DaemonLife life, DaemonMembership membership) {
        Era era = life.era();
        if (era == null || era.orderedInTransitional.isEmpty()) {
            return;
        }
        Delivery first = era.orderedInTransitional.get(0);
        boolean early = first.service() != PacketType.SAFE;
        boolean held = early && isHeldBack(era, first.sequence());
        excuses.count("P19 signal position: a hole, or part of a SAFE message", held);
        if (early && !held) {
            throw new Violation("P19 signal position", life + " could have delivered " + first + " before the signal");
        }
    }

    private static boolean isHeldBack(Era era, int below) {
        for (int sequence = 1; sequence < below; sequence++) {
            RingTrace.Packet packet = era.ring.packet(sequence);
            if (packet != null && holdsBack(era, sequence, packet, below)) {
                return true;
            }
        }
        return false;
    }

    /**
     * A packet that was not here, or a part of a SAFE message that ends further up. Whether a packet in which no message ends was here, shows
     * the message that ends in a later packet of its sender.
     */
    private static boolean holdsBack(Era era, int sequence, RingTrace.Packet packet, int below) {
        if (packet.messages() > 0) {
            return packet.exempt() ? !era.hasDelivered(sequence) : era.missing(sequence) != null;
        }
        for (int end = sequence + 1; end <= era.ring.highest(); end++) {
            RingTrace.Packet later = era.ring.packet(end);
            if (later != null && later.originator() == packet.originator() && later.messages() > 0) {
                return !era.hasDelivered(end) || (end > below && packet.service() == PacketType.SAFE);
            }
        }
        return true;
    }
}
