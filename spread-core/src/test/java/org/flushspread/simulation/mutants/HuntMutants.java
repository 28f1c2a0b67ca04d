package org.flushspread.simulation.mutants;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/** The program behind {@code scripts/simulate --mutants}: prints, for every mutant, what finds it and after how many seeds. */
public final class HuntMutants {
    private HuntMutants() {}

    /** Arguments: seeds to try at the most, starting points, then the names of mutants (none: all). */
    public static void main(String[] arguments) {
        long limit = Long.parseLong(arguments[0]);
        int starts = Integer.parseInt(arguments[1]);
        List<String> names = Arrays.asList(arguments).subList(2, arguments.length);
        System.out.println("| mutant | rule it breaks | found by | seeds (mean) |");
        System.out.println("|---|---|---|---|");
        int missed = 0;
        for (Mutant mutant : Mutant.all()) {
            if (names.isEmpty() || names.contains(mutant.name())) {
                missed += line(mutant, limit, starts) ? 0 : 1;
            }
        }
        System.exit(missed == 0 ? 0 : 1);
    }

    private static boolean line(Mutant mutant, long limit, int starts) {
        TreeSet<String> properties = new TreeSet<>();
        List<Long> seeds = new ArrayList<>();
        boolean all = true;
        for (int i = 0; i < starts; i++) {
            Hunt hunt = Hunt.run(mutant, 1 + i * 1_000_000L, limit);
            all &= hunt.found();
            seeds.add(hunt.seeds());
            properties.add(hunt.property() == null ? "**not found**" : hunt.property());
        }
        System.out.printf(
                "| %s | %s | %s | %.1f |%n",
                mutant,
                mutant.rule(),
                String.join(", ", properties),
                seeds.stream().mapToLong(Long::longValue).average().orElse(0));
        return all;
    }
}
