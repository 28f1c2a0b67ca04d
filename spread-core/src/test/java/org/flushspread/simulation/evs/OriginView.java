package org.flushspread.simulation.evs;

import org.flushspread.kernel.base.Message;
import org.flushspread.simulation.Violation;

/** P10: a message goes up in the regular membership whose ring sequenced it, or in the transitional one behind it. */
final class OriginView implements DeliveryProperty {
    @Override
    public void delivered(DaemonLife life, Delivery delivery, Message message) {
        Era era = life.currentEra();
        if (!delivery.ring().equals(era.ring.ring())) {
            throw new Violation("P10 origin view", life + " delivered " + delivery + " in " + era.regular.id());
        }
    }
}
