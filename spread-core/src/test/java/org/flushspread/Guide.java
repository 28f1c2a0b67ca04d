package org.flushspread;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page whose code is the code between marks, {@code // [name]} and {@code // [/name]}, of a test that runs it. */
public final class Guide {
    private Guide() {}

    /** A file of the checkout. */
    public static Path file(String path) {
        Path here = Path.of("").toAbsolutePath();
        while (here != null && !Files.exists(here.resolve(path))) {
            here = here.getParent();
        }
        assertThat(here).as("the checkout with " + path).isNotNull();
        return here.resolve(path);
    }

    /** The page shows each snippet of the test once, and no other Java code. */
    public static void shows(String page, String test) throws IOException {
        Map<String, String> snippets = snippets(Files.readString(file(test)));
        Matcher blocks = Pattern.compile("(?s)```java(.*?)\\n(.*?)\\n```").matcher(Files.readString(file(page)));
        List<String> shown = new ArrayList<>();
        while (blocks.find()) {
            String name = blocks.group(1).strip();
            String code = snippets.get(name);
            assertThat(code).as("the snippet named '" + name + "'").isNotNull();
            assertThat(blocks.group(2).strip())
                    .as("'" + name + "' in " + page + " is not the code that is tested")
                    .isEqualTo(code);
            shown.add(name);
        }
        assertThat(shown).containsExactlyInAnyOrderElementsOf(snippets.keySet());
    }

    private static Map<String, String> snippets(String source) {
        Map<String, String> snippets = new TreeMap<>();
        Matcher marks =
                Pattern.compile("(?s) *// \\[(\\w+)]\\n(.*?) *// \\[/\\1]\\n").matcher(source);
        while (marks.find()) {
            snippets.put(
                    marks.group(1), marks.group(2).stripTrailing().stripIndent().strip());
        }
        return snippets;
    }
}
