package org.flushspread.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The program soak, for a few seconds. */
@Tag("once")
@Timeout(300)
class SoakTest {
    private final PrintStream screen = System.out;
    private final PrintStream errors = System.err;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @BeforeEach
    void redirect() {
        PrintStream to = new PrintStream(printed, true, StandardCharsets.UTF_8);
        System.setOut(to);
        System.setErr(to);
    }

    @AfterEach
    void restore() {
        System.setOut(screen);
        System.setErr(errors);
    }

    private int soak(String arguments) {
        return new CommandLine(new Soak()).execute(arguments.split(" "));
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"JJJ", "jjj"})
    void aRoundOfFaultsBreaksNoPromise(String kinds) {
        int status = soak("--minutes 0 --round 2 --kinds " + kinds + " --seed 4");
        assertThat(text())
                .contains("round 1: " + kinds + " ", ": sound; ", " messages delivered; ")
                .endsWith("1 rounds, 0 unsound" + System.lineSeparator());
        assertThat(status).isZero();
    }

    @Test
    void kindsThatCannotBeAreExplained() {
        assertThat(soak("--kinds JX")).isEqualTo(2);
        assertThat(soak("--kinds J5")).isEqualTo(2);
        assertThat(text())
                .contains("--kinds has 2 to 9 letters J or C, or j or 5, not 'JX'")
                .contains("not 'J5'");
    }
}
