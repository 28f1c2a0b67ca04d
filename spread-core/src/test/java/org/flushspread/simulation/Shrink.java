package org.flushspread.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks for a shorter story of a violation: the same seed with less of everything, and then with fewer single events, as long as the same
 * property still fails.
 */
final class Shrink {
    private static final int ATTEMPTS = 400;
    private static final long NANOS = 90_000_000_000L;

    private final long seed;
    private final String property;
    private final Map<String, Double> settings = new LinkedHashMap<>();
    private Swarm swarm;
    private Violation violation;
    private int attempts;
    private final long began = System.nanoTime();
    private List<String> leftOut = List.of();
    private List<String> events = List.of();

    Shrink(long seed, Swarm swarm, Violation violation) {
        this.seed = seed;
        this.swarm = swarm;
        this.violation = violation;
        this.property = violation.property();
    }

    /** What is left of the world. */
    Swarm swarm() {
        return swarm;
    }

    Violation violation() {
        return violation;
    }

    /** The settings that make the reduced world, as options of the program. */
    List<String> options() {
        List<String> options = new ArrayList<>();
        settings.forEach((name, value) -> options.add("--set " + name + "=" + number(value)));
        if (!leftOut.isEmpty()) {
            options.add("--leave-out '" + String.join(",", leftOut) + "'");
        }
        return options;
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    Shrink run() {
        for (String fault : Swarm.FAULTS) {
            fails(fault, 0);
        }
        fails("ring5Addresses", 0);
        fails("elsewhere", 0);
        fails("segments", 1);
        fails("bursts", 1);
        fails("maxBody", 40);
        fails("groups", 1);
        for (int clients = 1; clients < swarm.clientsPerDaemon() && !fails("clientsPerDaemon", clients); clients++) {}
        for (int daemons = Math.max(2, swarm.segments());
                daemons < swarm.daemons() && !fails("daemons", daemons);
                daemons++) {}
        for (double part = 0.25; part < 1 && !fails("chaos", Math.rint(swarm.chaos() * part)); part += 0.25) {}
        events();
        return this;
    }

    /** The events of the shortest story. */
    List<String> remaining() {
        return events;
    }

    /** Leaves out halves of the events, then quarters, down to single ones; then damage before and after some time. */
    private void events() {
        if (!fails(List.of())) {
            return;
        }
        for (int part = Math.max(1, events.size() / 2); ; part /= 2) {
            for (int from = 0; from < events.size(); ) {
                List<String> fewer = new ArrayList<>(events.subList(from, Math.min(events.size(), from + part)));
                fewer.addAll(leftOut);
                if (!fails(fewer)) {
                    from += part;
                }
            }
            if (part <= 1) {
                break;
            }
        }
        double whole = swarm.chaos() / 1e9;
        for (int eighth = 7; eighth > 0 && !fails(and("net<" + part(whole, eighth))); eighth--) {}
        for (int eighth = 1; eighth < 8 && !fails(and("net>" + part(whole, eighth))); eighth++) {}
    }

    private static double part(double whole, int eighth) {
        return Math.rint(whole * eighth / 8 * 1000) / 1000;
    }

    private List<String> and(String one) {
        List<String> more = new ArrayList<>(leftOut);
        more.add(one);
        return more;
    }

    private boolean fails(List<String> without) {
        if (isOver()) {
            return false;
        }
        Plan plan = new Plan(without);
        Violation found = new Simulation(seed, swarm, plan, null).run().violation();
        if (found == null || !found.property().equals(property)) {
            return false;
        }
        leftOut = without;
        events = plan.happened();
        violation = found;
        return true;
    }

    private boolean isOver() {
        attempts++;
        return attempts > ATTEMPTS || System.nanoTime() - began > NANOS;
    }

    private boolean fails(String name, double value) {
        Swarm less = swarm.with(name, value);
        if (less.equals(swarm) || isOver()) {
            return false;
        }
        Violation found = new Simulation(seed, less, null).run().violation();
        if (found == null || !found.property().equals(property)) {
            return false;
        }
        swarm = less;
        violation = found;
        settings.put(name, value);
        return true;
    }
}
