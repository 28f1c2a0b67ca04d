package org.flushspread.simulation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which fault events of a world take place. Events are numbered as they come: {@code e1, e2, ...} those of daemons and links, {@code a1, a2,
 * ...} ambushes, {@code c3.1, c3.2, ...} what client 3 does besides sending. {@code net<0.5} and {@code net>2} stand for all random damage to
 * datagrams before and after a time in seconds. Each event draws from a stream of its own, so leaving one out does not change the others.
 */
public final class Plan {
    private final Set<String> leftOut;
    private final List<String> happened = new ArrayList<>();
    private double damageFrom;
    private double damageUntil = Double.MAX_VALUE;

    /** @param leftOut names of events that do not take place */
    public Plan(Collection<String> leftOut) {
        this.leftOut = new LinkedHashSet<>(leftOut);
        for (String each : leftOut) {
            if (each.startsWith("net<")) {
                damageFrom = Double.parseDouble(each.substring(4));
            } else if (each.startsWith("net>")) {
                damageUntil = Double.parseDouble(each.substring(4));
            }
        }
    }

    /** Everything takes place. */
    static Plan all() {
        return new Plan(List.of());
    }

    /** True if this event takes place; then it is remembered. */
    boolean happens(String event) {
        if (leftOut.contains(event)) {
            return false;
        }
        happened.add(event);
        return true;
    }

    /** True if datagrams are lost, late, doubled or damaged at this time. */
    boolean damages(double seconds) {
        return seconds >= damageFrom && seconds < damageUntil;
    }

    /** The events that took place, in order. */
    List<String> happened() {
        return happened;
    }
}
