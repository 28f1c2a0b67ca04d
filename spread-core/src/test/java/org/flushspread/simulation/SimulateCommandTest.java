package org.flushspread.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import picocli.CommandLine;

/** {@code scripts/simulate} says in a line what it cannot do. */
@Tag("once")
@ResourceLock(Resources.SYSTEM_ERR)
class SimulateCommandTest {
    @TempDir
    private Path directory;

    private static String complaint(String... arguments) {
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
            assertThat(new CommandLine(new Simulate())
                            .setCaseInsensitiveEnumValuesAllowed(true)
                            .execute(arguments))
                    .isEqualTo(2);
        } finally {
            System.setErr(before);
        }
        return said.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aPageThatCannotBeWrittenIsNamed() {
        assertThat(complaint("--replay", "--from", "1", "--html", directory.toString()))
                .startsWith("Cannot write " + directory)
                .doesNotContain("\tat ");
    }

    @Test
    void noSeedsAreNoRun() {
        assertThat(complaint("--seeds", "0")).contains("--seeds is 1 or more");
    }
}
