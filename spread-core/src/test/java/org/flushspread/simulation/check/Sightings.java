package org.flushspread.simulation.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.simulation.trace.Excuses;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.Name;

/**
 * Which views clients saw, told apart by id and members. An id that may stand for two views is still one view where its members say so: if
 * each of them saw it once, and they were in the group at the same time. It demands nothing itself; it stands before those properties that
 * ask it.
 */
final class Sightings extends GroupProperty {
    /** A view as far as clients can tell it from others. */
    record Sight(Name group, GroupId id, List<Name> members) {
        static Sight of(Stay stay, View view) {
            return new Sight(stay.group, view.id(), view.members());
        }
    }

    private final Map<Sight, List<Stay>> seenBy = new HashMap<>();
    private final Map<Stay, Integer> begins = new HashMap<>();
    private final Map<Stay, Integer> ends = new HashMap<>();
    private int events;
    private final AmbiguousIds ids;
    private final Excuses excuses;

    Sightings(AmbiguousIds ids, Excuses excuses, Violations violations) {
        super("sightings", violations);
        this.ids = ids;
        this.excuses = excuses;
    }

    @Override
    void view(Stay stay, View view) {
        begins.putIfAbsent(stay, ++events);
        seenBy.computeIfAbsent(Sight.of(stay, view), s -> new ArrayList<>(2)).add(stay);
    }

    @Override
    void selfLeave(Stay stay) {
        ends.put(stay, ++events);
    }

    @Override
    void ended(Life life) {
        life.stays.values().forEach(stay -> ends.put(stay, ++events));
    }

    /**
     * True if the id alone may stand for two views: for what joins traces of many clients to one order, which a view of two moments tears.
     * Asked at the end of all traces.
     */
    boolean isAmbiguous(GroupProperty who, Sight sight) {
        return excuses.count(who.name() + ": the id may stand for two views", ids.ambiguous(sight.group, sight.id));
    }

    /** True if the members do not tell either which view it is. Asked at the end of all traces. */
    boolean isDoubtful(GroupProperty who, Sight sight) {
        boolean doubtful = ids.ambiguous(sight.group, sight.id) && !isOne(sight);
        return excuses.count(who.name() + ": the view may be another of the same id and members", doubtful);
    }

    /** All its members saw it, each once, and were in the group at the same time. */
    private boolean isOne(Sight sight) {
        Set<Name> names = new HashSet<>();
        int lastBegin = 0;
        int firstEnd = Integer.MAX_VALUE;
        for (Stay each : seenBy.getOrDefault(sight, List.of())) {
            if (!names.add(each.life.name)) {
                return false;
            }
            lastBegin = Math.max(lastBegin, begins.getOrDefault(each, 0));
            firstEnd = Math.min(firstEnd, ends.getOrDefault(each, Integer.MAX_VALUE));
        }
        return lastBegin < firstEnd && names.containsAll(sight.members);
    }

    Excuses excuses() {
        return excuses;
    }
}
