package org.flushspread.flush.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.flushspread.client.Service;
import org.flushspread.simulation.Profile;
import org.flushspread.simulation.Verdict;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Members of a replicated state machine keep their promises on simulated rings, under all faults of daemons, network and processes. */
class RingReplicasTest {
    private static final int SEEDS = Integer.getInteger("replica.ring.seeds", 120);
    private static final long FIRST = Long.getLong("replica.ring.seed", 1);

    private static void holdAll(Profile profile, Service service, int seeds) {
        Counts counts = new Counts();
        double seconds = 0;
        for (long seed = FIRST; seed < FIRST + seeds; seed++) {
            String which = "profile " + profile + ", " + service + ", seed " + seed
                    + "; replay with -Dreplica.ring.seed=" + seed + " -Dreplica.ring.seeds=1";
            try {
                Verdict verdict = new RingReplicas(seed, SimulatedReplicas.swarm(seed, profile), service, counts).run();
                if (verdict.violation() != null) {
                    throw new AssertionError(which + "; " + drawn(seed, profile, service), verdict.violation());
                }
                seconds += verdict.seconds();
            } catch (Violation e) {
                throw new AssertionError(which + "; " + drawn(seed, profile, service), e);
            }
        }
        System.out.printf(
                "%s, %s: %d seeds, %.0f simulated seconds: %d views, %d crashes, %d freezes, %d exclusions, %d primaries formed, %d snapshots and"
                        + " loads, %d founded, %d commands, %d completed, %d uncertain; %d runs ended with all members"
                        + " primary; effects %016x%n",
                profile,
                service,
                counts.seeds,
                seconds,
                counts.views,
                counts.crashes,
                counts.frozen,
                counts.excluded,
                counts.formed,
                counts.loads,
                counts.founded,
                counts.commands,
                counts.completed,
                counts.uncertain,
                counts.healthy,
                counts.effects.high());
        if (seeds >= 10) {
            assertThat(counts.completed).isGreaterThan(counts.commands / 10);
            assertThat(counts.healthy).isGreaterThan(counts.seeds / 3);
        }
    }

    private static String drawn(long seed, Profile profile, Service service) {
        return DrawnReplicas.ofFailure(
                new RingReplicas(seed, SimulatedReplicas.swarm(seed, profile), service, new Counts()),
                "replica-" + profile.name().toLowerCase(Locale.ROOT) + "-" + seed);
    }

    @Tag("hunt")
    @Test
    void underAllFaultsTogether() {
        holdAll(Profile.SWARM, Service.SAFE, SEEDS);
    }

    @Tag("hunt")
    @Test
    void whileTheNetworkPartsAndHeals() {
        holdAll(Profile.PARTITION, Service.SAFE, SEEDS / 2);
    }

    @Tag("hunt")
    @Test
    void whileMuchIsLostAndOvertaken() {
        holdAll(Profile.LOSS, Service.SAFE, SEEDS / 4);
    }

    @Test
    void withAgreedCommands() {
        holdAll(Profile.SWARM, Service.AGREED, SEEDS / 4);
    }
}
