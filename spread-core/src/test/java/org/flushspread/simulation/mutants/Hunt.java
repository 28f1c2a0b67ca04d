package org.flushspread.simulation.mutants;

import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The search for the first seed that finds a mutant.
 *
 * @param seeds run, the one that found it included
 * @param property that found it, or null if none did
 * @param story the violation, or null
 */
public record Hunt(
        Mutant mutant,
        long seeds,
        @Nullable String property,
        @Nullable String story) {
    /** Runs up to {@code limit} seeds from {@code from} on. */
    public static Hunt run(Mutant mutant, long from, long limit) {
        return run(mutant, BrokenKernel.of(mutant), from, limit);
    }

    /** The same on a kernel made before, which may serve several hunts at one time. */
    static Hunt run(Mutant mutant, LongFunction<@Nullable String> broken, long from, long limit) {
        for (long seed = from; seed < from + limit; seed++) {
            String found = broken.apply(seed);
            if (found != null) {
                int tab = found.indexOf('\t');
                return new Hunt(mutant, seed - from + 1, found.substring(0, tab), found.substring(tab + 1));
            }
        }
        return new Hunt(mutant, limit, null, null);
    }

    public boolean found() {
        return property != null;
    }
}
