package org.flushspread.simulation.mutants;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * One broken kernel.
 *
 * @param name of its file
 * @param rule the rule it breaks, with the section of the protocol sheet
 * @param file source file below {@code src/main/java/org/flushspread}
 * @param before text that stands in that file exactly once
 * @param after what stands there instead
 * @param rare whether it takes more seeds to find it than an ordinary run of the tests has time for
 */
public record Mutant(String name, String rule, String file, String before, String after, boolean rare) {
    private static final Path SOURCES = Path.of("src", "main", "java", "org", "flushspread");
    private static final Path MUTANTS = Path.of("src", "test", "resources", "mutants");

    /** Reads {@code rule:}, {@code file:}, {@code rare: yes} if it is, then the texts between {@code <<<<}, {@code ====} and {@code >>>>}. */
    static Mutant read(Path path) {
        try {
            String text = Files.readString(path, StandardCharsets.UTF_8);
            int open = text.indexOf("<<<<\n");
            int middle = text.indexOf("\n====\n", open);
            int close = text.indexOf("\n>>>>", middle);
            String name = path.getFileName().toString().replace(".mutant", "");
            if (open < 0 || middle < 0 || close < 0) {
                throw new IllegalArgumentException(path + ": expected <<<<, ====, >>>> on lines of their own");
            }
            String head = text.substring(0, open);
            return new Mutant(
                    name,
                    field(head, "rule"),
                    field(head, "file"),
                    text.substring(open + 5, middle),
                    middle + 6 > close ? "" : text.substring(middle + 6, close),
                    head.lines().anyMatch("rare: yes"::equals));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String field(String head, String name) {
        return head.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no line '" + name + ": ...' in " + head));
    }

    /** All mutants, by name. */
    public static List<Mutant> all() {
        try (Stream<Path> files = Files.list(MUTANTS)) {
            return files.filter(each -> each.toString().endsWith(".mutant"))
                    .sorted()
                    .map(Mutant::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Name of the top-level class that the file declares. */
    String className() {
        return "org.flushspread." + file.replace(".java", "").replace('/', '.');
    }

    /** The broken source. */
    String source() {
        try {
            String source = Files.readString(SOURCES.resolve(file), StandardCharsets.UTF_8);
            int at = source.indexOf(before);
            if (at < 0 || source.indexOf(before, at + 1) >= 0) {
                throw new IllegalStateException("mutant " + name + ": its text must stand exactly once in " + file
                        + (at < 0 ? ", but does not" : ""));
            }
            return source.substring(0, at) + after + source.substring(at + before.length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
