package org.flushspread.kernel.ring;

import com.google.common.collect.ImmutableList;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.Route;
import org.jspecify.annotations.Nullable;

/** Who follows whom in one membership, and where its datagrams go, as seen by this daemon (ring-protocol 12). */
final class RingOrder {
    final DaemonMembership membership;
    final boolean isLeader;
    final boolean isAlone;
    /** The next member belongs to another segment. */
    final boolean isLastOfSegment;

    final int predecessor;
    /** The token port of the next member. */
    final Route successor;
    /** The data port of the leader. */
    final Route leader;
    /** The data port of the first member of every other segment that has one. */
    final ImmutableList<Route> otherSegments;
    /** My segment's address, unless I am its only configured daemon. */
    final @Nullable Route mySegment;

    private final Context context;

    RingOrder(Context context, DaemonMembership membership) {
        this.context = context;
        this.membership = membership;
        ImmutableList<Daemon> members = membership.members();
        Daemon me = context.me();
        int size = members.size();
        int position = 0;
        while (position < size - 1 && members.get(position).id() != me.id()) {
            position++;
        }
        Daemon next = current(members.get((position + 1) % size));
        isLeader = membership.leader().id() == me.id();
        isAlone = size == 1;
        isLastOfSegment = isAlone || position == size - 1 || next.segment() != me.segment();
        predecessor = members.get((position + size - 1) % size).id();
        successor = context.routes().token(next);
        leader = context.routes().data(current(membership.leader()));
        Configuration configuration = context.configuration();
        ImmutableList.Builder<Route> heads = ImmutableList.builder();
        for (int segment = 0; segment < configuration.segments().size(); segment++) {
            Route head = firstMember(segment);
            if (segment != me.segment() && head != null) {
                heads.add(head);
            }
        }
        otherSegments = heads.build();
        boolean broadcasts =
                configuration.segments().get(me.segment()).daemons().size() > 1;
        mySegment = broadcasts ? context.routes().segment(me.segment()) : null;
    }

    /** The data port of a segment's first member, or null if the segment has none or does not exist. */
    @Nullable
    Route firstMember(int segment) {
        for (int i = 0; i < membership.members().size(); i++) {
            Daemon member =
                    context.configuration().byId(membership.members().get(i).id());
            if (member != null && member.segment() == segment) {
                return context.routes().data(member);
            }
        }
        return null;
    }

    /** The data port of a member, or null. */
    @Nullable
    Route member(int procId) {
        Daemon member = membership.contains(procId) ? context.configuration().byId(procId) : null;
        return member == null ? null : context.routes().data(member);
    }

    /** A reload may have moved a member within the file. One that it removed is gone after the next token loss; until then any route will do. */
    private Daemon current(Daemon member) {
        Daemon now = context.configuration().byId(member.id());
        return now == null ? context.me() : now;
    }
}
