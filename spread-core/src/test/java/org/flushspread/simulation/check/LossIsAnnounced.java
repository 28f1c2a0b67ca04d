package org.flushspread.simulation.check;

import org.flushspread.simulation.trace.ClientEvent.Cause;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.simulation.trace.Excuses;

/**
 * 10: a view of the network reached without a transition has all members of the view before. Excused are members lost in a cascade: nothing
 * could be delivered between such a transition and the view, and daemons do not send it (groups-protocol 6.4).
 */
final class LossIsAnnounced extends GroupProperty {
    private final Excuses excuses;

    LossIsAnnounced(Excuses excuses, Violations violations) {
        super("group 10 loss is announced", violations);
        this.excuses = excuses;
    }

    @Override
    void view(Stay stay, View view) {
        if (view.cause() == Cause.NETWORK && stay.last != null && !stay.transitional) {
            boolean lost = !view.members().containsAll(stay.last.members());
            excuses.count(name() + ": a cascade", lost && stay.cascade);
            require(
                    !lost || stay.cascade,
                    stay,
                    () -> "without a transition, members were lost from " + stay.last.members() + " in " + view);
        }
    }
}
