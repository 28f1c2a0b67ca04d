package org.flushspread.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Measures two things by turns, so that what else the machine does spoils both alike; which of them comes first changes from round to round.
 *
 * @param rounds of each load
 */
record BenchTurns(int rounds) {
    /**
     * Measures all loads and prints a line with the ratio for each.
     *
     * @param ratio what the line calls it
     */
    void run(
            String ratio,
            List<BenchLoad> loads,
            Function<BenchLoad, BenchSummary> one,
            Function<BenchLoad, BenchSummary> other) {
        for (BenchLoad load : loads) {
            List<BenchSummary> ones = new ArrayList<>();
            List<BenchSummary> others = new ArrayList<>();
            for (int i = 0; i < 2 * rounds; i++) {
                if (i % 4 == 0 || i % 4 == 3) {
                    others.add(other.apply(load));
                } else {
                    ones.add(one.apply(load));
                }
            }
            System.out.println("ratio " + ratio + " " + load.fields() + " " + BenchSummary.medianRatios(ones, others));
        }
    }
}
