package org.flushspread.simulation.evs;

import org.flushspread.kernel.base.Message;
import org.flushspread.simulation.Violation;

/** P12: within a ring, ordered messages go up in increasing sequence. */
final class TotalOrder implements DeliveryProperty {
    @Override
    public void delivered(DaemonLife life, Delivery delivery, Message message) {
        Delivery last = life.currentEra().last;
        if (last != null && !delivery.exempt() && last.compareTo(delivery) >= 0) {
            throw new Violation("P12 total order", life + " delivered " + delivery + " after " + last);
        }
    }
}
