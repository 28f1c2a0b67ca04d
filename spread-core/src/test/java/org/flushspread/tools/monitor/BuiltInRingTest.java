package org.flushspread.tools.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.flushspread.config.ConfigurationFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Without a spread.conf spmonitor looks at what a daemon without one serves (configuration 1). */
@Timeout(120)
class BuiltInRingTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void onlyWhereThereIsNoFile() {
        assumeThat(ConfigurationFile.find(null))
                .as("a spread.conf here or in /etc")
                .isEmpty();
    }

    private int run(String... arguments) {
        return SpMonitor.run(arguments, new PrintWriter(out), new PrintWriter(err));
    }

    /** Whether a daemon runs at that port of this machine or not. */
    @Test
    void statusIsOfTheBuiltInRingAndSaysSo() {
        assertThat(run("status", "--timeout", "500")).as(out + "\n" + err).isIn(0, 1);
        assertThat(err.toString())
                .containsOnlyOnce(
                        "there is no spread.conf here or in /etc: looking at the built-in ring of one daemon on"
                                + " 127.0.0.1:4803");
        assertThat(out.toString()).contains("localhost", "127.0.0.1:4803");
    }

    @Test
    void whatChangesSomethingIsNotDoneThere() {
        assertThat(run("heal", "--yes")).isEqualTo(1);
        assertThat(err.toString()).contains("does not say 'DangerousMonitor = true'");
    }

    @Test
    void aFileThatIsNamedHasToBeThere() {
        assertThat(run("status", "-c", "nowhere.conf")).isEqualTo(2);
        assertThat(err.toString()).contains("nowhere.conf: there is no such file");
    }
}
