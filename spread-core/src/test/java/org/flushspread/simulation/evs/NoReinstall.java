package org.flushspread.simulation.evs;

import java.util.HashMap;
import java.util.Map;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.simulation.Violation;

/** P5: a daemon installs no regular id twice; of ids with one leader the times increase. */
final class NoReinstall implements Property {
    private final Map<Integer, Integer> times = new HashMap<>();

    @Override
    public void regular(DaemonLife life, DaemonMembership membership) {
        int time = membership.id().time();
        Integer before = times.put(membership.id().procId(), time);
        // Times wrap around.
        if (before != null && time - before <= 0) {
            throw new Violation(
                    "P5 no reinstall",
                    life + " installed " + membership.id() + " after one of that leader of time " + before);
        }
    }
}
