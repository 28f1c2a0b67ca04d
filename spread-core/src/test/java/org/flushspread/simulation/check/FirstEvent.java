package org.flushspread.simulation.check;

import java.util.List;
import org.flushspread.simulation.trace.ClientEvent;
import org.flushspread.simulation.trace.ClientEvent.Cause;
import org.flushspread.simulation.trace.ClientEvent.Delivered;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.wire.Name;

/** 2: the first a client hears of a group is a view that shows it coming; before and after, no messages to the group. */
final class FirstEvent extends GroupProperty {
    FirstEvent(Violations violations) {
        super("group 2 first event", violations);
    }

    @Override
    void view(Stay stay, View view) {
        if (stay.last == null) {
            boolean comes = view.cause() == Cause.JOIN
                    ? view.subject().equals(stay.life.name)
                    : view.isTransitional() && view.localSet().equals(List.of(stay.life.name));
            require(comes, stay, () -> "first sees " + view);
            Life.Calls calls = stay.life.calls(stay.group);
            require(calls.joins > calls.stays, stay, () -> "is in without having asked for it");
        }
    }

    @Override
    void stray(Life life, ClientEvent event) {
        violated(life + " is told, while not in the group, " + event);
    }

    @Override
    void delivered(Life life, Delivered message) {
        if (life.membership) {
            boolean addressed = message.groups().contains(life.name);
            for (Name group : message.groups()) {
                addressed |= life.in(group) != null;
            }
            require(addressed, life, () -> "gets a message for groups in which it is not: " + message);
        }
    }
}
