package org.flushspread.simulation.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flushspread.simulation.trace.ClientEvent.Delivered;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.Name;

/**
 * 17: ordered messages and views of all groups have one order that every client's trace agrees with: going from event to event in any
 * traces, one never comes back. Ids that may stand for two views are left out.
 */
final class TotalOrder extends GroupProperty {
    private record Viewed(Name group, GroupId id) {}

    private final Map<Integer, List<Object>> traces = new LinkedHashMap<>();
    private final Incarnations incarnations = new Incarnations();

    TotalOrder(Violations violations) {
        super("group 17 total order", violations);
    }

    @Override
    void view(Stay stay, View view) {
        incarnations.view(stay, view);
        trace(stay.life).add(new Viewed(view.group(), view.id()));
    }

    @Override
    void delivered(Life life, Delivered message) {
        if (message.isOrdered()) {
            trace(life).add(message.message());
        }
    }

    private List<Object> trace(Life life) {
        return traces.computeIfAbsent(life.client, c -> new ArrayList<>());
    }

    @Override
    void finished(Iterable<Life> lives, boolean settled) {
        Map<Object, Set<Object>> followers = new LinkedHashMap<>();
        Map<Object, Integer> waitsFor = new HashMap<>();
        for (List<Object> trace : traces.values()) {
            Object before = null;
            for (Object each : trace) {
                if (each instanceof Viewed viewed && incarnations.ambiguous(viewed.group, viewed.id)) {
                    continue;
                }
                waitsFor.putIfAbsent(each, 0);
                if (before != null
                        && followers
                                .computeIfAbsent(before, b -> new LinkedHashSet<>())
                                .add(each)) {
                    waitsFor.merge(each, 1, Integer::sum);
                }
                before = each;
            }
        }
        Deque<Object> ready = new ArrayDeque<>();
        waitsFor.forEach((event, count) -> {
            if (count == 0) {
                ready.add(event);
            }
        });
        int placed = 0;
        for (Object event = ready.poll(); event != null; event = ready.poll()) {
            placed++;
            for (Object next : followers.getOrDefault(event, Set.of())) {
                if (waitsFor.merge(next, -1, Integer::sum) == 0) {
                    ready.add(next);
                }
            }
        }
        if (placed != waitsFor.size()) {
            waitsFor.values().removeIf(count -> count == 0);
            violated("no order fits all traces; it fails among "
                    + waitsFor.keySet().stream().limit(20).toList());
        }
    }
}
