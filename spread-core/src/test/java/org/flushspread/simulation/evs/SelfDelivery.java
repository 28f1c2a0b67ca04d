package org.flushspread.simulation.evs;

import java.util.BitSet;
import java.util.List;
import org.flushspread.simulation.Violation;

/** P11 self delivery: what a daemon sequenced in a ring it delivers before it installs the next one. */
final class SelfDelivery implements Property {
    @Override
    public void check(List<DaemonLife> lives, DaemonLife.Rings rings) {
        for (DaemonLife life : lives) {
            for (Era era : life.eras()) {
                if (era.next != null) {
                    check(life, era.ring, era.sequences());
                }
            }
        }
    }

    private static void check(DaemonLife life, RingTrace ring, BitSet delivered) {
        for (int sequence = 1; sequence <= ring.highest(); sequence++) {
            RingTrace.Packet packet = ring.packet(sequence);
            if (packet != null
                    && packet.originator() == life.id()
                    && packet.messages() > 0
                    && !delivered.get(sequence)) {
                throw new Violation(
                        "P11 self delivery",
                        life + " left " + ring.ring() + " without delivering its own seq " + sequence);
            }
        }
    }
}
