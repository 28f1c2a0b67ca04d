package org.flushspread.simulation.check;

import java.util.HashMap;
import java.util.Map;
import org.flushspread.simulation.trace.ClientEvent.Delivered;
import org.flushspread.simulation.trace.ClientEvent.Transition;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.wire.Name;

/** 18: at a change of daemon membership a client hears of its groups in the order of their names, first all transitions, then all views. */
final class NameOrder extends GroupProperty {
    private final Map<Life, Name> lastTransition = new HashMap<>();
    private final Map<Life, View> lastInstalled = new HashMap<>();

    NameOrder(Violations violations) {
        super("group 18 name order", violations);
    }

    @Override
    void view(Stay stay, View view) {
        lastTransition.remove(stay.life);
        if (view.isInstalled()) {
            View before = lastInstalled.put(stay.life, view);
            if (before != null && before.id().equals(view.id())) {
                require(
                        before.group().compareTo(view.group()) < 0,
                        stay,
                        () -> view.group() + " comes after " + before.group());
            }
        }
    }

    @Override
    void transition(Stay stay, Transition transition) {
        if (stay.latest().isTransitional()) {
            // It belongs to a join or leave in the transitional period.
            lastTransition.remove(stay.life);
            return;
        }
        Name before = lastTransition.put(stay.life, transition.group());
        require(
                before == null || before.compareTo(transition.group()) < 0,
                stay,
                () -> transition.group() + " comes after " + before);
    }

    @Override
    void selfLeave(Stay stay) {
        lastTransition.remove(stay.life);
    }

    @Override
    void delivered(Life life, Delivered message) {
        lastTransition.remove(life);
    }
}
