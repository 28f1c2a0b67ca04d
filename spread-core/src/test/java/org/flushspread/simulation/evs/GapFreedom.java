package org.flushspread.simulation.evs;

import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.Message;
import org.flushspread.simulation.Violation;

/** P13: in the regular membership every ordered message goes up behind all ordered ones below it. */
final class GapFreedom implements DeliveryProperty {
    /** Below it nothing is missing. */
    private int next = 1;

    @Override
    public void delivered(DaemonLife life, Delivery delivery, Message message) {
        Era era = life.currentEra();
        if (era.transitional != null || delivery.exempt()) {
            return;
        }
        for (; next < delivery.sequence(); next++) {
            RingTrace.Packet missing = era.missing(next);
            if (missing != null) {
                throw new Violation(
                        "P13 gap freedom", life + " delivered " + delivery + " without seq " + next + " of " + missing);
            }
        }
    }

    @Override
    public void regular(DaemonLife life, DaemonMembership membership) {
        next = 1;
    }
}
