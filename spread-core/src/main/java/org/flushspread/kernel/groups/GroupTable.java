package org.flushspread.kernel.groups;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;

/**
 * All groups, in name order, with two indexes: the groups of each member (a disconnect touches only those), and the groups with local
 * members by the bytes of a slot. A group is here exactly while it has a member.
 */
final class GroupTable {
    private final TreeMap<Name, Group> groups = new TreeMap<>();
    private final Map<Name, MemberGroups> memberships = new HashMap<>();
    private final LocalGroups locals;

    GroupTable(int secret) {
        locals = new LocalGroups(secret);
    }

    int size() {
        return groups.size();
    }

    @Nullable
    LocalGroup local(ByteBuf bytes, int index) {
        return locals.find(bytes, index);
    }

    @Nullable
    Group find(Name name) {
        return groups.get(name);
    }

    /** A new group; it must get a member or be {@link #removeIfEmpty removed}. */
    Group create(Name name, GroupId id) {
        Group group = new Group(name, id);
        groups.put(name, group);
        return group;
    }

    void removeIfEmpty(Group group) {
        if (group.isEmpty()) {
            groups.remove(group.name());
        }
    }

    /** All groups in name order, as they are now; the table may be changed while the list is walked. */
    List<Group> all() {
        return new ArrayList<>(groups.values());
    }

    List<GroupFigures> figures(int most, int mostMembers) {
        List<GroupFigures> figures = new ArrayList<>(Math.min(most, groups.size()));
        int room = mostMembers;
        for (Group each : groups.values()) {
            if (figures.size() == most) {
                break;
            }
            GroupFigures one = each.figures(room);
            room -= one.members().size();
            figures.add(one);
        }
        return figures;
    }

    /** All groups in name order that await a view. */
    List<Group> changed() {
        return groups.values().stream().filter(Group::changed).toList();
    }

    /** The groups of a member, in name order. */
    List<Group> groupsOf(Name member) {
        MemberGroups groupsOf = memberships.get(member);
        return groupsOf == null ? List.of() : groupsOf.toList();
    }

    /**
     * Adds a member that is not there.
     *
     * @param session the session that joins, if it is one of this daemon
     */
    void join(Group group, DaemonMembers at, Name member, @Nullable LocalMember session) {
        at.add(link(group, member));
        if (session != null) {
            if (group.local().size() == 0) {
                locals.add(group.local());
            }
            group.local().add(session);
        }
    }

    /** Adds a daemon with its members to a group in which it is unknown. */
    void add(Group group, DaemonMembers entry, DaemonOrder order) {
        entry.names().replaceAll(member -> link(group, member));
        group.add(entry, order);
    }

    /**
     * Removes a member that is there, and with the last one its daemon's entry, and with the last of these the group.
     *
     * @return the session that had joined, if it is one of this daemon
     */
    @Nullable
    LocalMember leave(Group group, DaemonMembers at, Name member) {
        at.remove(member);
        LocalMember session = unlink(group, member);
        if (at.names().isEmpty()) {
            group.daemons().remove(at);
            removeIfEmpty(group);
        }
        return session;
    }

    /** Removes a daemon with its members from a group, but not the group. */
    void remove(Group group, DaemonMembers entry) {
        group.daemons().remove(entry);
        entry.names().forEach(member -> unlink(group, member));
    }

    /** Tests the groups and both indexes. */
    void audit(DaemonOrder order, int me) {
        int members = 0;
        int local = 0;
        for (Map.Entry<Name, Group> each : groups.entrySet()) {
            Group group = each.getValue();
            group.audit(order, me);
            boolean indexed = each.getKey().equals(group.name())
                    && !group.isEmpty()
                    && group.members().stream().allMatch(member -> isIndexed(member, group));
            if (!indexed) {
                throw new InvariantViolation(
                        "groups-protocol 2: a group exists while it has members",
                        group.name().toString());
            }
            members += group.members().size();
            local += group.local().size() > 0 ? 1 : 0;
        }
        int indexed = memberships.values().stream().mapToInt(MemberGroups::size).sum();
        if (indexed != members || local != locals.size()) {
            throw new InvariantViolation(
                    "groups-protocol 2: the indexes hold what the groups hold",
                    members + " memberships and " + local + " local groups, indexed " + indexed + " and "
                            + locals.size());
        }
    }

    private boolean isIndexed(Name member, Group group) {
        MemberGroups groupsOf = memberships.get(member);
        return groupsOf != null && groupsOf.contains(group);
    }

    /** One name object serves all groups of a member. */
    private Name link(Group group, Name member) {
        MemberGroups groupsOf = memberships.computeIfAbsent(member, MemberGroups::new);
        groupsOf.add(group);
        return groupsOf.member();
    }

    private @Nullable LocalMember unlink(Group group, Name member) {
        MemberGroups groupsOf = memberships.get(member);
        if (groupsOf != null) {
            groupsOf.remove(group);
            if (groupsOf.size() == 0) {
                memberships.remove(member);
            }
        }
        LocalMember session = group.local().remove(member);
        if (session != null && group.local().size() == 0) {
            locals.remove(group.local());
        }
        return session;
    }
}
