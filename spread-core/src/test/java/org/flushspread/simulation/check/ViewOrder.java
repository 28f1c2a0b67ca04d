package org.flushspread.simulation.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.Name;

/** 5: two clients that both see two views of a group see them in the same order. */
final class ViewOrder extends GroupProperty {
    private final Map<Name, Map<Integer, List<GroupId>>> seen = new TreeMap<>();
    private final AmbiguousIds ids;

    ViewOrder(AmbiguousIds ids, Violations violations) {
        super("group 5 view order", violations);
        this.ids = ids;
    }

    @Override
    void view(Stay stay, View view) {
        seen.computeIfAbsent(view.group(), g -> new TreeMap<>())
                .computeIfAbsent(stay.life.client, c -> new ArrayList<>())
                .add(view.id());
    }

    @Override
    void finished(Iterable<Life> lives, boolean settled) {
        seen.forEach((group, clients) -> {
            clients.values().forEach(views -> views.removeIf(id -> ids.ambiguous(group, id)));
            clients.forEach((client, views) -> {
                Map<GroupId, Integer> place = new HashMap<>();
                views.forEach(id -> place.putIfAbsent(id, place.size()));
                clients.forEach((other, theirs) -> {
                    if (other > client) {
                        compare(group, client, place, other, theirs);
                    }
                });
            });
        });
    }

    private void compare(Name group, int client, Map<GroupId, Integer> place, int other, List<GroupId> theirs) {
        int last = -1;
        for (GroupId id : theirs) {
            Integer here = place.get(id);
            if (here != null) {
                require(
                        here >= last,
                        group,
                        () -> "clients " + client + " and " + other + " disagree when " + id + " came");
                last = here;
            }
        }
    }
}
