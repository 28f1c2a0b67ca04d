package org.flushspread.flush.torture;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.flushspread.flush.linearizability.LinearizabilityChecker;
import org.flushspread.flush.linearizability.Operation;
import org.jspecify.annotations.Nullable;

/** What clients did in a round, and the faults meanwhile. Any thread. */
final class History {
    /** @param at nanoseconds since the round began */
    record Event(long at, String what) {}

    private final long origin = System.nanoTime();
    private final List<Act> acts = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();

    long now() {
        return System.nanoTime() - origin;
    }

    synchronized void add(Act act) {
        acts.add(act);
    }

    synchronized void event(String what) {
        events.add(new Event(now(), what));
    }

    synchronized List<Act> acts() {
        return List.copyOf(acts);
    }

    synchronized List<Event> events() {
        return List.copyOf(events);
    }

    /** The operations of the first cell whose operations have no order; null if all have one. */
    @Nullable
    List<Act> findBroken() {
        List<Act> counted = relevant();
        List<Operation<Act.Asked, Long>> broken = LinearizabilityChecker.findBroken(
                new CellModel(), counted.stream().map(Act::operation).toList(), Act.Asked::key);
        if (broken == null) {
            return null;
        }
        long key = broken.get(0).input().key();
        return counted.stream().filter(each -> each.asked().key() == key).toList();
    }

    /**
     * Values are written once, so a write of unknown outcome that nobody has seen the value of makes no difference: each known operation but a
     * write tells what it found.
     */
    private List<Act> relevant() {
        List<Act> all = acts();
        Set<Long> seen = new HashSet<>();
        for (Act each : all) {
            if (each.isKnown() && each.asked().kind() != Act.Kind.WRITE) {
                seen.add(each.found());
            }
        }
        return all.stream()
                .filter(each -> each.isKnown() || seen.contains(each.asked().value()))
                .toList();
    }
}
