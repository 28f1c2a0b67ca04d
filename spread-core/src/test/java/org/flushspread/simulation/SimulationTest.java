package org.flushspread.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final long SEEDS = Long.getLong("simulation.seeds", 200);

    @Test
    void everyPropertyHoldsForTheFirstSeeds() {
        LongStream.rangeClosed(1, SEEDS).parallel().forEach(seed -> {
            Verdict verdict = new Simulation(seed, Swarm.draw(seed, 0), null).run();
            assertThat(verdict.violation())
                    .as("seed %d; replay with scripts/simulate --replay --from %d", seed, seed)
                    .isNull();
        });
    }

    @Test
    void oneSeedGivesOneTraceWheneverItRuns() {
        for (long seed = 1; seed <= 5; seed++) {
            Verdict once = new Simulation(seed, Swarm.draw(seed, 0), null).run();
            Verdict again = new Simulation(seed, Swarm.draw(seed, 0), null).run();
            assertThat(again.fingerprint()).as("seed %d", seed).isEqualTo(once.fingerprint());
        }
    }
}
