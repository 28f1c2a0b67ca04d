package org.flushspread.simulation.evs;

import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.simulation.Violation;

/** P11: what a daemon sequenced in a ring it delivers before it installs the next one. */
final class SelfDelivery implements Property {
    @Override
    public void regular(DaemonLife life, DaemonMembership membership) {
        Era era = life.era();
        if (era == null) {
            return;
        }
        for (int sequence = 1; sequence <= era.ring.highest(); sequence++) {
            RingTrace.Packet packet = era.ring.packet(sequence);
            if (packet != null
                    && packet.originator() == life.id()
                    && packet.messages() > 0
                    && !era.hasDelivered(sequence)) {
                throw new Violation(
                        "P11 self delivery",
                        life + " left " + era.ring.ring() + " without delivering its own seq " + sequence);
            }
        }
    }
}
