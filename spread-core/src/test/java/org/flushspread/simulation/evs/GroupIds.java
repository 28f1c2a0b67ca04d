package org.flushspread.simulation.evs;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.flushspread.simulation.trace.ClientEvent.Cause;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.Name;

/**
 * Tells which group ids stand for more than one view, from what daemons delivered. Two ways lead there, and both belong to the protocol.
 *
 * <ul>
 *   <li>A group that became empty and was made again in one membership of daemons, regular or transitional, counts from 1 again
 *       (groups-protocol Q4).
 *   <li>A ring broke when some of its daemons had delivered a join, leave or disconnect that others never got, and for one of the sides
 *       the group lay wholly inside, so that it kept its id and counted on (groups-protocol 5: T, group untouched).
 * </ul>
 */
public final class GroupIds {
    private record Key(Name group, MembershipId membership) {}

    /** A view that a join, leave or disconnect made, at a client of one life of a daemon. */
    private record Step(DaemonLife life, Cause cause, Name subject, int index) {}

    /** What clients saw under ids of one membership. */
    private static final class Seen {
        final Set<Step> steps = new HashSet<>();
        List<Name> installed = List.of();
        /** The members of views that somebody's coming or going made in the transitional membership. */
        final Set<List<Name>> inTransition = new HashSet<>();
    }

    private final List<DaemonLife> lives;
    private final Map<Key, Seen> seen = new HashMap<>();
    private final Map<Name, Set<MembershipId>> memberships = new HashMap<>();
    private final Map<Key, Integer> ambiguousFrom = new HashMap<>();
    private boolean known;

    /** @param lives of all daemons; read when it is first asked for an id */
    public GroupIds(List<DaemonLife> lives) {
        this.lives = lives;
    }

    /** A client of this life of a daemon saw a view. */
    public void view(DaemonLife life, View view) {
        Seen under = seen.computeIfAbsent(new Key(view.group(), view.id().membershipId()), key -> new Seen());
        if (view.isInstalled()) {
            under.installed = view.members();
        } else if (view.isTransitional()) {
            under.inTransition.add(view.members());
        } else {
            under.steps.add(
                    new Step(life, view.cause(), view.subject(), view.id().index()));
        }
        memberships
                .computeIfAbsent(view.group(), group -> new HashSet<>())
                .add(view.id().membershipId());
    }

    /** True if this id may stand for two views. Ask at the end of a run. */
    public boolean ambiguous(Name group, GroupId id) {
        if (!known) {
            known = true;
            madeAgain();
            forks();
        }
        Integer from = ambiguousFrom.get(new Key(group, id.membershipId()));
        return from != null && id.index() >= from;
    }

    private void ambiguous(Name group, MembershipId membership, int from) {
        ambiguousFrom.merge(new Key(group, membership), from, Math::min);
    }

    private void madeAgain() {
        Map<MembershipId, List<Control>> regular = new LinkedHashMap<>();
        Map<MembershipId, List<Control>> transitional = new LinkedHashMap<>();
        for (DaemonLife life : lives) {
            for (Era era : life.eras()) {
                int split = era.transitional == null ? era.controls.size() : era.controlsInRegular;
                regular.merge(era.regular.id(), era.controls.subList(0, split), GroupIds::longer);
                if (era.transitional != null) {
                    transitional.merge(
                            era.transitional.id(), era.controls.subList(split, era.controls.size()), GroupIds::longer);
                }
            }
        }
        Map<MembershipId, Map<Name, Births>> installed = new HashMap<>();
        seen.forEach((key, under) -> {
            if (!under.installed.isEmpty()) {
                installed
                        .computeIfAbsent(key.membership, id -> new HashMap<>())
                        .putAll(begun(key.group, under.installed));
            }
        });
        regular.forEach((id, controls) -> births(id, controls, installed.computeIfAbsent(id, none -> new HashMap<>())));
        transitional.forEach((id, controls) -> births(id, controls, new HashMap<>()));
        seen.forEach((key, under) -> {
            // Only a group that was made in the transitional membership has plain steps under its id.
            if (!under.inTransition.isEmpty() && !under.steps.isEmpty()) {
                ambiguous(key.group, key.membership, 1);
            }
            List<Control> controls = transitional.getOrDefault(key.membership, List.of());
            under.inTransition.forEach(members -> births(key.membership, controls, begun(key.group, members)));
        });
    }

    private static List<Control> longer(List<Control> one, List<Control> other) {
        return one.size() >= other.size() ? one : other;
    }

