package org.flushspread.simulation.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.wire.GroupId;

/** 4: while a client is in a group, no two views have the same id. */
final class NoReuse extends GroupProperty {
    private final Map<Stay, Set<GroupId>> seen = new HashMap<>();

    NoReuse(Violations violations) {
        super("group 4 no reuse", violations);
    }

    @Override
    void view(Stay stay, View view) {
        require(
                seen.computeIfAbsent(stay, s -> new HashSet<>()).add(view.id()),
                stay,
                () -> "sees a second view with id " + view.id());
    }

    @Override
    void selfLeave(Stay stay) {
        seen.remove(stay);
    }

    @Override
    void ended(Life life) {
        life.stays.values().forEach(seen::remove);
    }
}
