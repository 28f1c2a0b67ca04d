package org.flushspread.flush.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The automaton knows no clock, thread, socket, logger or random source, and nothing of the layers above it. */
class PurityTest {
    @Test
    void theKernelImportsOnlyBuffersCollectionsAndWire() throws IOException {
        Path kernel = Path.of("src/main/java/org/flushspread/flush/kernel");
        try (Stream<Path> files = Files.list(kernel)) {
            for (Path file : files.toList()) {
                List<String> lines = Files.readAllLines(file);
                assertThat(lines)
                        .as(file.toString())
                        .filteredOn(line -> line.startsWith("import "))
                        .allMatch(
                                line -> line.matches(
                                        "import (io\\.netty\\.buffer\\.|java\\.nio\\.Byte|java\\.util\\.[A-Z]"
                                                + "|org\\.flushspread\\.wire\\.|org\\.flushspread\\.kernel\\.base\\.InvariantViolation|org\\.jspecify\\.).*"));
                assertThat(lines)
                        .noneMatch(line -> line.contains("java.util.Random")
                                || line.contains("System.nano")
                                || line.contains("currentTimeMillis")
                                || line.contains("new Thread"));
            }
        }
    }

    /** Of clients and desks too (architecture, Packages); their tables with an order that may differ are not gone through. */
    @Test
    void theAutomataOfRequestsKnowNoClockThreadOrRandomSource() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/java/org/flushspread/flush/requests"))) {
            for (Path file : files.toList()) {
                List<String> lines = Files.readAllLines(file);
                assertThat(lines)
                        .as(file.toString())
                        .filteredOn(line -> line.startsWith("import "))
                        .allMatch(line -> line.matches(
                                "import (java\\.nio\\.[Bc]|java\\.util\\.[A-Z]|java\\.util\\.zip\\.|org\\.flushspread\\.flush\\.replica\\."
                                        + "|org\\.jspecify\\.).*"));
                assertThat(lines)
                        .noneMatch(line -> line.contains("java.util.Random")
                                || line.contains("System.nano")
                                || line.contains("currentTimeMillis")
                                || line.contains("new Thread"));
            }
        }
    }
}
