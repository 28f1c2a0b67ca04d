package org.flushspread.simulation.check;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.flushspread.simulation.check.Sightings.Sight;
import org.flushspread.simulation.trace.ClientEvent.Cause;
import org.flushspread.simulation.trace.ClientEvent.Delivered;
import org.flushspread.simulation.trace.ClientEvent.Transition;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;

/**
 * 12: clients that go from one view to another in the same set have seen the same between the two: the same ordered messages, transitions
 * and transitional views in the same order. Clients that go to different views have seen the same up to where the shorter ends or the
 * transition comes, but for holes that a change leaves which they were not told of.
 */
final class VirtualSynchrony extends GroupProperty {
    /** What one client saw in one view: messages, transitions, transitional views. */
    private static final class Segment {
        final List<Object> events = new ArrayList<>();
        int beforeTransition = -1;
        boolean untoldChange;

        List<Object> regularPart() {
            return beforeTransition < 0 ? events : events.subList(0, beforeTransition);
        }
    }

    private record Step(Sight from, Sight to) {}

    private record Walk(Stay stay, Set<Name> set, Segment segment, boolean network) {
        /** Here is a hole at {@code place}: this client has not got, nor will it get, what another one has there. */
        boolean lacks(Walk other, int place) {
            List<Object> theirs = other.segment.regularPart();
            return segment.untoldChange && !segment.events.contains(theirs.get(place));
        }
    }

    private final Map<Stay, Segment> open = new HashMap<>();
    private final Map<Step, List<Walk>> steps = new LinkedHashMap<>();
    private final Map<Sight, List<Walk>> starts = new LinkedHashMap<>();
    private final Sightings sightings;

    VirtualSynchrony(Sightings sightings, Violations violations) {
        super("group 12 virtual synchrony", violations);
        this.sightings = sightings;
    }

    @Override
    void view(Stay stay, View view) {
        Segment segment = open.get(stay);
        if (segment != null) {
            segment.untoldChange |= stay.untoldChange;
        }
        if (view.isTransitional()) {
            if (segment != null) {
                segment.events.add(view.id());
            }
            return;
        }
        open.put(stay, new Segment());
        @Nullable View from = stay.settled;
        if (segment != null && from != null) {
            Walk walk = new Walk(stay, new HashSet<>(view.localSet()), segment, view.cause() == Cause.NETWORK);
            Sight left = Sight.of(stay, from);
            Sight to = Sight.of(stay, view);
            steps.computeIfAbsent(new Step(left, to), s -> new ArrayList<>()).add(walk);
            starts.computeIfAbsent(left, s -> new ArrayList<>()).add(walk);
        }
    }

    @Override
    void transition(Stay stay, Transition transition) {
        Segment segment = open.get(stay);
        if (segment != null) {
            if (segment.beforeTransition < 0) {
                segment.beforeTransition = segment.events.size();
            }
            segment.events.add(transition);
        }
    }

    @Override
    void delivered(Life life, Delivered message) {
        if (message.isOrdered() && !message.isSelfDiscard()) {
            List<Name> groups = message.groups();
            for (int i = 0; i < groups.size(); i++) {
                // Once for a group, though it be named twice.
                Stay stay = groups.indexOf(groups.get(i)) == i ? life.in(groups.get(i)) : null;
                Segment segment = stay == null ? null : open.get(stay);
                if (segment != null) {
                    segment.events.add(message.message());
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
        steps.forEach((step, walks) -> {
            if (!sightings.isDoubtful(this, step.from) && !sightings.isDoubtful(this, step.to)) {
                together(step, walks);
            }
        });
        starts.forEach((start, walks) -> {
            if (!sightings.isDoubtful(this, start)) {
                prefixes(start, walks);
            }
        });
    }

    private void together(Step step, List<Walk> walks) {
        Map<Set<Name>, Walk> bySet = new LinkedHashMap<>();
        Map<Name, Walk> byName = new HashMap<>();
        for (Walk each : walks) {
            // Without a change of the network the set names the subject, and all go together.
            Walk first = each.network ? bySet.putIfAbsent(each.set, each) : walks.get(0);
            require(
                    first == null || first.segment.events.equals(each.segment.events),
                    step,
                    () -> difference(each, Objects.requireNonNull(first)));
            byName.put(each.stay.life.name, each);
        }
        bySet.forEach((set, one) -> {
            for (Name each : set) {
                Walk other = byName.get(each);
                require(
                        other == null || other.set.equals(set),
                        step,
                        () -> one.stay + " and " + other.stay + " are told different sets");
            }
        });
    }

    private void prefixes(Sight start, List<Walk> walks) {
        Walk longest = Collections.max(
                walks,
                Comparator.comparingInt(each -> each.segment.regularPart().size()));
        List<Object> whole = longest.segment.regularPart();
        for (Walk each : walks) {
            if (each != longest) {
                List<Object> part = each.segment.regularPart();
                boolean differs = !whole.subList(0, part.size()).equals(part);
                sightings.excuses().count(name() + ": a change that the group was not told of", differs);
                require(!differs || isHole(each, longest), start, () -> difference(each, longest));
            }
        }
    }

    /**
     * A group is not told of a change of the ring that loses nobody in it. From there on one whose daemon went through it lacks what those
     * sent who did not come along (groups-protocol 10).
     */
    private static boolean isHole(Walk a, Walk b) {
        List<Object> one = a.segment.regularPart();
        List<Object> other = b.segment.regularPart();
        int place = 0;
        while (one.get(place).equals(other.get(place))) {
            place++;
        }
        return a.lacks(b, place) || b.lacks(a, place);
    }

    private static String difference(Walk a, Walk b) {
        return a.stay + " saw " + a.segment.events + ", " + b.stay + " saw " + b.segment.events;
    }
}
