package org.flushspread.simulation.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.flushspread.simulation.trace.ClientEvent.Delivered;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.simulation.trace.MessageSet;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.Name;

/**
 * 20: a SAFE message that one member gets in a view before the transition, every member gets before it goes to another view, unless it
 * leaves or ends before.
 */
final class SafeBeforeTransition extends GroupProperty {
    private record Key(Name group, GroupId id) {}

    /** What one client got in one view. */
    private record Held(Stay stay, MessageSet messages) {}

    private final Map<Stay, MessageSet> open = new HashMap<>();
    private final Map<Key, MessageSet> safe = new LinkedHashMap<>();
    private final Map<Key, List<Held>> closed = new HashMap<>();
    private final AmbiguousIds ids;

    SafeBeforeTransition(AmbiguousIds ids, Violations violations) {
        super("group 20 safe before transition", violations);
        this.ids = ids;
    }

    @Override
    void view(Stay stay, View view) {
        if (view.isTransitional()) {
            return;
        }
        MessageSet messages = open.put(stay, new MessageSet());
        if (messages != null && stay.settled != null) {
            closed.computeIfAbsent(new Key(stay.group, stay.settled.id()), k -> new ArrayList<>())
                    .add(new Held(stay, messages));
        }
    }

    @Override
    void delivered(Life life, Delivered message) {
        if (!message.isSafe() || message.isSelfDiscard()) {
            return;
        }
        for (Name group : message.groups()) {
            Stay stay = life.in(group);
            MessageSet messages = stay == null ? null : open.get(stay);
            if (stay != null && messages != null) {
                messages.add(message.message());
                if (!stay.transitional && stay.settled != null) {
                    safe.computeIfAbsent(new Key(group, stay.settled.id()), k -> new MessageSet())
                            .add(message.message());
                }
            }
        }
    }

    @Override
    void selfLeave(Stay stay) {
        open.remove(stay);
    }

    @Override
    void ended(Life life) {
        life.stays.values().forEach(open::remove);
    }

    @Override
    void finished(Iterable<Life> lives, boolean settled) {
        safe.forEach((key, messages) -> {
            if (!ids.ambiguous(key.group, key.id)) {
                for (Held each : closed.getOrDefault(key, List.of())) {
                    require(
                            each.messages.containsAll(messages),
                            each.stay,
                            () -> "went on from " + key.id + " without some of the safe messages " + messages);
                }
            }
        });
    }
}
