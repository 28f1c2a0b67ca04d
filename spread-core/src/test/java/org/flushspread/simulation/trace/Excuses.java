package org.flushspread.simulation.trace;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * How often a checker had to judge something, and how often it was excused from it because what it saw may have been right. An excuse that
 * is used often hides faults: {@code scripts/simulate --excuses} prints them.
 */
public final class Excuses {
    private static final class Row {
        long judgements;
        long excused;
    }

    private final Map<String, Row> rows = new TreeMap<>();

    /**
     * Counts one judgement.
     *
     * @param rule the property and what excuses from it
     * @return {@code excused}
     */
    public boolean count(String rule, boolean excused) {
        Row row = rows.computeIfAbsent(rule, r -> new Row());
        row.judgements++;
        if (excused) {
            row.excused++;
        }
        return excused;
    }

    public void addAll(Excuses other) {
        other.rows.forEach((rule, theirs) -> {
            Row row = rows.computeIfAbsent(rule, r -> new Row());
            row.judgements += theirs.judgements;
            row.excused += theirs.excused;
        });
    }

    /** Hands over each rule, in order, and how often it was excused. */
    public void print(BiConsumer<String, String> line) {
        rows.forEach((rule, row) -> line.accept(
                rule,
                "%d of %d (%.2f %%)".formatted(row.excused, row.judgements, 100.0 * row.excused / row.judgements)));
    }
}
