package org.flushspread;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * No class of the main code is larger than a reader takes in at one time, unless a line of its first comments says why it is whole, and begins
 * with {@value #REASON}.
 */
@Tag("once")
class ClassSizesTest {
    private static final Path REPOSITORY = Path.of("..");
    static final String REASON = "One class because";

    /** Lines of a file, by module. */
    private static final Map<String, Integer> LIMITS = Map.of("spread-core", 450, "flush", 350, "flush-examples", 450);

    @Test
    void aLargeClassSaysWhyItIsWhole() throws IOException {
        Map<String, String> unexplained = new TreeMap<>();
        for (String module : LIMITS.keySet()) {
            try (Stream<Path> files = Files.walk(REPOSITORY.resolve(module).resolve("src/main/java"))) {
                for (Path file :
                        files.filter(each -> each.toString().endsWith(".java")).toList()) {
                    String text = Files.readString(file);
                    long lines = text.lines().count();
                    boolean large = lines > LIMITS.get(module);
                    if (large && !saysWhy(text)) {
                        unexplained.put(nameOf(module, file), lines + " lines");
                    }
                    assertThat(!large && saysWhy(text))
                            .as(file + " has " + lines + " lines and explains why it is so large")
                            .isFalse();
                }
            }
        }
        assertThat(unexplained)
                .as(
                        "classes over the limit of their module %s without a line above the class that begins with '%s'",
                        LIMITS, REASON)
                .isEmpty();
    }

    private static String nameOf(String module, Path file) {
        return REPOSITORY
                .resolve(module)
                .resolve("src/main/java")
                .relativize(file)
                .toString()
                .replace(File.separatorChar, '/');
    }

    /** In a comment above the first brace. */
    private static boolean saysWhy(String text) {
        return text.lines()
                .takeWhile(line -> !line.matches("(public |abstract |final |sealed )*(class|interface|enum|record) .*"))
                .anyMatch(line -> line.replaceFirst("^[ /*]*(<p>)?", "").startsWith(REASON));
    }
}
