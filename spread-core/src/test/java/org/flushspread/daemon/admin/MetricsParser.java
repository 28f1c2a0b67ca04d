package org.flushspread.daemon.admin;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the text formats of Prometheus and OpenMetrics, and objects to what a scraper would refuse. */
final class MetricsParser {
    private static final Pattern META = Pattern.compile("# (HELP|TYPE|UNIT) ([a-zA-Z_:][a-zA-Z0-9_:]*)(?: (.*))?");
    private static final Pattern SAMPLE = Pattern.compile(
            "([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? ([-+]?(?:\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?|Inf|NaN))");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\\n]|\\\\[\\\\\"n])*)\"(,|$)");
    private static final List<String> SUFFIXES =
            List.of("_total", "_bucket", "_sum", "_count", "_info", "_created", "");

    final Map<String, String> types = new LinkedHashMap<>();
    final Map<String, Map<Map<String, String>, Double>> samples = new LinkedHashMap<>();

    MetricsParser(String text, boolean openMetrics) {
        String[] lines = text.split("\n");
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i];
            if (openMetrics && line.equals("# EOF")) {
                require(i == lines.length - 1, "EOF is the last line");
                return;
            }
            Matcher meta = META.matcher(line);
            if (meta.matches()) {
                if (meta.group(1).equals("TYPE")) {
                    require(types.put(meta.group(2), meta.group(3)) == null, "one type: " + line);
                }
                continue;
            }
            Matcher sample = SAMPLE.matcher(line);
            require(sample.matches(), "a sample: " + line);
            require(typeOf(sample.group(1)) != null, "a type before its samples: " + line);
            Map<String, String> labels = labels(sample.group(2), line);
            require(seen.add(sample.group(1) + labels), "one value for each set of labels: " + line);
            samples.computeIfAbsent(sample.group(1), name -> new LinkedHashMap<>())
                    .put(labels, value(sample.group(3)));
        }
        require(!openMetrics, "an EOF");
    }

    private static double value(String text) {
        return text.endsWith("Inf")
                ? (text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY)
                : Double.parseDouble(text);
    }

    private String typeOf(String sample) {
        for (String each : SUFFIXES) {
            String family = sample.endsWith(each) ? sample.substring(0, sample.length() - each.length()) : "";
            if (types.containsKey(family)) {
                return types.get(family);
            }
        }
        return null;
    }

    private static Map<String, String> labels(String text, String line) {
        Map<String, String> labels = new TreeMap<>();
        if (text != null) {
            Matcher label = LABEL.matcher(text);
            int at = 0;
            while (at < text.length()) {
                require(label.find(at) && label.start() == at, "labels: " + line);
                require(labels.put(label.group(1), label.group(2)) == null, "a label once: " + line);
                at = label.end();
            }
        }
        return labels;
    }

    /** Buckets of a histogram never fall, and the last one is the count. */
    void checkHistogram(String name) {
        List<Double> counts = new ArrayList<>(samples.get(name + "_bucket").values());
        for (int i = 1; i < counts.size(); i++) {
            require(counts.get(i) >= counts.get(i - 1), name + ": buckets add up");
        }
        require(
                counts.get(counts.size() - 1)
                        .equals(samples.get(name + "_count").get(Map.of())),
                name + ": the last bucket is the count");
    }

    double value(String name, Map<String, String> labels) {
        return samples.get(name).get(new TreeMap<>(labels));
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("expected " + what);
        }
    }
}
