package org.flushspread.simulation.evs;

import org.flushspread.simulation.Violation;
import org.flushspread.wire.MembershipId;
import org.jspecify.annotations.Nullable;

/**
 * P20: what a daemon sequences comes behind all that it has sequenced or delivered in that ring. With P12 and P13, or P15, everybody delivers
 * it behind them.
 */
final class Causality implements RingProperty {
    private @Nullable MembershipId ring;
    private int own;

    @Override
    public void sequenced(DaemonLife life, MembershipId in, int sequence) {
        if (!in.equals(ring)) {
            ring = in;
            own = 0;
        }
        Era era = life.era();
        Delivery last = era == null ? null : era.last;
        if (sequence <= own || (last != null && last.ring().equals(in) && sequence <= last.sequence())) {
            throw new Violation(
                    "P20 causality",
                    life + " sequenced " + in + " seq " + sequence + " after its own " + own
                            + " and after it delivered " + last);
        }
        own = sequence;
    }
}
