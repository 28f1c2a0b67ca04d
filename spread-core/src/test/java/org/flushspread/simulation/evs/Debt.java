package org.flushspread.simulation.evs;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flushspread.simulation.Violation;

/** SAFE messages that somebody delivered in a membership, so that all its members owe them before they install another. */
final class Debt {
    private record Example(DaemonLife life, Delivery delivery) {}

    private final String property;
    private final BitSet numbers = new BitSet();
    private final Map<Integer, Example> examples = new HashMap<>();
    private final List<Ended> gone = new ArrayList<>();

    /** @param property the property that demands it */
    Debt(String property) {
        this.property = property;
    }

    /** A daemon delivers a SAFE message in the membership. */
    void add(DaemonLife life, Delivery delivery) {
        if (numbers.get(delivery.number())) {
            return;
        }
        numbers.set(delivery.number());
        examples.put(delivery.number(), new Example(life, delivery));
        for (Ended each : gone) {
            if (!each.era().delivered.get(delivery.number())) {
                throw missing(each.life(), delivery.number());
            }
        }
    }

    /** A member installs another regular membership; {@code era} is the one that ends. */
    void leave(DaemonLife life, Era era) {
        BitSet missing = (BitSet) numbers.clone();
        missing.andNot(era.delivered);
        if (!missing.isEmpty()) {
            throw missing(life, missing.nextSetBit(0));
        }
        gone.add(new Ended(life, era));
    }

    private Violation missing(DaemonLife life, int number) {
        Example example = examples.get(number);
        return new Violation(
                property,
                example.life + " delivered SAFE " + example.delivery + ", " + life + " went on and never did");
    }
}
