package org.flushspread.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.flushspread.diagram.DrawnRun;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final long SEEDS = Long.getLong("simulation.seeds", 300);

    @Tag("hunt")
    @Test
    void everyPropertyHoldsForTheFirstSeeds() throws InterruptedException {
        AtomicLong next = new AtomicLong();
        AtomicLong done = new AtomicLong();
        ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();
        // Threads of its own: the common pool has only one on a small machine, and others wait for it too.
        int threads = Runtime.getRuntime().availableProcessors();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        for (int i = 0; i < threads; i++) {
            pool.execute(() -> {
                for (long seed = next.incrementAndGet(); seed <= SEEDS; seed = next.incrementAndGet()) {
                    Violation violation = run(seed).violation();
                    if (violation != null) {
                        violations.add("scripts/simulate --replay --from " + seed + ", "
                                + DrawnRun.ofFailure(seed, Swarm.draw(seed, 0)) + ": " + violation.getMessage());
                    }
                    done.incrementAndGet();
                }
            });
        }
        pool.shutdown();

        assertThat(pool.awaitTermination(60, TimeUnit.MINUTES)).isTrue();
        assertThat(violations).isEmpty();
        assertThat(done).hasValue(SEEDS);
    }

    /** Whichever allocation fails: clients are closed or daemons end, and nothing else happens. */
    @Tag("hunt")
    @Test
    void everyPropertyHoldsWhereMemoryRunsOut() {
        assertThat(verdicts(Profile.MEMORY, 40))
                .allSatisfy(each ->
                        assertThat(each.violation()).as("seed %d", each.seed()).isNull())
                .anyMatch(each -> each.faults().get(Faults.FAIL_STOP.ordinal()) > 0)
                .anyMatch(each -> each.faults().get(Faults.CLIENT_WITHOUT_MEMORY.ordinal()) > 0);
    }

    /** Work that takes longer than tokens may breaks rings, and no property. */
    @Tag("hunt")
    @Test
    void everyPropertyHoldsWhereTurnsTakeLong() {
        assertThat(verdicts(Profile.SLOW, 40))
                .allSatisfy(each ->
                        assertThat(each.violation()).as("seed %d", each.seed()).isNull())
                .anyMatch(each -> each.faults().get(Faults.LONG_TURN.ordinal()) > 0);
    }

    /** Whoever has no key delays, and does nothing else. */
    @Tag("hunt")
    @Test
    void everyPropertyHoldsWhereSomebodyAttacksASealedRing() {
        assertThat(verdicts(Profile.SEALED, 12)).allSatisfy(each -> {
            assertThat(each.violation()).as("seed %d", each.seed()).isNull();
            assertThat(each.faults().get(Faults.ATTACK.ordinal())).isPositive();
        });
    }

    /** What an access file takes away goes as a client that goes by itself; who is let in is as any other. */
    @Tag("hunt")
    @Test
    void everyPropertyHoldsWhereRightsAreTakenAway() {
        assertThat(verdicts(Profile.RIGHTS, 40))
                .allSatisfy(each ->
                        assertThat(each.violation()).as("seed %d", each.seed()).isNull())
                .anyMatch(each -> each.faults().get(Faults.RIGHTS.ordinal()) > 0);
    }

    private static List<Verdict> verdicts(Profile profile, int seeds) {
        return LongStream.rangeClosed(1, seeds)
                .mapToObj(seed -> new Simulation(seed, Swarm.draw(seed, 0, profile), null).run())
                .toList();
    }

    @Test
    void oneSeedGivesOneTraceWheneverItRuns() {
        List<Long> once = List.of(1L, 2L, 3L, 4L, 5L);

        assertThat(once)
                .allSatisfy(seed -> assertThat(run(seed).fingerprint())
                        .as("seed %d", seed)
                        .isEqualTo(run(seed).fingerprint()));
    }

    private static Verdict run(long seed) {
        return new Simulation(seed, Swarm.draw(seed, 0), null).run();
    }
}
