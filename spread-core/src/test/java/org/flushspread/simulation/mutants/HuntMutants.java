package org.flushspread.simulation.mutants;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The program behind {@code scripts/simulate --mutants}: prints, for every mutant, what finds it and after how many seeds. */
public final class HuntMutants {
    /** Starting seeds lie so far apart. */
    private static final long STRIDE = 1_000_000;

    private HuntMutants() {}

    /**
     * Hunts the mutants of the module in whose directory it runs.
     *
     * @param arguments the class of the world ({@link BrokenClasses#of}), seeds to try at the most, starting points, then names of mutants
     *     (none: all)
     */
    public static void main(String[] arguments)
            throws InterruptedException, ExecutionException, ClassNotFoundException {
        Class<?> world = Class.forName(arguments[0]);
        long limit = Long.parseLong(arguments[1]);
        int starts = Integer.parseInt(arguments[2]);
        List<String> names = Arrays.asList(arguments).subList(3, arguments.length);
        List<Mutant> mutants = Mutant.all().stream()
                .filter(each -> names.isEmpty() || names.contains(each.name()))
                .toList();
        if (mutants.isEmpty()) {
            return;
        }
        ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        List<List<Future<Hunt>>> hunts = new ArrayList<>();
        for (Mutant mutant : mutants) {
            // Made by the first hunt that needs it, and dropped with the last.
            FutureTask<LongFunction<@Nullable String>> broken =
                    new FutureTask<>(() -> BrokenClasses.of(mutant, world, mutant.profile()));
            List<Future<Hunt>> ofOne = new ArrayList<>();
            for (int i = 0; i < starts; i++) {
                long from = 1 + i * STRIDE;
                ofOne.add(pool.submit(() -> {
                    broken.run();
                    return Hunt.run(mutant, broken.get(), from, limit);
                }));
            }
            hunts.add(ofOne);
        }
        pool.shutdown();
        System.out.println("| Mutant | Rule it breaks | Found first by | Seeds, mean of " + starts + " |");
        System.out.println("|---|---|---|---|");
        boolean all = true;
        for (List<Future<Hunt>> each : hunts) {
            List<Hunt> ofOne = new ArrayList<>();
            for (Future<Hunt> hunt : each) {
                ofOne.add(hunt.get());
            }
            System.out.println(line(ofOne));
            all &= ofOne.stream().allMatch(Hunt::found);
        }
        System.exit(all ? 0 : 1);
    }

    private static String line(List<Hunt> hunts) {
        Map<String, Integer> properties = new TreeMap<>();
        for (Hunt each : hunts) {
            properties.merge(each.property() == null ? "**not found**" : each.property(), 1, Integer::sum);
        }
        String by = properties.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .map(each -> each.getKey() + (properties.size() == 1 ? "" : " (" + each.getValue() + ")"))
                .collect(Collectors.joining(", "));
        double mean = hunts.stream().mapToLong(Hunt::seeds).average().orElseThrow();
        Mutant mutant = hunts.get(0).mutant();
        // A hunt without a result counts with the seeds it tried: the mean is then a lower bound.
        String bound = hunts.stream().allMatch(Hunt::found) ? "" : "> ";
        return String.format("| %s | %s | %s | %s%.1f |", mutant, mutant.rule(), by, bound, mean);
    }
}
