package org.flushspread.simulation.evs;

import java.util.List;

/** A property of the traces of all daemons of a run. Throws a {@code Violation} if it does not hold. */
public interface Property {
    void check(List<DaemonLife> lives, DaemonLife.Rings rings);

    /** All of membership-protocol 12 that traces of daemons can show. */
    static List<Property> all() {
        return List.of(
                new Membership(),
                new MovingTogether(),
                new Integrity(),
                new SelfDelivery(),
                new TotalOrder(),
                new GapFreedom(),
                new Agreement(),
                new SafeDelivery(),
                new SignalPosition());
    }
}
