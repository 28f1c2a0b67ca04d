package org.flushspread.simulation.check;

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
 * Which views clients saw, told apart by id and members. An id that may stand for two views is still one view where the members say so: of
 * those only what some client saw twice, or a client of the same name before and after it came back, is left as doubtful. It demands nothing
 * itself; it stands before those properties that ask it.
 */
final class Sightings extends GroupProperty {
    /** A view as far as clients can tell it from others. */
    record Sight(Name group, GroupId id, List<Name> members) {
        static Sight of(Stay stay, View view) {
            return new Sight(stay.group, view.id(), view.members());
        }
    }

    private final Map<Sight, Set<Name>> seenBy = new HashMap<>();
    private final Set<Sight> twice = new HashSet<>();
    private final AmbiguousIds ids;
    private final Excuses excuses;

    Sightings(AmbiguousIds ids, Excuses excuses, Violations violations) {
        super("sightings", violations);
        this.ids = ids;
        this.excuses = excuses;
    }

    @Override
    void view(Stay stay, View view) {
        Sight sight = Sight.of(stay, view);
        if (!seenBy.computeIfAbsent(sight, s -> new HashSet<>()).add(stay.life.name)) {
            twice.add(sight);
        }
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
        boolean doubtful = twice.contains(sight) && ids.ambiguous(sight.group, sight.id);
        return excuses.count(who.name() + ": the view may be another of the same id and members", doubtful);
    }

    Excuses excuses() {
        return excuses;
    }
}
