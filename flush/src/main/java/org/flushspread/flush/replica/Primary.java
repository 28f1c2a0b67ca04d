package org.flushspread.flush.replica;

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

    /** True if the same members are a quorum of both, in the same history. */
    boolean sameQuorum(Primary other) {
        int size = members.size();
        return lineage.equals(other.lineage)
                && size == other.members.size()
                && members.containsAll(other.members)
                && (size % 2 == 1 || members.get(0).equals(other.members.get(0)));
    }
}
