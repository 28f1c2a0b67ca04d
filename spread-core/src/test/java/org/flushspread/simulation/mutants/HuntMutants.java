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
import java.util.stream.Collectors;

/** The program behind {@code scripts/simulate --mutants}: prints, for every mutant, what finds it and after how many seeds. */
public final class HuntMutants {
    private HuntMutants() {}

    /** Arguments: seeds to try at the most, starting points, then the names of mutants (none: all). */
    public static void main(String[] arguments) throws InterruptedException, ExecutionException {
        long limit = Long.parseLong(arguments[0]);
        int starts = Integer.parseInt(arguments[1]);
        List<String> names = Arrays.asList(arguments).subList(2, arguments.length);
        System.out.println("| Mutant | Rule it breaks | Found first by | Seeds, mean of " + starts + " |");
        System.out.println("|---|---|---|---|");
        ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        List<Future<Line>> lines = new ArrayList<>();
        for (Mutant mutant : Mutant.all()) {
            if (names.isEmpty() || names.contains(mutant.name())) {
                lines.add(pool.submit(() -> line(mutant, limit, starts)));
            }
        }
        pool.shutdown();
        int missed = 0;
        for (Future<Line> each : lines) {
            System.out.println(each.get().text);
            missed += each.get().found ? 0 : 1;
        }
        System.exit(missed == 0 ? 0 : 1);
    }

    private record Line(String text, boolean found) {}

    private static Line line(Mutant mutant, long limit, int starts) {
        Map<String, Integer> properties = new TreeMap<>();
        long seeds = 0;
        boolean all = true;
        for (int i = 0; i < starts; i++) {
            Hunt hunt = Hunt.run(mutant, 1 + i * 1_000_000L, limit);
            all &= hunt.found();
            seeds += hunt.seeds();
            properties.merge(hunt.property() == null ? "**not found**" : hunt.property(), 1, Integer::sum);
        }
        String by = properties.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .map(each -> each.getKey() + (properties.size() == 1 ? "" : " (" + each.getValue() + ")"))
                .collect(Collectors.joining(", "));
        return new Line(
                String.format("| %s | %s | %s | %.1f |", mutant, mutant.rule(), by, (double) seeds / starts), all);
    }
}
