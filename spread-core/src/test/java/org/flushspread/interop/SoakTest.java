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

    @Test
    void aRoundOfFaultsBreaksNoPromise() {
        int status = soak("--minutes 0 --round 2 --kinds JJJ --seed 4");
        assertThat(text())
                .contains("round 1: JJJ ", ": sound; ", " messages delivered; ")
                .endsWith("1 rounds, 0 unsound" + System.lineSeparator());
        assertThat(status).isZero();
    }

    @Test
    void kindsThatCannotBeAreExplained() {
        assertThat(soak("--kinds JX")).isEqualTo(2);
        assertThat(text()).contains("--kinds has 2 to 9 letters J or C, not 'JX'");
    }
}
