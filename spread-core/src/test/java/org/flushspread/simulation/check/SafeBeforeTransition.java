package org.flushspread.simulation.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.flushspread.simulation.check.Sightings.Sight;
import org.flushspread.simulation.trace.ClientEvent.Delivered;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.simulation.trace.MessageSet;
import org.flushspread.wire.Name;

/**
 * 20: a SAFE message that one member gets in a view before the transition, every member gets before it goes to another view, unless it
 * leaves or ends before. Where that one's daemon went through a change that the group was not told of, or it was never seen to go on, the
 * others get the message, but perhaps after a view that it did not see (groups-protocol 10).
 */
final class SafeBeforeTransition extends GroupProperty {
    /** The SAFE messages that one client got in one view. */
    private static final class Segment {
        final MessageSet messages = new MessageSet();
        final MessageSet beforeTransition = new MessageSet();
        boolean untoldChange;
    }

    /** What one client got in one view. */
    private record Held(Stay stay, MessageSet messages) {}

    private final Map<Stay, Segment> open = new HashMap<>();
    private final Map<Stay, MessageSet> all = new HashMap<>();
    private final Set<Stay> over = new HashSet<>();
    private final Map<Sight, MessageSet> inView = new LinkedHashMap<>();
    private final Map<Sight, MessageSet> sometime = new LinkedHashMap<>();
    private final Map<Sight, List<Held>> closed = new HashMap<>();
    private final Sightings sightings;

    SafeBeforeTransition(Sightings sightings, Violations violations) {
        super("group 20 safe before transition", violations);
        this.sightings = sightings;
    }

    @Override
    void view(Stay stay, View view) {
        Segment segment = open.get(stay);
        if (segment != null) {
            segment.untoldChange |= stay.untoldChange;
        }
        if (view.isTransitional()) {
            return;
        }
        open.put(stay, new Segment());
        if (segment != null && stay.settled != null) {
            Sight left = Sight.of(stay, stay.settled);
            closed.computeIfAbsent(left, k -> new ArrayList<>()).add(new Held(stay, segment.messages));
            boolean untold = sightings
                    .excuses()
                    .count(name() + ": a change that the group was not told of", segment.untoldChange);
            owe(untold ? sometime : inView, left, segment);
        }
    }

    private static void owe(Map<Sight, MessageSet> owed, Sight view, Segment segment) {
        owed.computeIfAbsent(view, k -> new MessageSet()).addAll(segment.beforeTransition);
    }

    @Override
    void delivered(Life life, Delivered message) {
        if (!message.isSafe() || message.isSelfDiscard()) {
            return;
        }
        for (Name group : message.groups()) {
            Stay stay = life.in(group);
            Segment segment = stay == null ? null : open.get(stay);
            if (stay != null && segment != null) {
                segment.messages.add(message.message());
                all.computeIfAbsent(stay, s -> new MessageSet()).add(message.message());
                if (!stay.transitional && stay.settled != null) {
                    segment.beforeTransition.add(message.message());
                }
            }
        }
    }

    @Override
    void selfLeave(Stay stay) {
        end(stay);
    }

    @Override
    void ended(Life life) {
        life.stays.values().forEach(this::end);
    }

    private void end(Stay stay) {
        over.add(stay);
        close(stay);
    }

    /** Nothing more is seen of it in this view. */
    private void close(Stay stay) {
        Segment segment = open.remove(stay);
        if (segment != null && stay.settled != null) {
            owe(sometime, Sight.of(stay, stay.settled), segment);
        }
    }

    @Override
    void finished(Iterable<Life> lives, boolean settled) {
        List.copyOf(open.keySet()).forEach(this::close);
        inView.forEach((view, messages) -> everybodyHas(view, messages, Held::messages));
        sometime.forEach((view, messages) -> everybodyHas(
                view,
                messages,
                held -> over.contains(held.stay) ? messages : all.getOrDefault(held.stay, held.messages)));
    }

    private void everybodyHas(Sight view, MessageSet messages, Function<Held, MessageSet> got) {
        if (!sightings.isDoubtful(this, view)) {
            for (Held each : closed.getOrDefault(view, List.of())) {
                require(
                        got.apply(each).containsAll(messages),
                        each.stay,
                        () -> "went on from " + view.id() + " without some of the safe messages " + messages);
            }
        }
    }
}
