package counter;

import java.util.Random;
import org.flushspread.flush.Codec;
import org.flushspread.flush.simulation.ReplicaSimulation;
import org.flushspread.flush.simulation.Workload;
import org.junit.jupiter.api.Test;

class CounterSimulationTest {
    static class Additions implements Workload<Long> {
        @Override
        public Codec<Long> codec() {
            return Codec.longs();
        }

        @Override
        public Long command(Random random) {
            return (long) random.nextInt(10);
        }
    }

    /** Each seed is a group of which members die, are parted and come back: the counter is the same at all of them, or this says how not. */
    @Test
    void allMembersHaveTheSameCounterWhateverHappens() {
        ReplicaSimulation.of(Counter::new, Additions::new).seeds(300).run();
    }
}
