package org.flushspread.simulation.check;

import org.flushspread.simulation.trace.ClientEvent.View;

/** 1: who is told a view is in it. */
final class SelfInclusion extends GroupProperty {
    SelfInclusion(Violations violations) {
        super("group 1 self inclusion", violations);
    }

    @Override
    void view(Stay stay, View view) {
        require(view.members().contains(stay.life.name), stay, () -> "not in its own view " + view);
    }
}
