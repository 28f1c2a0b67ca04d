package org.flushspread;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What code, tests, mutants, scenarios and the specification cite, such as {@code ring-protocol 7.1}, stands in spec/ under that number. */
@Tag("once")
class CitationsTest {
    private static final Path REPOSITORY = Path.of("..");
    private static final Path SPEC = REPOSITORY.resolve("spec");

    private static final String NUMBER = "(?:[QRE]\\d+|\\d+(?:\\.\\d+)*)";

    /** A document and the places in it; documents that are also ordinary words are cited with a point in the number. */
    private static final Pattern CITATION = Pattern.compile(
            "\\b([a-z]+-protocol)((?:(?:,| and|:)? " + NUMBER + "\\b(?!%))+)"
                    + "|\\b(configuration|exclusion|operations|store)((?:(?:,| and)? (?:[QRE]\\d+|\\d+(?:\\.\\d+)+)\\b)+)");

    /** A heading with its number, or a numbered item below one: item 4 of section 2 is 2.4. */
    private static final Pattern PLACE = Pattern.compile("(?m)^(?:#+ (\\d+(?:\\.\\d+)*)\\.? |(\\d+)\\. )");

    /** A rule or quirk has a row of its own, or begins a paragraph or an item. */
    private static final Pattern RULE = Pattern.compile("(?m)^(?:\\| *|[*-] *|#+ *)?\\**([QRE]\\d+)\\b");

    private final Map<String, Set<String>> places = new HashMap<>();

    private Set<String> placesOf(String document) {
        return places.computeIfAbsent(document, name -> {
            try {
                String text = Files.readString(SPEC.resolve(name + ".md"));
                Set<String> all = new HashSet<>();
                Matcher rule = RULE.matcher(text);
                while (rule.find()) {
                    all.add(rule.group(1));
                }
                String section = "";
                Matcher place = PLACE.matcher(text);
                while (place.find()) {
                    if (place.group(1) == null) {
                        all.add(section + "." + place.group(2));
                    } else {
                        section = place.group(1);
                        all.add(section);
                    }
                }
                return all;
            } catch (IOException e) {
                return Set.of();
            }
        });
    }

    private static List<Path> sources() throws IOException {
        List<Path> all = new ArrayList<>();
        for (String root : List.of("spread-core/src", "flush/src", "flush-examples/src", "spec")) {
            try (Stream<Path> files = Files.walk(REPOSITORY.resolve(root))) {
                files.filter(each -> each.toString().matches(".*\\.(java|mutant|scenario|md)"))
                        .filter(each -> !each.toString().contains("vectors"))
                        .forEach(all::add);
            }
        }
        return all;
    }

    @Test
    void eachCitationIsFoundUnderItsNumber() throws IOException {
        List<String> lost = new ArrayList<>();
        int found = 0;
        for (Path source : sources()) {
            // Comments are wrapped: a number may stand on the next line.
            String text = Files.readString(source).replaceAll("\\s*\\n\\s*(?:\\*|//)? *", " ");
            Matcher citation = CITATION.matcher(text);
            while (citation.find()) {
                String document = citation.group(1) == null ? citation.group(3) : citation.group(1);
                String numbers = citation.group(1) == null ? citation.group(4) : citation.group(2);
                Matcher number = Pattern.compile(NUMBER).matcher(numbers);
                while (number.find()) {
                    found++;
                    if (!placesOf(document).contains(number.group())) {
                        lost.add(REPOSITORY.relativize(source) + ": " + document + " " + number.group());
                    }
                }
            }
        }
        assertThat(found).as("citations that were looked up").isGreaterThan(500);
        assertThat(lost).isEmpty();
    }
}
