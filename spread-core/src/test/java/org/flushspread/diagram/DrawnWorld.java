package org.flushspread.diagram;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.flushspread.simulation.Profile;
import org.flushspread.simulation.Simulation;
import org.flushspread.simulation.Swarm;
import org.flushspread.simulation.Violation;
import org.jspecify.annotations.Nullable;

/** A world of the hunt for broken kernels whose runs are drawn. */
public final class DrawnWorld {
    static final Path PAGE = Path.of("target", "diagram", "broken.html");

    private DrawnWorld() {}

    /** @return name of the property that failed and, behind a tab, its story; null if all is well */
    public static @Nullable String run(long seed, String profile) throws IOException {
        Swarm swarm = Swarm.draw(seed, 0, Profile.valueOf(profile.toUpperCase(Locale.ROOT)));
        Violation violation =
                DrawnRun.run(new Simulation(seed, swarm, null), PAGE).violation();
        return violation == null ? null : violation.property() + "\t" + violation.getMessage();
    }
}
