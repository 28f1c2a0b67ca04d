package org.flushspread.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.flushspread.wire.BigEndian;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Daemons on big-endian machines in a ring with little-endian ones (ring-protocol 2): what they send is turned on its way. Rings form, order,
 * send again, recover and exchange their groups as they do otherwise; every property is checked.
 */
@Tag("hunt")
class BigEndianDaemonTest {
    private static final int SEEDS = 6;

    @ParameterizedTest(name = "{0}, of {1} daemons in {2} segments those in mask {3}")
    @CsvSource({
        "CALM, 3, 1, 1",
        "CHURN, 3, 1, 2",
        "PARTITION, 3, 1, 4",
        "PARTITION, 4, 1, 5",
        "PARTITION, 4, 2, 6",
        "LOSS, 3, 1, 3",
        "LOSS, 4, 2, 9",
        "PARTITION, 3, 3, 3"
    })
    void everyPropertyHoldsWithThemInTheRing(Profile profile, int daemons, int segments, int mask) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Swarm swarm = Swarm.draw(seed, daemons, profile).with("segments", segments);
            long[] turned = {0};
            Simulation simulation = new Simulation(seed, swarm, null);
            simulation.network().encode((from, bytes, token) -> {
                if ((mask >> from & 1) == 0) {
                    return bytes;
                }
                turned[0]++;
                return BigEndian.datagram(bytes, token);
            });
            assertThat(simulation.run().violation()).as("seed %d", seed).isNull();
            assertThat(turned[0]).isPositive();
        }
    }
}
