package org.flushspread.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks for a shorter story of a violation: the same seed with less of everything, as long as the same property still fails. */
final class Shrink {
    private static final int ATTEMPTS = 60;

    private final long seed;
    private final String property;
    private final Map<String, Double> settings = new LinkedHashMap<>();
    private Swarm swarm;
    private Violation violation;
    private int attempts;

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
        return options;
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    Shrink run() {
        for (String fault : Swarm.FAULTS) {
            fails(fault, 0);
        }
        fails("segments", 1);
        fails("bursts", 1);
        fails("maxBody", 40);
        fails("groups", 1);
        for (int clients = 1; clients < swarm.clientsPerDaemon() && !fails("clientsPerDaemon", clients); clients++) {}
        for (int daemons = Math.max(2, swarm.segments());
                daemons < swarm.daemons() && !fails("daemons", daemons);
                daemons++) {}
        for (double part = 0.25; part < 1 && !fails("chaos", Math.rint(swarm.chaos() * part)); part += 0.25) {}
        return this;
    }

    private boolean fails(String name, double value) {
        Swarm less = swarm.with(name, value);
        if (attempts == ATTEMPTS || less.equals(swarm)) {
            return false;
        }
        attempts++;
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
