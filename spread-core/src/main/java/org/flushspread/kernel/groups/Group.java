package org.flushspread.kernel.groups;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.GroupsMessage;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;

/** A process group as this daemon knows it (groups-protocol 2). */
final class Group implements Comparable<Group> {
    private final Name name;
    private final LocalGroup local;
    private final List<DaemonMembers> daemons = new ArrayList<>(2);
    private MembershipId membershipId;
    private int index;
    private boolean changed;

    Group(Name name, GroupId id) {
        this.name = name;
        this.local = new LocalGroup(name);
        this.membershipId = id.membershipId();
        this.index = id.index();
    }

    Name name() {
        return name;
    }

    LocalGroup local() {
        return local;
    }

    /** In daemon order. */
    List<DaemonMembers> daemons() {
        return daemons;
    }

    boolean isEmpty() {
        return daemons.isEmpty();
    }

    GroupId id() {
        return new GroupId(membershipId, index);
    }

    MembershipId membershipId() {
        return membershipId;
    }

    /** A join, leave or disconnect took place. */
    void count() {
        index++;
    }

    /** The group is in a new membership of daemons. */
    void renew(MembershipId membership) {
        membershipId = membership;
        index = 1;
    }

    /** True if the members need a new view when the present change of daemon membership is over. */
    boolean changed() {
        return changed;
    }

    void changed(boolean value) {
        changed = value;
    }

    @Nullable
    DaemonMembers at(int procId) {
        for (int i = 0; i < daemons.size(); i++) {
            if (daemons.get(i).procId() == procId) {
                return daemons.get(i);
            }
        }
        return null;
    }

    /** Adds an entry for a daemon that has none. */
    void add(DaemonMembers entry, DaemonOrder order) {
        int at = daemons.size();
        while (at > 0 && order.compare(entry.procId(), daemons.get(at - 1).procId()) < 0) {
            at--;
        }
        if (at > 0 && daemons.get(at - 1).procId() == entry.procId()) {
            throw new InvariantViolation(
                    "groups-protocol 2: a daemon has one entry in a group", name + " " + entry.procId());
        }
        daemons.add(at, entry);
    }

    void sort(DaemonOrder order) {
        daemons.sort((a, b) -> order.compare(a.procId(), b.procId()));
    }

    /** Every daemon that is not partitioned came from {@code membership}. */
    void cameFrom(MembershipId membership) {
        for (DaemonMembers each : daemons) {
            if (!each.partitioned()) {
                each.cameFrom(membership);
            }
        }
    }

    /** All members in member order. */
    List<Name> members() {
        List<Name> all = new ArrayList<>();
        daemons.forEach(each -> all.addAll(each.names()));
        return all;
    }

    /** Tests the orders of 2.1, and that what is kept of local members agrees with the rest. */
    void audit(DaemonOrder order, int me) {
        for (int i = 0; i < daemons.size(); i++) {
            DaemonMembers entry = daemons.get(i);
            boolean sorted = i == 0 || order.compare(daemons.get(i - 1).procId(), entry.procId()) < 0;
            if (!sorted || entry.names().isEmpty()) {
                throw new InvariantViolation(
                        "groups-protocol 2.1: daemons of a group in order, with members", name + " " + members());
            }
            for (int k = 1; k < entry.names().size(); k++) {
                if (entry.names().get(k - 1).compareTo(entry.names().get(k)) >= 0) {
                    throw new InvariantViolation(
                            "groups-protocol 2.1: members of a daemon by name, nobody twice",
                            name + " " + entry.names());
                }
            }
            if (entry.partitioned() && !changed) {
                throw new InvariantViolation(
                        "groups-protocol 6.1: a group that lost a daemon is changed", name + " " + entry.procId());
            }
        }
        DaemonMembers mine = at(me);
        for (int i = 0; i < local.size(); i++) {
            if (mine == null || !mine.contains(local.get(i).privateGroup())) {
                throw new InvariantViolation(
                        "groups-protocol 2: local sessions of a group are members of it",
                        name + " " + local.get(i).privateGroup());
            }
        }
    }

    /** What can be told of it, naming at most so many members. */
    GroupFigures figures(int most) {
        List<Name> named = new ArrayList<>();
        int size = 0;
        for (DaemonMembers each : daemons) {
            List<Name> names = each.names();
            size += names.size();
            named.addAll(names.subList(0, Math.min(names.size(), most - named.size())));
        }
        return new GroupFigures(name, size, named);
    }

    /**
     * As the representative of a synced set tells it. Each daemon carries the membership it came from. C daemons send the group's own id for
     * all; the two differ only after a cascade in which synced sets grew together, and there the group is marked as changed, so whether
     * receivers send a view does not depend on it. But told the group's own id, members are shown as synchronous that were not (Q2).
     */
    GroupsMessage.GroupEntry entry() {
        return new GroupsMessage.GroupEntry(
                name,
                id(),
                changed,
                daemons.stream()
                        .map(each -> new GroupsMessage.DaemonEntry(each.procId(), each.cameFrom(), each.names()))
                        .toList());
    }

    @Override
    public int compareTo(Group other) {
        return name.compareTo(other.name);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }
}
