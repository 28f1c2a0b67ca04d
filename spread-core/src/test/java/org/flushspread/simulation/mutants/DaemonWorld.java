package org.flushspread.simulation.mutants;

import java.util.Locale;
import org.flushspread.simulation.Profile;
import org.flushspread.simulation.Simulation;
import org.flushspread.simulation.Swarm;
import org.jspecify.annotations.Nullable;

/** Where broken kernels are hunted. */
public final class DaemonWorld {
    private DaemonWorld() {}

    /** @return name of the property that failed and, behind a tab, its story; null if all is well */
    public static @Nullable String run(long seed, String profile) {
        Swarm swarm = Swarm.draw(seed, 0, Profile.valueOf(profile.toUpperCase(Locale.ROOT)));
        var verdict = new Simulation(seed, swarm, null).run();
        var violation = verdict.violation();
        return violation == null ? null : violation.property() + "\t" + violation.getMessage();
    }
}
