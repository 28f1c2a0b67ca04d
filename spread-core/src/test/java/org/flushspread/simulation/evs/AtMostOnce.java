package org.flushspread.simulation.evs;

import org.flushspread.kernel.base.Message;
import org.flushspread.simulation.Violation;

/** P9: a daemon delivers a message at most once. One era is enough to look at, since P10 binds a message to it. */
final class AtMostOnce implements DeliveryProperty {
    @Override
    public void delivered(DaemonLife life, Delivery delivery, Message message) {
        if (life.currentEra().delivered.get(delivery.number())) {
            throw new Violation("P9 at most once", life + " delivered " + delivery + " twice");
        }
    }
}
