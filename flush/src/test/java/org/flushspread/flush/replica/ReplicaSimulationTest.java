package org.flushspread.flush.replica;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Members of a replicated state machine keep their promises whatever happens to them and to the network. */
class ReplicaSimulationTest {
    private static final int SEEDS = Integer.getInteger("replica.seeds", 3000);

    @Test
    void promisesHoldUnderPartitionsCrashesRestartsAndLostConnections() {
        Simulation.Counts counts = new Simulation.Counts();
        long first = Long.getLong("replica.seed", 0);
        for (long seed = first; seed < first + SEEDS; seed++) {
            try {
                new Simulation(seed, Rules::new, false, counts).run(600);
            } catch (RuntimeException e) {
                throw new AssertionError(
                        "seed " + seed + " (replay with -Dreplica.seed=" + seed + " -Dreplica.seeds=1)", e);
            }
        }
        System.out.printf(
                "%d seeds: %d views, %d crashes, %d primaries formed, %d snapshots and loads, %d commands, %d completed,"
                        + " %d uncertain; %d runs ended with all members primary%n",
                counts.seeds,
                counts.views,
                counts.crashes,
                counts.formed,
                counts.loads,
                counts.commands,
                counts.completed,
                counts.uncertain,
                counts.healthy);
        if (SEEDS >= 1000) {
            assertThat(counts.completed).isGreaterThan(counts.commands / 10);
            assertThat(counts.uncertain).isPositive();
            assertThat(counts.healthy).isGreaterThan(counts.seeds / 2);
        }
    }
}
