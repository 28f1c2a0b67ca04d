package org.flushspread.flush.replica;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Members of a replicated state machine keep their promises whatever happens to them and to the network. */
@Tag("hunt")
class ReplicaSimulationTest {
    private static final int SEEDS = Integer.getInteger("replica.seeds", 2000);

    @Test
    void promisesHoldUnderPartitionsCrashesRestartsAndLostConnections() {
        holdAll(Simulation.Kind.ALL, SEEDS);
    }

    @Test
    void promisesHoldWherePersonsDecide() {
        holdAll(Simulation.Kind.PERSONS, SEEDS / 2);
    }

    @Test
    void promisesHoldWherePersonsDecideWhileTheNetworkPartsAndJoins() {
        holdAll(Simulation.Kind.HASTY_PERSONS, SEEDS / 2);
    }

    @Test
    void promisesHoldWhereCommandsCannotBeAppliedAndPersonsHaveThemSkipped() {
        Counts counts = holdAll(Simulation.Kind.POISON, SEEDS / 2);
        if (SEEDS >= 1000) {
            assertThat(counts.poisoned).isGreaterThan(counts.seeds);
            assertThat(counts.skipped).isGreaterThan(counts.seeds / 10);
        }
    }

    @Test
    void readsAreLinearizableAndWhatIsWithdrawnTakesNoEffect() {
        Counts counts = holdAll(Simulation.Kind.READS, SEEDS / 2);
        if (SEEDS >= 1000) {
            assertThat(counts.reads).isGreaterThan(10 * counts.seeds);
        }
    }

    @Test
    void timeTimersRandomNumbersAndSessionsAreTheSameEverywhere() {
        Counts counts = holdAll(Simulation.Kind.CONTEXT, SEEDS / 2);
        if (SEEDS >= 1000) {
            assertThat(counts.fired).isGreaterThan(10 * counts.seeds);
            assertThat(counts.done).isGreaterThan(counts.seeds);
        }
    }

    @Test
    void observersFollowAndDecideNothing() {
        Counts counts = holdAll(Simulation.Kind.OBSERVERS, SEEDS / 2);
        System.out.printf("%d changed sides, %d reads at observers%n", counts.changedSides, counts.observed);
        if (SEEDS >= 1000) {
            assertThat(counts.changedSides).isGreaterThan(counts.seeds / 5);
            assertThat(counts.observed).isGreaterThan(counts.seeds / 3);
        }
    }

    @Test
    void requestsOfClientsAreDoneOnceAndTheirReadsAreLinearizable() {
        Counts counts = holdAll(Simulation.Kind.CLIENTS, SEEDS / 2);
        System.out.printf(
                "%d requests of clients answered, %d refused, %d uncertain%n",
                counts.answered, counts.refused, counts.unsure);
        if (SEEDS >= 1000) {
            assertThat(counts.answered).isGreaterThan(10 * counts.seeds);
            assertThat(counts.refused).isGreaterThan(counts.seeds / 10);
            assertThat(counts.unsure).isGreaterThan(counts.seeds / 10);
        }
    }

    @Test
    void primariesHaveMoreThanHalfOfTheMembersThatTheirHistoryMeans() {
        Counts counts = holdAll(Simulation.Kind.QUORUM, SEEDS / 2);
        if (SEEDS >= 1000) {
            assertThat(counts.resized).isGreaterThan(counts.seeds / 2);
            assertThat(counts.replaced).isGreaterThan(counts.seeds / 10);
        }
    }

    /** What stores promise is needed: a disk that says that it has written what it has not is found. */
    @Test
    void promisesBreakOnDisksThatLie() {
        String found = null;
        long seed = 0;
        while (found == null && seed < 12_000) {
            try {
                new Simulation(seed++, Simulation.Kind.LYING_DISKS, new Counts()).run(900);
            } catch (Violation violation) {
                found = violation.rule;
            }
        }
        assertThat(found).isNotNull();
    }

    private static Counts holdAll(Simulation.Kind kind, int seeds) {
        Counts counts = new Counts();
        long first = Long.getLong("replica.seed", 0);
        for (long seed = first; seed < first + seeds; seed++) {
            try {
                new Simulation(seed, kind, counts).run(kind.takesLong() ? 1500 : 600);
            } catch (RuntimeException e) {
                throw new AssertionError(
                        kind + ", seed " + seed + " (replay with -Dreplica.seed=" + seed + " -Dreplica.seeds=1)", e);
            }
        }
        System.out.printf(
                "%s, %d seeds: %d views, %d crashes, %d primaries formed, %d snapshots and loads, %d transfers went on, %d founded, %d commands,"
                        + " %d completed, %d uncertain, %d reads, %d poisoned, %d skipped, %d timers fired, %d commands of sessions done, %d quorums changed, %d members replaced; %d runs ended with all members primary; effects %016x%n",
                kind,
                counts.seeds,
                counts.views,
                counts.crashes,
                counts.formed,
                counts.loads,
                counts.wentOn,
                counts.founded,
                counts.commands,
                counts.completed,
                counts.uncertain,
                counts.reads,
                counts.poisoned,
                counts.skipped,
                counts.fired,
                counts.done,
                counts.resized,
                counts.replaced,
                counts.healthy,
                counts.effects.high());
        if (seeds >= 1000) {
            assertThat(counts.completed).isGreaterThan(counts.commands / 10);
            assertThat(counts.uncertain).isPositive();
            assertThat(counts.wentOn).isPositive();
            assertThat(counts.healthy).isGreaterThan(counts.seeds / 3);
        }
        return counts;
    }
}
