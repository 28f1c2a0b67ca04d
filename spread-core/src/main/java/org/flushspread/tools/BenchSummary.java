package org.flushspread.tools;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * What all members together measured.
 *
 * @param rate messages a second of all members
 * @param delivered messages a second received by the slowest
 */
record BenchSummary(double rate, double delivered, Histogram latency) {
    /** How this one compares with another: above 1 it delivers more, or takes longer. */
    String ratiosTo(BenchSummary other) {
        return String.format(
                Locale.ROOT,
                "rate=%.2f p50=%.2f p99=%.2f",
                delivered / other.delivered,
                ratio(other, 50),
                ratio(other, 99));
    }

    private double ratio(BenchSummary other, double percentile) {
        return (double) latency.getValueAtPercentile(percentile)
                / Math.max(1, other.latency.getValueAtPercentile(percentile));
    }

    /** The ratios of the medians of several measurements: other work on the machine spoils single ones. */
    static String medianRatios(List<BenchSummary> ours, List<BenchSummary> others) {
        return String.format(
                Locale.ROOT,
                "rounds=%d rate=%.3f p50=%.3f p99=%.3f",
                ours.size(),
                median(ours, BenchSummary::delivered) / median(others, BenchSummary::delivered),
                medianLatency(ours, 50) / medianLatency(others, 50),
                medianLatency(ours, 99) / medianLatency(others, 99));
    }

    private static double medianLatency(List<BenchSummary> all, double percentile) {
        return Math.max(1, median(all, each -> each.latency.getValueAtPercentile(percentile)));
    }

    private static double median(List<BenchSummary> all, ToDoubleFunction<BenchSummary> figure) {
        double[] sorted = all.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
