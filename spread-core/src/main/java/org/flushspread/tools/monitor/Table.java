package org.flushspread.tools.monitor;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.flushspread.tools.admin.Json;
import org.jspecify.annotations.Nullable;

/** Rows under named columns, for a person or, as a list of objects, for a program. */
public final class Table {
    /** How a command prints what it found. */
    public enum Format {
        table,
        json
    }

    /** Stands before the name of a column that only programs see. */
    static final String DETAIL = "+";

    private static final String GAP = "  ";

    private final List<String> columns = new ArrayList<>();
    private final List<Boolean> details = new ArrayList<>();
    private final List<@Nullable Object[]> rows = new ArrayList<>();

    /** @param columns names of JSON members; a person sees them with blanks for underscores, in capitals */
    public Table(String... columns) {
        for (String each : columns) {
            boolean detail = each.startsWith(DETAIL);
            details.add(detail);
            this.columns.add(detail ? each.substring(DETAIL.length()) : each);
        }
    }

    /** Columns, those of programs included. */
    int width() {
        return columns.size();
    }

    /** Values in the order of the columns; null where nothing is known. */
    public Table row(@Nullable Object... values) {
        if (values.length != columns.size()) {
            throw new IllegalArgumentException(values.length + " values for " + columns);
        }
        rows.add(values.clone());
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    public void print(Format format, PrintWriter out) {
        if (format == Format.json) {
            out.println(Json.of(objects()));
        } else {
            lines().forEach(out::println);
        }
        out.flush();
    }

    List<Map<String, @Nullable Object>> objects() {
        List<Map<String, @Nullable Object>> objects = new ArrayList<>();
        for (@Nullable Object[] row : rows) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            for (int i = 0; i < row.length; i++) {
                object.put(columns.get(i), row[i]);
            }
            objects.add(object);
        }
        return objects;
    }

    /** Numbers stand to the right, everything else to the left; a dash where nothing is known. */
    List<String> lines() {
        int[] width = new int[columns.size()];
        boolean[] number = new boolean[columns.size()];
        Arrays.fill(number, true);
        for (int i = 0; i < width.length; i++) {
            width[i] = columns.get(i).length();
            for (@Nullable Object[] row : rows) {
                width[i] = Math.max(width[i], text(row[i]).length());
                number[i] &= row[i] == null || row[i] instanceof Number;
            }
        }
        List<String> lines = new ArrayList<>();
        StringBuilder head = new StringBuilder();
        for (int i = 0; i < width.length; i++) {
            if (!details.get(i)) {
                cell(head, heading(columns.get(i)), width[i], number[i]);
            }
        }
        lines.add(head.toString().stripTrailing());
        for (@Nullable Object[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < width.length; i++) {
                if (!details.get(i)) {
                    cell(line, text(row[i]), width[i], number[i]);
                }
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private static String heading(String column) {
        return column.replace('_', ' ').toUpperCase(java.util.Locale.ROOT);
    }

    private static void cell(StringBuilder line, String text, int width, boolean right) {
        line.append(line.isEmpty() ? "" : GAP);
        String pad = " ".repeat(width - text.length());
        line.append(right ? pad + text : text + pad);
    }

    /** What comes from clients (names) must not move the cursor. */
    private static String text(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return String.join(" ", list.stream().map(Table::text).toList());
        }
        return value == null ? "-" : value.toString().replaceAll("\\p{Cntrl}", "?");
    }
}
