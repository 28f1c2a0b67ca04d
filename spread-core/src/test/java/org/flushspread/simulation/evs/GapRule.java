package org.flushspread.simulation.evs;

import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.Message;
import org.flushspread.simulation.Violation;

/** P15: in the transitional membership every ordered message goes up behind all ordered ones below it of its members. */
final class GapRule implements DeliveryProperty {
    /** Below it nothing of the members is missing. */
    private int next = 1;

    @Override
    public void delivered(DaemonLife life, Delivery delivery, Message message) {
        Era era = life.currentEra();
        DaemonMembership transitional = era.transitional;
        if (transitional == null || delivery.exempt()) {
            return;
        }
        for (; next < delivery.sequence(); next++) {
            RingTrace.Packet missing = era.missing(next);
            if (missing != null && transitional.contains(missing.originator())) {
                throw new Violation(
                        "P15 gap rule in the transitional membership",
                        life + " delivered " + delivery + " without seq " + next + " of " + missing);
            }
        }
    }

    @Override
    public void regular(DaemonLife life, DaemonMembership membership) {
        next = 1;
    }
}
