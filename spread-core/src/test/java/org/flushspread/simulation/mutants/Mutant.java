package org.flushspread.simulation.mutants;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One class broken on purpose, of the module in whose directory the program runs.
 *
 * @param name of its file
 * @param rule the rule it breaks, with its section in spec/
 * @param file source file below {@code src/main/java/org/flushspread}
 * @param changes more than one where a second rule of ours covers the first
 * @param rare whether it takes more seeds to find it than an ordinary run of the tests has time for
 * @param profile the kind of world it is hunted in, a word that the module's world knows
 * @param seed the first that the tests try: one that found it once, so that they need not look for it each time
 */
public record Mutant(
        String name, String rule, String file, List<Change> changes, boolean rare, String profile, long seed) {
    private static final Path SOURCES = Path.of("src", "main", "java", "org", "flushspread");
    private static final Path MUTANTS = Path.of("src", "test", "resources", "mutants");

    /**
     * One change of a mutant.
     *
     * @param before text that stands in the file exactly once
     * @param after what stands there instead
     */
    public record Change(String before, String after) {}

    /** Hunted from seed 1 on. */
    public Mutant(String name, String rule, String file, List<Change> changes, boolean rare, String profile) {
        this(name, rule, file, changes, rare, profile, 1);
    }

    /**
     * Reads {@code rule:}, {@code file:}, and if need be {@code rare: yes}, {@code profile:} and {@code seed:}, then, for each change, the
     * texts between {@code <<<<}, {@code ====} and {@code >>>>}.
     */
    static Mutant read(Path path) {
        try {
            String text = Files.readString(path, StandardCharsets.UTF_8);
            String name = path.getFileName().toString().replace(".mutant", "");
            List<Change> changes = new ArrayList<>();
            int end = 0;
            for (int open = text.indexOf("<<<<\n"); open >= 0; open = text.indexOf("<<<<\n", end)) {
                int middle = text.indexOf("\n====\n", open);
                end = text.indexOf("\n>>>>", middle);
                if (middle < 0 || end < 0) {
                    break;
                }
                changes.add(new Change(
                        text.substring(open + 5, middle), middle + 6 > end ? "" : text.substring(middle + 6, end)));
            }
            if (changes.isEmpty() || end < 0) {
                throw new IllegalArgumentException(path + ": expected <<<<, ====, >>>> on lines of their own");
            }
            String head = text.substring(0, text.indexOf("<<<<\n"));
            return new Mutant(
                    name,
                    field(head, "rule"),
                    field(head, "file"),
                    List.copyOf(changes),
                    head.lines().anyMatch("rare: yes"::equals),
                    head.contains("\nprofile:") ? field(head, "profile") : "swarm",
                    head.contains("\nseed:") ? Long.parseLong(field(head, "seed")) : 1);
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
    public String source() {
        try {
            String source = Files.readString(SOURCES.resolve(file), StandardCharsets.UTF_8);
            for (Change each : changes) {
                int at = source.indexOf(each.before);
                if (at < 0 || source.indexOf(each.before, at + 1) >= 0) {
                    throw new IllegalStateException("mutant " + name + ": its text must stand exactly once in " + file
                            + (at < 0 ? ", but does not" : ""));
                }
                source = source.substring(0, at) + each.after + source.substring(at + each.before.length());
            }
            return source;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
