package org.flushspread.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Situations of the protocol, written down as input and expected events; see the first of them for the language. */
class ScenarioTest {
    private static final Path SCENARIOS = Path.of("src", "test", "resources", "scenarios");

    static List<Path> scenarios() throws IOException {
        try (Stream<Path> files = Files.list(SCENARIOS)) {
            return files.filter(each -> each.toString().endsWith(".scenario"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void happensAsWritten(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);

        List<String> told = new Scenario(lines).run();

        assertThat(told)
                .as(file.getFileName().toString())
                .isEqualTo(lines.stream().map(String::strip).toList());
    }
}
