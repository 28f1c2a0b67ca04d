package org.flushspread.simulation.check;

import org.flushspread.simulation.trace.ClientEvent.View;

/** 7: a view that a change of daemon membership brings has the id of another membership than the view before. */
final class NetworkViews extends GroupProperty {
    NetworkViews(Violations violations) {
        super("group 7 network views", violations);
    }

    @Override
    void view(Stay stay, View view) {
        if (view.isInstalled() && stay.last != null) {
            require(
                    !view.id().membershipId().equals(stay.last.id().membershipId()),
                    stay,
                    () -> "goes from " + stay.last.id() + " to " + view);
        }
    }
}
