package org.flushspread.kernel.groups;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.Name;

/** The members of a group at one daemon, in name order, and the membership from which that daemon came into the present view. */
final class DaemonMembers {
    private final int procId;
    private final List<Name> names;
    private MembershipId cameFrom;
    private boolean partitioned;

    DaemonMembers(int procId, MembershipId cameFrom, List<Name> ascending) {
        this.procId = procId;
        this.cameFrom = cameFrom;
        this.names = new ArrayList<>(ascending);
    }

    int procId() {
        return procId;
    }

    List<Name> names() {
        return names;
    }

    MembershipId cameFrom() {
        return cameFrom;
    }

    void cameFrom(MembershipId id) {
        cameFrom = id;
    }

    /** True from the transitional membership that lost this daemon until the next regular one. */
    boolean partitioned() {
        return partitioned;
    }

    void partition() {
        partitioned = true;
    }

    boolean contains(Name member) {
        return Collections.binarySearch(names, member) >= 0;
    }

    /** The member must not be there. */
    void add(Name member) {
        int at = Collections.binarySearch(names, member);
        if (at >= 0) {
            throw new InvariantViolation("groups-protocol 10: nobody is a member twice", member + " of " + names);
        }
        names.add(-1 - at, member);
    }

    /** The member must be there. */
    void remove(Name member) {
        int at = Collections.binarySearch(names, member);
        if (at < 0) {
            throw new InvariantViolation("groups-protocol 3.1: only a member is removed", member + " of " + names);
        }
        names.remove(at);
    }

    /** True if members of both came together: partitioned daemons came with nobody (groups-protocol 4.2). */
    boolean cameWith(DaemonMembers other) {
        return !partitioned && !other.partitioned && cameFrom.equals(other.cameFrom);
    }

    /**
     * The order of virtual synchrony sets (groups-protocol 2.1). The subtraction wraps as it does in all other daemons; it is therefore
     * not transitive over ids spread wider than half the range, and must not be handed to a sort that relies on it.
     */
    boolean comesBefore(DaemonMembers other) {
        if (partitioned || other.partitioned) {
            return !partitioned;
        }
        int byDaemon = cameFrom.procId() - other.cameFrom.procId();
        return byDaemon != 0 ? byDaemon < 0 : cameFrom.time() - other.cameFrom.time() < 0;
    }
}
