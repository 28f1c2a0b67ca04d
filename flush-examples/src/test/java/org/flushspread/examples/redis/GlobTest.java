package org.flushspread.examples.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
    private static boolean matches(String pattern, String text) {
        return new Glob(pattern.getBytes(ISO_8859_1)).matches(text.getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @CsvSource({
        "h?llo, hello hallo, hllo heello",
        "h*llo, hllo heeeello, hell",
        "h[ae]llo, hello hallo, hillo",
        "h[^e]llo, hallo hbllo, hello hllo",
        "h[a-b]llo, hallo hbllo, hcllo",
        "h[b-a]llo, hallo, hcllo",
        "*a*b, ab xaxb aabb, ba a b",
        "a\\*b, a*b, axb",
        "[\\]]x, ]x, \\x",
        "*, a abc, ''",
        "*.*.c, a.b.c a..c, a.c",
        "[a, a, b",
        "a\\, a\\, ab",
    })
    void aPatternMatchesAsInRedis(String pattern, String matching, String others) {
        for (String each : matching.split(" ")) {
            assertThat(matches(pattern, each)).as(pattern + " " + each).isTrue();
        }
        for (String each : others.split(" ")) {
            assertThat(each.isEmpty() || !matches(pattern, each))
                    .as(pattern + " " + each)
                    .isTrue();
        }
    }

    @Test
    void aPatternOfManyStarsTakesNoLongTime() {
        Assertions.assertTimeout(
                Duration.ofSeconds(5),
                () -> assertThat(matches("a*".repeat(500) + "b", "a".repeat(5_000)))
                        .isFalse());
    }
}
