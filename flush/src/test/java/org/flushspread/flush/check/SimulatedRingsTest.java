package org.flushspread.flush.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.flushspread.flush.kernel.Wrapping;
import org.flushspread.simulation.Profile;
import org.flushspread.simulation.Swarm;
import org.flushspread.simulation.Verdict;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** P1 to P24 hold for flush clients on simulated rings, whatever happens to clients, daemons and the network. */
class SimulatedRingsTest {
    private static final int SEEDS = Integer.getInteger("flush.ring.seeds", 120);
    private static final long FIRST = Long.getLong("flush.ring.seed", 1);
    private static final @Nullable String WRAPPING = System.getProperty("flush.ring.wrapping");

    private static Swarm swarm(long seed, Profile profile) {
        Swarm swarm = Swarm.draw(seed, 0, profile).with("corruption", 0).with("groups", 1);
        int clients = swarm.daemons() > 6 ? 1 : Math.max(swarm.daemons() < 4 ? 2 : 1, swarm.clientsPerDaemon());
        return swarm.with("clientsPerDaemon", clients);
    }

    /** Members that name the view in all they send, or, as the C library does, where it could be mistaken. */
    private static Wrapping wrapping(long seed) {
        return WRAPPING != null ? Wrapping.valueOf(WRAPPING) : seed % 2 == 0 ? Wrapping.ALWAYS : Wrapping.WHERE_NEEDED;
    }

    private static RingSimulation simulation(long seed, Profile profile, boolean hanging) {
        return hanging
                ? RingSimulation.hanging(seed, swarm(seed, profile), wrapping(seed))
                : new RingSimulation(seed, swarm(seed, profile), wrapping(seed));
    }

    private static void holdAll(Profile profile, int seeds) {
        holdAll(profile, seeds, false);
    }

    private static void holdAll(Profile profile, int seeds, boolean hanging) {
        long excluded = 0;
        long views = 0;
        long deliveries = 0;
        long collapsed = 0;
        long postponed = 0;
        long wrapped = 0;
        double seconds = 0;
        for (long seed = FIRST; seed < FIRST + seeds; seed++) {
            long start = System.nanoTime();
            RingSimulation simulation = simulation(seed, profile, hanging);
            Verdict verdict = simulation.run();
            String which = "profile " + profile + ", seed " + seed + "; replay with -Dflush.ring.seed=" + seed
                    + " -Dflush.ring.seeds=1";
            List<String> violations = simulation.checkers.violations();
            if (verdict.violation() != null || !violations.isEmpty()) {
                which += "; "
                        + DrawnRings.ofFailure(
                                simulation(seed, profile, hanging),
                                "flush-" + profile.name().toLowerCase(Locale.ROOT) + "-" + seed);
            }
            assertThat(verdict.violation()).as(which).isNull();
            assertThat(violations.subList(0, Math.min(5, violations.size())))
                    .as(which + " " + simulation.checkers.violated())
                    .isEmpty();
            History history = simulation.checkers.history();
            views += history.stays().size();
            deliveries += history.stays().stream()
                    .mapToInt(each -> each.deliveries.size())
                    .sum();
            collapsed += simulation.total(each -> each.changesCollapsed);
            postponed += simulation.total(each -> each.messagesPostponed);
            wrapped += simulation.total(each -> each.messagesWrapped);
            excluded += simulation.total(each -> each.membersExcluded);
            seconds += verdict.seconds();
            if (Boolean.getBoolean("flush.ring.verbose")) {
                System.out.printf(
                        "%s %d: %.1f ms %s%n", profile, seed, (System.nanoTime() - start) / 1e6, verdict.swarm());
            }
        }
        System.out.printf(
                "%s: %d seeds, %.0f simulated seconds, %d views, %d deliveries, %d wrapped, %d postponed, %d collapsed,"
                        + " %d exclusions; P1..P24 hold%n",
                profile, seeds, seconds, views, deliveries, wrapped, postponed, collapsed, excluded);
        assertThat(views).isGreaterThan(5L * seeds);
        assertThat(deliveries).isGreaterThan(5L * seeds);
    }

    @Tag("hunt")
    @Test
    void underAllFaultsTogether() {
        holdAll(Profile.SWARM, SEEDS);
    }

    @Tag("hunt")
    @Test
    void whileTheNetworkPartsAndHeals() {
        holdAll(Profile.PARTITION, SEEDS / 2);
    }

    @Tag("hunt")
    @Test
    void whileClientsComeAndGo() {
        holdAll(Profile.CHURN, SEEDS / 2);
    }

    @Tag("hunt")
    @Test
    void whileMuchIsLostAndOvertaken() {
        holdAll(Profile.LOSS, SEEDS / 4);
    }

    @Tag("hunt")
    @Test
    void whileMembersHangAndStrangersJoin() {
        holdAll(Profile.SWARM, SEEDS / 2, true);
    }

    @Tag("hunt")
    @Test
    void whileMembersHangAndTheNetworkPartsAndHeals() {
        holdAll(Profile.PARTITION, SEEDS / 2, true);
    }

    @Test
    void whileConfigurationsAreReloaded() {
        holdAll(Profile.RELOAD, SEEDS / 4);
    }
}
