package org.flushspread.kernel.groups;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.base.DaemonMembership;

/** A set of daemon ids in daemon order, asked about once per daemon of each group at a membership change. Immutable. */
final class DaemonSet {
    private final List<Integer> ordered;
    private final int[] ascending;

    private DaemonSet(List<Integer> ordered) {
        this.ordered = List.copyOf(ordered);
        this.ascending = ordered.stream().mapToInt(Integer::intValue).sorted().toArray();
    }

    /** {@code procIds} must be in daemon order. */
    static DaemonSet of(List<Integer> procIds) {
        return new DaemonSet(procIds);
    }

    static DaemonSet of(DaemonMembership membership) {
        return new DaemonSet(membership.members().stream().map(Daemon::id).toList());
    }

    boolean contains(int procId) {
        return Arrays.binarySearch(ascending, procId) >= 0;
    }

    boolean containsAny(List<Integer> procIds) {
        return procIds.stream().anyMatch(this::contains);
    }

    boolean containsAll(List<Integer> procIds) {
        return procIds.stream().allMatch(this::contains);
    }

    int size() {
        return ascending.length;
    }

    /** The representative of a synced set. */
    int first() {
        return ordered.get(0);
    }

    List<Integer> ids() {
        return ordered;
    }

    DaemonSet intersection(DaemonSet other) {
        return new DaemonSet(ordered.stream().filter(other::contains).toList());
    }

    /** The union; {@code more} must be disjoint. */
    DaemonSet with(List<Integer> more, DaemonOrder order) {
        List<Integer> all = new ArrayList<>(ordered);
        all.addAll(more);
        all.sort(order::compare);
        return new DaemonSet(all);
    }

    DaemonSet sorted(DaemonOrder order) {
        return with(List.of(), order);
    }
}
