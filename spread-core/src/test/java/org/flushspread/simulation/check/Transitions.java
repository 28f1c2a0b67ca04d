package org.flushspread.simulation.check;

import java.util.HashSet;
import java.util.Set;
import org.flushspread.simulation.trace.ClientEvent.Cause;
import org.flushspread.simulation.trace.ClientEvent.Transition;
import org.flushspread.simulation.trace.ClientEvent.View;

/**
 * 9: a transition carries the id of the view it ends and is followed by an installed view; in between there are only transitional views,
 * each with a transition of its own right behind it.
 */
final class Transitions extends GroupProperty {
    private final Set<Stay> owed = new HashSet<>();

    Transitions(Violations violations) {
        super("group 9 transitions", violations);
    }

    @Override
    void view(Stay stay, View view) {
        require(
                !owed.remove(stay),
                stay,
                () -> "a transitional view was not followed by its transition but by " + view);
        require(
                !stay.transitional || view.cause() == Cause.NETWORK,
                stay,
                () -> "in a transitional period comes " + view);
        if (view.isTransitional()) {
            owed.add(stay);
        }
    }

    @Override
    void transition(Stay stay, Transition transition) {
        require(
                transition.id().equals(stay.latest().id()),
                stay,
                () -> "transition " + transition.id() + " in view "
                        + stay.latest().id());
        require(owed.remove(stay) || !stay.transitional, stay, () -> "a second transition in a row, " + transition);
    }

    @Override
    void selfLeave(Stay stay) {
        require(!owed.remove(stay), stay, () -> "a transitional view was followed by a self-leave");
    }

    @Override
    void ended(Life life) {
        life.stays.values().forEach(owed::remove);
    }

    @Override
    void finished(Iterable<Life> lives, boolean settled) {
        for (Life life : lives) {
            for (Stay stay : life.stays.values()) {
                require(!settled || !stay.transitional, stay, () -> "no view came after the transition");
            }
        }
    }
}
