package org.flushspread.simulation.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flushspread.simulation.trace.ClientEvent.Cause;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.Name;

/**
 * Tells where group ids may stand for two views: a group that became empty and was made again in one membership of daemons counts from 1
 * again (groups-protocol Q4). What looks like a contradiction between two clients is none there. Knows only what clients see.
 */
final class Incarnations extends GroupProperty implements AmbiguousIds {
    private record Key(Name group, MembershipId membership) {}

    private static final class Seen {
        /** For each client that came in by a join: the members it found. */
        final List<List<Name>> found = new ArrayList<>();
        /** Members that saw anything of the group in this membership. */
        final Set<Name> witnesses = new HashSet<>();

        boolean installed;
    }

    private final Map<Key, Seen> all = new HashMap<>();

    Incarnations(Violations violations) {
        super("group ids", violations);
    }

    @Override
    void view(Stay stay, View view) {
        Seen seen = all.computeIfAbsent(new Key(view.group(), view.id().membershipId()), k -> new Seen());
        seen.witnesses.add(stay.life.name);
        seen.installed |= view.isInstalled();
        if (stay.last == null && view.cause() == Cause.JOIN) {
            seen.found.add(view.members().stream()
                    .filter(each -> !each.equals(stay.life.name))
                    .toList());
        }
    }

    @Override
    public boolean ambiguous(Name group, GroupId id) {
        Seen seen = all.get(new Key(group, id.membershipId()));
        if (seen == null) {
            return false;
        }
        // Whoever finds only members that never see anything is the first witness of a life of the group.
        long births = seen.found.stream()
                .filter(others -> others.stream().noneMatch(seen.witnesses::contains))
                .count();
        return births > 1 || (births == 1 && seen.installed);
    }
}
