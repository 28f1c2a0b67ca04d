package org.flushspread.flush.replica;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Members of a replicated state machine keep their promises while some of them hang and are excluded, and who is excluded comes back as one
 * that has missed nothing (exclusion R1).
 */
@Tag("hunt")
class ExcludedReplicasTest {
    private static final int SEEDS = Integer.getInteger("replica.seeds", 2000);

    private static void run(long seed, boolean forget, Counts counts) {
        new Simulation(seed, Simulation.Kind.ALL, counts).hanging(forget).run(600);
    }

    @Test
    void promisesHoldWhileMembersHangAndAreExcluded() {
        Counts counts = new Counts();
        long first = Long.getLong("replica.seed", 0);
        for (long seed = first; seed < first + SEEDS; seed++) {
            try {
                run(seed, false, counts);
            } catch (RuntimeException e) {
                throw new AssertionError(
                        "seed " + seed + " (replay with -Dreplica.seed=" + seed + " -Dreplica.seeds=1)", e);
            }
        }
        System.out.printf(
                "%d seeds: %d exclusions, %d views, %d primaries formed, %d commands, %d completed; %d runs ended with all"
                        + " members primary; effects %016x%n",
                counts.seeds,
                counts.excluded,
                counts.views,
                counts.formed,
                counts.commands,
                counts.completed,
                counts.healthy,
                counts.effects.high());
        if (SEEDS >= 1000) {
            assertThat(counts.excluded).isGreaterThan(SEEDS / 2);
            assertThat(counts.completed).isGreaterThan(counts.commands / 10);
            assertThat(counts.healthy).isGreaterThan(counts.seeds / 2);
        }
    }

    @Test
    void whoDidNotReadWhatCameBeforeWouldLoseAcknowledgedCommands() {
        String found = null;
        int seeds = 0;
        while (found == null && seeds < 12_000) {
            try {
                run(seeds++, true, new Counts());
            } catch (Violation violation) {
                found = violation.rule;
            }
        }
        System.out.println("excluded members that forget: found after " + seeds + " seeds by " + found);
        assertThat(found).isNotNull();
    }
}
