package org.flushspread.flush.kernel;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.flushspread.wire.GroupId;
import org.jspecify.annotations.Nullable;

/** The changes that are no views yet, oldest first, all of which need the consent of their members (flush-protocol 3.1, Q). */
final class PendingChanges {
    private final FlushLimits limits;
    private final FlushCounters counters;
    private final Deque<Change> queue = new ArrayDeque<>();
    private long names;

    PendingChanges(FlushLimits limits, FlushCounters counters) {
        this.limits = limits;
        this.counters = counters;
    }

    /** True if one more, of so many members, may be kept. */
    boolean hasRoomFor(int members) {
        return queue.size() < limits.pendingChanges() && names + members <= limits.pendingMembers();
    }

    void add(Change change) {
        names += change.names();
        queue.addLast(change);
    }

    /** The one that is worked on next; null if nothing is pending. */
    @Nullable
    Change head() {
        return queue.peekFirst();
    }

    /** Takes out the head, which was installed. */
    void removeHead() {
        names -= queue.removeFirst().names();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    int size() {
        return queue.size();
    }

    /** Names in all member lists, which the limit counts. */
    long names() {
        return names;
    }

    @Nullable
    Change find(GroupId id) {
        for (Change change : queue) {
            if (change.id.equals(id)) {
                return change;
            }
        }
        return null;
    }

    /**
     * COLLAPSE (flush-protocol 3.2). A change that somebody left without consent can never complete. It is given up, and its difference
     * moves into the next change that survives, whose cause so becomes NETWORK. The choice must be the same at all members that moved
     * together.
     */
    void collapse(List<String> leavers, Change newest) {
        boolean givenUp = false;
        for (Iterator<Change> each = queue.iterator(); each.hasNext(); ) {
            Change change = each.next();
            if (change.isSpoilt(leavers)) {
                each.remove();
                names -= change.names();
                counters.changesCollapsed++;
                givenUp = true;
                continue;
            }
            change.lose(leavers);
            if (givenUp) {
                change.cause = Cause.NETWORK;
                givenUp = false;
            }
        }
        if (givenUp) {
            newest.cause = Cause.NETWORK;
        }
    }

    /** All of them, not only the last: any may be installed before the loss is known (quirk Q37). */
    void flag() {
        for (Change change : queue) {
            change.transitional = true;
        }
    }

    /** A change of which nobody was lost was only flagged because the loss was not known yet (flush-protocol 3.2, MEMB step 6). */
    void endTransitionalPeriod() {
        for (Change change : queue) {
            if (!change.hasLost()) {
                change.transitional = false;
            }
        }
    }

    /** Takes a member out of a change and all older ones; out of one that it has consented to as if it were lost (exclusion E4). */
    void exclude(Change newest, String who) {
        for (Change change : queue) {
            if (change == newest || !change.hasConsented(who)) {
                change.exclude(who);
            } else {
                change.bar(who);
            }
            if (change == newest) {
                break;
            }
        }
    }
}
