package org.flushspread.simulation.evs;

import java.util.BitSet;
import java.util.List;
import org.flushspread.simulation.Violation;

/** P8 integrity, P9 at most once, P10 origin view, P21 whole messages. */
final class Integrity implements Property {
    @Override
    public void check(List<DaemonLife> lives, DaemonLife.Rings rings) {
        for (DaemonLife life : lives) {
            for (Era era : life.eras()) {
                BitSet delivered = new BitSet();
                era.inRegular.forEach(each -> check(life, era, each, delivered));
                era.inTransitional.forEach(each -> check(life, era, each, delivered));
            }
        }
    }

    private static void check(DaemonLife life, Era era, Delivery each, BitSet delivered) {
        if (!each.ring().equals(era.ring.ring())) {
            throw new Violation("P10 origin view", life + " delivered " + each + " in " + era.regular.id());
        }
        RingTrace.Packet packet = era.ring.packet(each.sequence());
        if (packet == null
                || packet.originator() != each.originator()
                || packet.service() != each.service()
                || each.ordinal() >= packet.messages()) {
            throw new Violation("P8 integrity", life + " delivered " + each + ", but sequenced was " + packet);
        }
        if (each.differs()) {
            throw new Violation("P8 integrity", life + " delivered other bytes for " + each + " than another daemon");
        }
        if (delivered.get(each.number())) {
            throw new Violation("P9 at most once", life + " delivered " + each + " twice");
        }
        delivered.set(each.number());
    }
}
