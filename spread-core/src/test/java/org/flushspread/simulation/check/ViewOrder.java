package org.flushspread.simulation.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.flushspread.simulation.check.Sightings.Sight;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.wire.Name;

/** 5: two clients that both see two views of a group see them in the same order. */
final class ViewOrder extends GroupProperty {
    private final Map<Name, Map<Integer, List<Sight>>> seen = new TreeMap<>();
    private final Sightings sightings;

    ViewOrder(Sightings sightings, Violations violations) {
        super("group 5 view order", violations);
        this.sightings = sightings;
    }

    @Override
    void view(Stay stay, View view) {
        seen.computeIfAbsent(view.group(), g -> new TreeMap<>())
                .computeIfAbsent(stay.life.client, c -> new ArrayList<>())
                .add(Sight.of(stay, view));
    }

    @Override
    void finished(Iterable<Life> lives, boolean settled) {
        seen.forEach((group, clients) -> {
            clients.values().forEach(views -> views.removeIf(sight -> sightings.isAmbiguous(this, sight)));
            clients.forEach((client, views) -> {
                Map<Sight, Integer> place = new HashMap<>();
                views.forEach(sight -> place.putIfAbsent(sight, place.size()));
                clients.forEach((other, theirs) -> {
                    if (other > client) {
                        compare(group, client, place, other, theirs);
                    }
                });
            });
        });
    }

    private void compare(Name group, int client, Map<Sight, Integer> place, int other, List<Sight> theirs) {
        int last = -1;
        for (Sight sight : theirs) {
            Integer here = place.get(sight);
            if (here != null) {
                require(
                        here >= last,
                        group,
                        () -> "clients " + client + " and " + other + " disagree when " + sight.id() + " came");
                last = here;
            }
        }
    }
}
