package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.List;

/**
 * A primary component, or the attempt to form one.
 *
 * @param number greater than that of every primary and attempt that its members knew
 * @param lineage the history it continues or begins
 * @param members in view order; the first one breaks ties
 */
public record Primary(long number, Lineage lineage, List<MemberId> members) {
    /** There never was one. */
    public static final Primary NONE = new Primary(0, Lineage.NONE, List.of());

    public Primary {
        members = List.copyOf(members);
    }

    /** Its identity as an attempt under this decision. */
    long identity(long decision) {
        Lineage hash = Lineage.founded(lineage, number, members);
        return Scope.identity(decision, hash.high(), hash.low());
    }

    /** True if it counts in this history: its own. Before there is one, all attempts to begin it count (R4). */
    boolean isOf(Lineage history) {
        return history.equals(Lineage.NONE) || lineage.equals(history);
    }

    /** An attempt of unknown outcome still counts, unless all who could have formed it are present and none did (R4). */
    boolean isResolved(Primary lastPrimary, List<MemberId> present) {
        return number <= lastPrimary.number || present.containsAll(members);
    }

    /**
     * True if these are a majority of its members, or exactly half with the first one; and among them is somebody who cannot have missed what
     * was confirmed in it: a member that was connected all the time, or all of them together (R12).
     */
    boolean hasQuorum(List<ReplicaMessage.State> present) {
        int count = 0;
        boolean attached = false;
        boolean first = false;
        for (ReplicaMessage.State member : present) {
            int at = members.indexOf(member.id());
            if (at >= 0) {
                count++;
                attached |= !member.detached();
                first |= at == 0;
            }
        }
        int size = members.size();
        boolean majority = 2 * count > size || (2 * count == size && first);
        return majority && (attached || count == size);
    }

    /** These attempts and one more, without those that another stands for (R13). */
    static List<Primary> with(List<Primary> attempts, Primary more) {
        List<Primary> all = new ArrayList<>();
        for (Primary each : attempts) {
            if (each.standsFor(more)) {
                return attempts;
            }
            if (!more.standsFor(each)) {
                all.add(each);
            }
        }
        all.add(more);
        return all;
    }

    /** A later attempt that asks for the same quorum stands for an earlier one: it is resolved later, or at the same time. */
    boolean standsFor(Primary earlier) {
        return number >= earlier.number && sameQuorum(earlier);
    }

    /** True if the same members are a quorum of both, in the same history. */
    private boolean sameQuorum(Primary other) {
        int size = members.size();
        return lineage.equals(other.lineage)
                && size == other.members.size()
                && members.containsAll(other.members)
                && (size % 2 == 1 || members.get(0).equals(other.members.get(0)));
    }
}
