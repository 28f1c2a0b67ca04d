package org.flushspread.bench.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.flushspread.daemon.TestPorts;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The program bench --replica, with systems of this project: its processes come up, are measured, and end. */
class ServiceBenchTest {
    @TempDir
    private Path directory;

    @Tag("once")
    @Test
    void membersAndClientsAreMeasuredWithAndWithoutDisks() throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            assertThat(new CommandLine(new ServiceBench())
                            .setCaseInsensitiveEnumValuesAllowed(true)
                            .execute(
                                    "--bytes=16",
                                    "--window=50",
                                    "--seconds=0.2",
                                    "--warmup=0.1",
                                    "--storage=disk",
                                    "--port=" + TestPorts.free(40),
                                    "--directory=" + directory))
                    .isZero();
        } finally {
            System.setOut(before);
        }
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .hasSize(2)
                .allMatch(line -> line.endsWith(" failed=0"))
                .anyMatch(line -> line.startsWith("service system=flush-spread storage=disk bytes=16 window=50 rate="))
                .anyMatch(line -> line.startsWith("service system=flush-spread-clients storage=disk "));
        assertThat(directory).as("stores are removed").isEmptyDirectory();
    }

    @Test
    void aSystemThatIsNotKnownIsNamedWithThoseThatAre() {
        StringWriter said = new StringWriter();
        int exit = new CommandLine(new ServiceBench())
                .setErr(new PrintWriter(said))
                .execute("--vs=paxos");
        assertThat(exit).isEqualTo(2);
        assertThat(said.toString()).contains("'paxos' is none of flush-spread, flush-spread-clients, ratis");
    }

    @Test
    void aPlaceThatCannotBeIsRefusedBeforeAnythingStarts() {
        assertThat(refused("--port=99999")).contains("--port takes 1 to 65335, not 99999");
        assertThat(refused("--directory=" + directory.resolve("none"))).contains("none is no directory");
    }

    private static String refused(String argument) {
        StringWriter said = new StringWriter();
        assertThat(new CommandLine(new ServiceBench())
                        .setErr(new PrintWriter(said))
                        .execute(argument))
                .isEqualTo(2);
        return said.toString();
    }
}
