package org.flushspread.flush.torture;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Faults for a while, an end where all is healed, and the judgement. */
final class Round {
    private static final int CLIENTS = 6;

    /**
     * How a round is played.
     *
     * @param fault of the members; null for those that ship
     */
    record Plan(
            long seed,
            int members,
            Duration time,
            List<Nemesis.Evil> evils,
            @Nullable Fault fault) {}

    /**
     * What came out.
     *
     * @param broken the operations on a cell that have no order; null if all have one
     */
    record Outcome(History history, @Nullable List<Act> broken, String text) {}

    private Round() {}

    /** @throws AssertionError if members do not come together again */
    static Outcome play(Plan plan) {
        Random random = new Random(plan.seed);
        try (Machines machines = new Machines(plan.members, plan.fault)) {
            History history = new History();
            Nemesis nemesis = new Nemesis(machines, random, history, plan.evils.toArray(Nemesis.Evil[]::new));
            Clients clients = new Clients(machines, history, CLIENTS, random);
            try {
                long end = System.nanoTime() + plan.time.toNanos();
                while (System.nanoTime() < end) {
                    nemesis.next();
                }
                history.event("the end of faults");
                machines.mend();
                machines.network().awaitRing();
                machines.awaitPrimary();
            } finally {
                clients.close();
            }
            clients.readAll();
            List<Act> broken = history.findBroken();
            return new Outcome(history, broken, text(history, nemesis.counts()));
        }
    }

    private static String text(History history, Map<String, Integer> counts) {
        long known = history.acts().stream().filter(Act::isKnown).count();
        return known + " operations, " + (history.acts().size() - known) + " of unknown outcome; "
                + counts.entrySet().stream()
                        .map(each -> each.getKey() + " " + each.getValue())
                        .collect(Collectors.joining(", "));
    }
}
