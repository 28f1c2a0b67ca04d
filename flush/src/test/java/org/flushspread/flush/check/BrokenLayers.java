package org.flushspread.flush.check;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.flushspread.flush.kernel.FlushDispatcher;
import org.flushspread.flush.kernel.FlushLimits;
import org.flushspread.flush.kernel.GroupRules;
import org.flushspread.flush.kernel.Wrapping;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.simulation.Profile;
import org.flushspread.simulation.Swarm;
import org.flushspread.simulation.Violation;
import org.jspecify.annotations.Nullable;

/** Runs of the simulations that say what failed instead of throwing, for flush layers that are broken on purpose. */
public final class BrokenLayers {
    private static final Simulation.Menu[] MENUS = {
        new Simulation.Menu(3, 6, 1, 1500, false, 80),
        new Simulation.Menu(3, 6, 1, 1500, true, 30),
        new Simulation.Menu(3, 5, 1, 3000, true, 0)
    };
    private static final Simulation.Menu[] HANGING = {
        new Simulation.Menu(1, 5, 1, 2500, false, 30, true), new Simulation.Menu(3, 6, 1, 3000, true, 20, true)
    };
    private static final Profile[] PROFILES = {Profile.CHURN, Profile.PARTITION, Profile.LOSS};

    private BrokenLayers() {}

    /** Members of any kind on simulated daemons. */
    public static @Nullable String run(long seed) {
        return run(seed, MENUS, GroupRules.mixed(FlushLimits.DEFAULT));
    }

    /** Members that hang, and strangers. */
    public static @Nullable String runWithExclusion(long seed) {
        return run(seed, HANGING, GroupRules.excluding(FlushLimits.DEFAULT, Simulation.PATIENCE));
    }

    private static @Nullable String run(long seed, Simulation.Menu[] menus, GroupRules rules) {
        Set<String> violated = new TreeSet<>();
        String story = null;
        for (Simulation.Menu menu : menus) {
            try {
                Checkers checkers = new Simulation(
                                seed,
                                menu,
                                (self, output) -> new FlushDispatcher(self, output, rules, Wrapping.WHERE_NEEDED))
                        .run();
                violated.addAll(checkers.violated());
                story = story == null ? first(checkers.violations()) : story;
            } catch (InvariantViolation e) {
                return verdict(Set.of("invariant of " + e.rule()), e.seen());
            } catch (AssertionError e) {
                violated.add("stuck");
                story = story == null ? e.getMessage() : story;
            }
        }
        return verdict(violated, story);
    }

    /** Members of any kind on simulated rings. */
    public static @Nullable String runOnRings(long seed) {
        Profile profile = PROFILES[(int) (seed % PROFILES.length)];
        Swarm swarm = Swarm.draw(seed, 3, profile)
                .with("corruption", 0)
                .with("clientsPerDaemon", 2)
                .with("chaos", 10e9);
        RingSimulation rings = new RingSimulation(seed, swarm, Wrapping.WHERE_NEEDED);
        Set<String> violated = new TreeSet<>();
        String story = null;
        try {
            Violation below = rings.run().violation();
            if (below != null) {
                violated.add(below.property().startsWith("invariant") ? below.property() : "stuck");
                story = below.getMessage();
            }
        } catch (AssertionError e) {
            violated.add("stuck");
            story = e.getMessage();
        }
        violated.addAll(rings.checkers().violated());
        return verdict(violated, story == null ? first(rings.checkers().violations()) : story);
    }

    private static @Nullable String first(List<String> violations) {
        return violations.isEmpty() ? null : violations.get(0);
    }

    private static @Nullable String verdict(Set<String> violated, @Nullable String story) {
        return violated.isEmpty() ? null : String.join(", ", violated) + "\t" + story;
    }
}
