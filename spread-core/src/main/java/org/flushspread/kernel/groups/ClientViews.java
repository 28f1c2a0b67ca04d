package org.flushspread.kernel.groups;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MembershipBody;
import org.flushspread.wire.MembershipMessage;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.jspecify.annotations.Nullable;

/**
 * Membership messages to the local members of a group (groups-protocol 4). Each is built once; nothing is built for a group whose local
 * members want none.
 */
final class ClientViews {
    private final ByteBufAllocator allocator;
    private final LocalSessions sessions;
    private final int me;

    ClientViews(ByteBufAllocator allocator, LocalSessions sessions, int me) {
        this.allocator = allocator;
        this.sessions = sessions;
        this.me = me;
    }

    /** 4.1: a view that differs from the one before by {@code subject}. */
    void lightweight(Group group, int cause, Name subject) {
        if (group.local().isWatched()) {
            view(group, cause, MembershipBody.about(group.id(), subject), null, 0);
        }
    }

    /** 4.2: a view made by the network. */
    void heavyweight(Group group) {
        if (group.local().isWatched()) {
            Sets sets = new Sets(group, null);
            view(group, ServiceType.CAUSED_BY_NETWORK, sets.body(group), null, 0);
        }
    }

    /**
     * 4.2 and 4.3: what members are told of a join, leave or disconnect while the group is in a transitional membership.
     *
     * @param joiner a set of its own, if this is a join
     * @param session the joiner's session, if it is local
     */
    void transitional(Group group, @Nullable Name joiner, @Nullable LocalMember session) {
        if (group.local().isWatched()) {
            Sets sets = new Sets(group, joiner);
            view(group, ServiceType.CAUSED_BY_NETWORK, sets.body(group), session, sets.all.size() - 1);
            transition(group);
        }
    }

    /** 4.3 */
    void transition(Group group) {
        if (group.local().isWatched()) {
            ByteBuf image = allocator.buffer(MessageHeader.LENGTH + GroupId.LENGTH);
            try {
                MembershipMessage.writeTransition(image, group.name(), group.id());
                deliver(group.local(), image, null);
            } finally {
                image.release();
            }
        }
    }

    /** 4.4 */
    void selfLeave(Group group, LocalMember leaver) {
        if (leaver.wantsMembership()) {
            ByteBuf image = allocator.buffer(MessageHeader.LENGTH);
            try {
                MembershipMessage.writeSelfLeave(image, group.name());
                deliver(leaver, image);
            } finally {
                image.release();
            }
        }
    }

    private void view(Group group, int cause, MembershipBody body, @Nullable LocalMember joiner, int joinersSet) {
        List<Name> members = group.members();
        ByteBuf image = allocator.buffer(MembershipMessage.viewLength(members.size(), body));
        try {
            MembershipMessage.writeView(image, cause, group.name(), members, body);
            deliver(group.local(), image, joiner);
            if (joiner != null && joiner.wantsMembership()) {
                // A copy, since the others may have kept the image they were lent.
                ByteBuf joiners = image.copy();
                try {
                    body.setLocal(joiners, MembershipMessage.bodyIndex(0, members.size()), joinersSet);
                    deliver(joiner, joiners);
                } finally {
                    joiners.release();
                }
            }
        } finally {
            image.release();
        }
    }

    private void deliver(LocalGroup local, ByteBuf image, @Nullable LocalMember except) {
        for (int i = 0; i < local.size(); i++) {
            LocalMember member = local.get(i);
            if (member != except && member.wantsMembership()) {
                deliver(member, image);
            }
        }
    }

    private void deliver(LocalMember member, ByteBuf image) {
        sessions.deliver(member, image, image.readerIndex(), image.readableBytes());
    }

    /** The virtual synchrony sets of a group. */
    private final class Sets {
        private final List<List<Name>> all = new ArrayList<>();
        private int local;

        /** A joiner is left out of its daemon's set and put alone in the last one; a set that would be empty is not made (Q3). */
        Sets(Group group, @Nullable Name joiner) {
            DaemonMembers previous = null;
            List<Name> set = List.of();
            for (DaemonMembers each : inSetOrder(group.daemons())) {
                List<Name> names = new ArrayList<>(each.names());
                if (joiner != null) {
                    names.remove(joiner);
                }
                if (names.isEmpty()) {
                    continue;
                }
                if (previous == null || !each.cameWith(previous)) {
                    set = new ArrayList<>();
                    all.add(set);
                }
                set.addAll(names);
                if (each.procId() == me) {
                    local = all.size() - 1;
                }
                previous = each;
            }
            if (joiner != null) {
                all.add(List.of(joiner));
            }
            int divided = all.stream().mapToInt(List::size).sum();
            int members = group.daemons().stream()
                    .mapToInt(each -> each.names().size())
                    .sum();
            if (divided != members) {
                throw new InvariantViolation(
                        "groups-protocol 10: the sets of a network view divide its members",
                        group.name() + " has " + members + " members, in sets " + divided);
            }
        }

        MembershipBody body(Group group) {
            return new MembershipBody(group.id(), all, local);
        }

        /** By insertion: 128 daemons at most, and the order is not transitive in odd networks ({@link DaemonMembers#comesBefore}). */
        private List<DaemonMembers> inSetOrder(List<DaemonMembers> daemons) {
            List<DaemonMembers> sorted = new ArrayList<>(daemons.size());
            for (DaemonMembers each : daemons) {
                int at = sorted.size();
                while (at > 0 && each.comesBefore(sorted.get(at - 1))) {
                    at--;
                }
                sorted.add(at, each);
            }
            return sorted;
        }
    }
}
