package org.flushspread.flush.linearizability;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Looks for an order of operations in which each takes effect at one moment between its begin and its end. The search is that of J. Wing and
 * C. Gong (1993) with G. Lowe's memory of what was tried (2017), as A. Athalye's Porcupine does it: a list of begins and ends in time; the
 * first begin that fits is taken out with its end; at an end that is reached the last one taken is put back. A configuration, the set of
 * operations done and the state, is tried once, and an operation that fits and only reads is done at once.
 */
public final class LinearizabilityChecker {
    /** A begin or an end in the list of what is left. */
    private static final class Entry<I, O> {
        final Operation<I, O> operation;
        final int number;
        /** The end of a begin; null for an end. */
        final @Nullable Entry<I, O> end;

        @Nullable
        Entry<I, O> before;

        @Nullable
        Entry<I, O> next;

        Entry(Operation<I, O> operation, int number, @Nullable Entry<I, O> end) {
            this.operation = operation;
            this.number = number;
            this.end = end;
        }

        long time() {
            return end == null ? operation.ended() : operation.begun();
        }

        void takeOut() {
            if (before != null) {
                before.next = next;
            }
            if (next != null) {
                next.before = before;
            }
        }

        void putBack() {
            if (before != null) {
                before.next = this;
            }
            if (next != null) {
                next.before = this;
            }
        }
    }

    private record Configuration<S>(BitSet done, S state) {}

    /** @param free it only reads, so it may as well have been taken here: there is nothing else to try in its place */
    private record Taken<S, I, O>(Entry<I, O> begin, S before, boolean free) {}

    private LinearizabilityChecker() {}

    /**
     * The first part, of those that do not touch each other, that has no order; null if all have one.
     *
     * @param part which operations touch the same thing
     */
    public static <S, I, O, K> @Nullable List<Operation<I, O>> findBroken(
            Model<S, I, O> model, Collection<Operation<I, O>> history, Function<? super I, ? extends K> part) {
        Map<K, List<Operation<I, O>>> parts = new LinkedHashMap<>();
        for (Operation<I, O> each : history) {
            parts.computeIfAbsent(part.apply(each.input()), key -> new ArrayList<>())
                    .add(each);
        }
        for (List<Operation<I, O>> each : parts.values()) {
            if (!hasOrder(model, each)) {
                return each;
            }
        }
        return null;
    }

    /** True if the operations have an order. */
    public static <S, I, O> boolean hasOrder(Model<S, I, O> model, List<Operation<I, O>> history) {
        Entry<I, O> head = list(history);
        long answered =
                history.stream().filter(each -> each.ended() != Operation.NEVER).count();
        Set<Configuration<S>> tried = new HashSet<>();
        Deque<Taken<S, I, O>> taken = new ArrayDeque<>();
        BitSet done = new BitSet(history.size());
        S state = model.initial();
        Entry<I, O> at = head.next;
        while (answered > 0) {
            if (at != null && at.end != null) {
                boolean ended = at.operation.ended() != Operation.NEVER;
                S after = model.apply(state, at.operation.input(), at.operation.output(), ended);
                if (after != null && isNew(tried, done, at.number, after)) {
                    taken.push(new Taken<>(at, state, model.onlyReads(at.operation.input())));
                    state = after;
                    done.set(at.number);
                    answered -= ended ? 1 : 0;
                    at.takeOut();
                    at.end.takeOut();
                    at = head.next;
                } else {
                    at = at.next;
                }
            } else {
                // An answer is reached, or the end: something that was done before must come later.
                Taken<S, I, O> last;
                do {
                    last = taken.poll();
                    if (last == null) {
                        return false;
                    }
                    Entry<I, O> begin = last.begin();
                    state = last.before();
                    done.clear(begin.number);
                    answered += begin.operation.ended() != Operation.NEVER ? 1 : 0;
                    if (begin.end != null) {
                        begin.end.putBack();
                    }
                    begin.putBack();
                    at = begin.next;
                } while (last.free());
            }
        }
        return true;
    }

    private static <S> boolean isNew(Set<Configuration<S>> tried, BitSet done, int number, S after) {
        BitSet with = (BitSet) done.clone();
        with.set(number);
        return tried.add(new Configuration<>(with, after));
    }

    /** Begins and ends in time, ends first where the time is equal; in front a head that is neither. */
    private static <I, O> Entry<I, O> list(List<Operation<I, O>> history) {
        List<Entry<I, O>> entries = new ArrayList<>();
        for (int i = 0; i < history.size(); i++) {
            Entry<I, O> end = new Entry<>(history.get(i), i, null);
            entries.add(new Entry<>(history.get(i), i, end));
            entries.add(end);
        }
        entries.sort(Comparator.<Entry<I, O>>comparingLong(Entry::time).thenComparing(each -> each.end != null));
        Entry<I, O> head = new Entry<>(new Operation<>(-1, -1, null, null), -1, null);
        Entry<I, O> last = head;
        for (Entry<I, O> each : entries) {
            last.next = each;
            each.before = last;
            last = each;
        }
        return head;
    }
}
