package org.flushspread.kernel.groups;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.GroupsMessage;
import org.jspecify.annotations.Nullable;

/**
 * The GROUPS messages of one exchange (the gather area of groups-protocol 2): what each representative has said so far, and how many
 * daemons are covered by those that have said all.
 */
final class Exchange {
    /** Far above what the largest honest state needs; a peer that never ends is stopped here. */
    private static final int MAX_MESSAGES = 10_000;

    private final List<Contribution> others = new ArrayList<>();
    private boolean mineComplete;
    private boolean mineBroken;
    private int covered;

    /** What one representative of another synced set has said. */
    static final class Contribution {
        private final int sender;
        private final Deque<GroupsMessage> messages = new ArrayDeque<>();
        private List<Integer> syncedSet = List.of();
        /** A message of it was refused: what is left of it must not pass for the whole. */
        private boolean broken;

        private Contribution(int sender) {
            this.sender = sender;
        }

        /** In building order, the reverse of the order of arrival (groups-protocol 8.3). */
        Iterable<GroupsMessage> messages() {
            return messages;
        }

        /** Empty until the contribution is complete. */
        List<Integer> syncedSet() {
            return syncedSet;
        }

        boolean isComplete() {
            return !syncedSet.isEmpty();
        }

        private Reason refuse(Reason why) {
            if (!isComplete()) {
                broken = true;
                messages.clear();
            }
            return why;
        }

        private boolean speaksOnlyOf(DaemonSet announced, GroupsMessage newest) {
            return Stream.concat(Stream.of(newest), messages.stream())
                    .flatMap(message -> message.groups().stream())
                    .flatMap(group -> group.daemons().stream())
                    .allMatch(daemon -> announced.contains(daemon.procId()));
        }

        private List<Integer> announced(GroupsMessage newest) {
            if (!newest.syncedSet().isEmpty()) {
                return newest.syncedSet();
            }
            for (GroupsMessage each : messages) {
                if (!each.syncedSet().isEmpty()) {
                    return each.syncedSet();
                }
            }
            return List.of();
        }
    }

    /** Own messages count when they come back in order; their content is known (groups-protocol 6.3). Null, or why it was refused. */
    @Nullable
    Reason mine(boolean last, int syncedSetSize, DaemonSet synced) {
        if (mineComplete || mineBroken || syncedSetSize != synced.size()) {
            mineBroken = !mineComplete;
            return Reason.BAD_GROUPS;
        }
        if (last) {
            mineComplete = true;
            covered += synced.size();
        }
        return null;
    }

    /** Takes a message of another representative. Null, or why it was refused; then nothing more of this one counts (section 9). */
    @Nullable
    Reason other(int sender, GroupsMessage message, DaemonSet synced, DaemonSet ring) {
        Contribution from = contribution(sender);
        if (from.isComplete() || from.broken || from.messages.size() == MAX_MESSAGES) {
            return from.refuse(Reason.BAD_GROUPS);
        }
        if (message.last()) {
            List<Integer> announced = from.announced(message);
            if (announced.size() != message.syncedSetSize()
                    || !announced.contains(sender)
                    || announced.stream().distinct().count() != announced.size()
                    || !ring.containsAll(announced)
                    || !from.speaksOnlyOf(DaemonSet.of(announced), message)) {
                return from.refuse(Reason.BAD_GROUPS);
            }
            if (synced.containsAny(announced)
                    || others.stream().anyMatch(each -> each.syncedSet.stream().anyMatch(announced::contains))) {
                return from.refuse(Reason.OVERLAPPING_SYNCED_SETS);
            }
            from.syncedSet = announced;
            covered += announced.size();
        }
        from.messages.addFirst(message);
        return null;
    }

    /** A message of another representative cannot be read. */
    Reason unreadable(int sender) {
        return contribution(sender).refuse(Reason.BAD_GROUPS);
    }

    boolean mineComplete() {
        return mineComplete;
    }

    /** True if every daemon of the ring is covered. Covered sets are disjoint subsets of the ring, so counting is enough. */
    boolean covers(DaemonSet ring) {
        if (covered > ring.size()) {
            throw new InvariantViolation(
                    "groups-protocol 6.3: synced sets are disjoint parts of the ring", covered + " of " + ring.size());
        }
        return covered == ring.size();
    }

    /** The representatives that have said all, in the order in which they began. */
    List<Contribution> complete() {
        return others.stream().filter(Contribution::isComplete).toList();
    }

    private Contribution contribution(int sender) {
        for (Contribution each : others) {
            if (each.sender == sender) {
                return each;
            }
        }
        Contribution fresh = new Contribution(sender);
        others.add(fresh);
        return fresh;
    }
}
