package org.flushspread.simulation.evs;

import java.util.List;
import org.flushspread.simulation.Violation;

/** P12 total order: within a ring, ordered messages are delivered in increasing sequence. P20 causality follows, since a message is sequenced after all its sender had delivered. */
final class TotalOrder implements Property {
    @Override
    public void check(List<DaemonLife> lives, DaemonLife.Rings rings) {
        for (DaemonLife life : lives) {
            for (Era era : life.eras()) {
                Delivery last = null;
                for (Delivery each : Era.ordered(era.all())) {
                    if (last != null && last.compareTo(each) >= 0) {
                        throw new Violation("P12 total order", life + " delivered " + each + " after " + last);
                    }
                    last = each;
                }
            }
        }
    }
}
