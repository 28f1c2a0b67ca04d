package org.flushspread.simulation.evs;

import org.flushspread.kernel.base.Message;
import org.flushspread.simulation.Violation;

/** P8: what goes up was sequenced by a member of its ring, with this service and these bytes. */
final class Integrity implements DeliveryProperty {
    @Override
    public void delivered(DaemonLife life, Delivery delivery, Message message) {
        Era era = life.currentEra();
        RingTrace.Packet packet = era.ring.packet(delivery.sequence());
        if (packet == null
                || packet.originator() != delivery.originator()
                || packet.service() != delivery.service()
                || delivery.ordinal() >= packet.messages()
                || !era.regular.contains(packet.originator())) {
            throw new Violation("P8 integrity", life + " delivered " + delivery + ", but sequenced was " + packet);
        }
        if (delivery.differs()) {
            throw new Violation(
                    "P8 integrity", life + " delivered other bytes for " + delivery + " than another daemon");
        }
    }
}