    /** Members that are known, and how often there were some after there were none. */
    private static final class Births {
        final Set<Name> members = new HashSet<>();
        int count;
    }

    /** A group that had these members at some time. */
    private static Map<Name, Births> begun(Name group, List<Name> members) {
        Births births = new Births();
        births.members.addAll(members);
        births.count = 1;
        Map<Name, Births> begun = new HashMap<>();
        begun.put(group, births);
        return begun;
    }

    private void births(MembershipId membership, List<Control> controls, Map<Name, Births> groups) {
        for (Control each : controls) {
            if (each.cause() == Cause.DISCONNECT) {
                groups.values().forEach(births -> births.members.remove(each.member()));
                continue;
            }
            Births births = groups.computeIfAbsent(each.group(), group -> new Births());
            if (each.cause() == Cause.LEAVE) {
                births.members.remove(each.member());
            } else {
                if (births.members.isEmpty() && ++births.count > 1) {
                    ambiguous(each.group(), membership, 1);
                }
                births.members.add(each.member());
            }
        }
    }

    /** Daemons that left a ring together. */
    private static final class Side {
        final Set<DaemonLife> lives = new HashSet<>();
        List<Control> controls = List.of();
    }

    private void forks() {
        Map<MembershipId, Map<Object, Side>> rings = new LinkedHashMap<>();
        Map<Name, Set<Name>> groupsOf = new HashMap<>();
        for (DaemonLife life : lives) {
            for (Era era : life.eras()) {
                for (Control each : era.controls) {
                    if (each.cause() == Cause.JOIN) {
                        groupsOf.computeIfAbsent(each.member(), member -> new HashSet<>())
                                .add(each.group());
                    }
                }
                // Who crashed, or is still there, is alone.
                Object way = era.transitional == null ? life : era.transitional.id();
                Side side = rings.computeIfAbsent(era.regular.id(), id -> new LinkedHashMap<>())
                        .computeIfAbsent(way, w -> new Side());
                side.lives.add(life);
                side.controls = longer(side.controls, era.controls);
            }
        }
        for (Map<Object, Side> sides : rings.values()) {
            List<Side> all = new ArrayList<>(sides.values());
            for (int i = 0; i < all.size(); i++) {
                for (int j = i + 1; j < all.size(); j++) {
                    if (!all.get(i).controls.equals(all.get(j).controls)) {
                        forks(all.get(i), all.get(j), groupsOf);
                    }
                }
            }
        }
    }

    private void forks(Side one, Side other, Map<Name, Set<Name>> groupsOf) {
        Map<Name, List<Control>> ones = byGroup(one.controls, groupsOf);
        Map<Name, List<Control>> others = byGroup(other.controls, groupsOf);
        Set<Name> groups = new HashSet<>(ones.keySet());
        groups.addAll(others.keySet());
        for (Name group : groups) {
            List<Control> p = ones.getOrDefault(group, List.of());
            List<Control> q = others.getOrDefault(group, List.of());
            int same = 0;
            while (same < Math.min(p.size(), q.size()) && p.get(same).equals(q.get(same))) {
                same++;
            }
            forked(group, one, p.subList(same, p.size()));
            forked(group, other, q.subList(same, q.size()));
        }
    }

    private static Map<Name, List<Control>> byGroup(List<Control> controls, Map<Name, Set<Name>> groupsOf) {
        Map<Name, List<Control>> byGroup = new HashMap<>();
        for (Control each : controls) {
            Collection<Name> groups = each.cause() == Cause.DISCONNECT
                    ? groupsOf.getOrDefault(each.member(), Set.of())
                    : Collections.singleton(each.group());
            for (Name group : groups) {
                byGroup.computeIfAbsent(group, g -> new ArrayList<>()).add(each);
            }
        }
        return byGroup;
    }

    /** Views that these made at daemons of this side have ids that the other side may give to others. */
    private void forked(Name group, Side side, List<Control> controls) {
        if (controls.isEmpty()) {
            return;
        }
        for (MembershipId membership : memberships.getOrDefault(group, Set.of())) {
            for (Step step : Objects.requireNonNull(seen.get(new Key(group, membership))).steps) {
                if (side.lives.contains(step.life) && controls.stream().anyMatch(each -> matches(each, step))) {
                    ambiguous(group, membership, step.index);
                }
            }
        }
    }

    private static boolean matches(Control control, Step step) {
        return control.cause() == step.cause && control.member().equals(step.subject);
    }
}
