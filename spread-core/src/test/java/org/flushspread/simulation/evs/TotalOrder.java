package org.flushspread.simulation.evs;

import java.util.List;
import org.flushspread.simulation.Violation;
import org.jspecify.annotations.Nullable;

/** P12 total order: within a ring, ordered messages are delivered in increasing sequence. P20 causality follows, since a message is sequenced after all its sender had delivered. */
final class TotalOrder implements Property {
    @Override
    public void check(List<DaemonLife> lives, DaemonLife.Rings rings) {
        for (DaemonLife life : lives) {
            for (Era era : life.eras()) {
                Delivery last = ordered(life, null, era.inRegular);
                ordered(life, last, era.inTransitional);
            }
        }
    }

    private static @Nullable Delivery ordered(DaemonLife life, @Nullable Delivery before, List<Delivery> deliveries) {
        Delivery last = before;
        for (Delivery each : deliveries) {
            if (!each.exempt()) {
                if (last != null && last.compareTo(each) >= 0) {
                    throw new Violation("P12 total order", life + " delivered " + each + " after " + last);
                }
                last = each;
            }
        }
        return last;
    }
}
