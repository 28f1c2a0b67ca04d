package org.flushspread.simulation.mutants;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
    /**
     * Hunts mutants, each from its seed on, on all processors.
     *
     * @param world see {@link BrokenClasses#of}
     * @return those not found within {@code limit} seeds, with the rules they break
     */
    public static List<String> missed(List<Mutant> mutants, Class<?> world, long limit) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        List<Callable<Hunt>> hunts = new ArrayList<>();
        for (Mutant mutant : mutants) {
            hunts.add(() -> run(mutant, world, mutant.seed(), limit));
        }
        List<String> missed = new ArrayList<>();
        try {
            for (Future<Hunt> each : pool.invokeAll(hunts)) {
                Hunt hunt = each.get();
                if (!hunt.found()) {
                    missed.add(hunt.mutant() + ": " + hunt.mutant().rule());
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            pool.shutdownNow();
        }
        return missed;
    }

    /** Runs up to {@code limit} seeds from {@code from} on. */
    public static Hunt run(Mutant mutant, Class<?> world, long from, long limit) {
        return run(mutant, BrokenClasses.of(mutant, world, mutant.profile()), from, limit);
    }

    /** The same; broken classes may serve several hunts at one time. */
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
