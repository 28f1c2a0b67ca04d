package org.flushspread.simulation;

import java.util.List;
import org.flushspread.simulation.trace.Excuses;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one seed.
 *
 * @param violation what did not hold, or null
 * @param fingerprint hash of the whole trace
 * @param seconds simulated
 * @param steps events of the world
 * @param viewChanges regular memberships installed by all daemons
 * @param messages deliveries checked
 * @param faults counts by {@link Faults}
 * @param excuses what checkers did not demand
 */
public record Verdict(
        long seed,
        Swarm swarm,
        @Nullable Violation violation,
        long fingerprint,
        double seconds,
        long steps,
        long viewChanges,
        long messages,
        List<Long> faults,
        Excuses excuses) {}
