package org.flushspread.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.config.Configuration;
import org.flushspread.daemon.TestPorts;
import org.flushspread.embedded.EmbeddedDaemon;
import org.flushspread.tools.monitor.SpMonitor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** spmonitor says what the C program says, and its commands answer people and programs (monitor-protocol 10, operations 6). */
@Tag("once")
@Timeout(300)
class MonitorProgramTest {
    private static final int PORT = TestPorts.free();

    @TempDir
    private static Path directory;

    private static Path file;
    private static EmbeddedDaemon daemon;

    @BeforeAll
    static void start() throws IOException {
        file = Files.writeString(
                directory.resolve("spread.conf"),
                "Spread_Segment 127.0.0.255:" + PORT
                        + " { localhost 127.0.0.1 { 127.0.0.1 } }\nAcceleratedRing = true\nDangerousMonitor = true\n");
        daemon = EmbeddedDaemon.start(Configuration.read(file), "localhost");
    }

    @AfterAll
    static void stop() {
        if (daemon != null) {
            daemon.close();
        }
    }

    /** One conversation, from the menu on, with numbers masked. */
    private static String converse(Program program) {
        try (program) {
            program.expect("9. Exit").expect("Monitor> ");
            program.type("0\nnobody\nlocalhost\n\n").expect("Please! enter a legal proc name, none, or all");
            program.expect("send status query")
                    .expect("Status at localhost V 4.04. 0 (state ")
                    .expect("Monitor> ");
            program.type("0\nnone\n\n").expect("Enter Proc Name: ").expect("Monitor> ");
            program.type("1\nx\n0\n")
                    .expect("Please enter a number")
                    .expect("Partition Map:")
                    .expect("Monitor> ");
            program.type("3\n").expect("Partition Map:").expect("Monitor> ");
            program.type("5\n100\ny\n30\n\n").expect("Flow Control Parameters:").expect("Monitor> ");
            program.type("6\n").expect("Monitor: send flow control params").expect("Monitor> ");
            program.type("7\n").expect("accelerated window\t-1").expect("Monitor> ");
            program.type("8\nnobody\n\n")
                    .expect("Enter Proc Name to Terminate: Please!")
                    .expect("Monitor> ");
            program.type("what\n").expect("Unknown commnad").expect("9. Exit").expect("Monitor> ");
            program.type("9\n").expect("Bye.");
            assertThat(program.exit()).isZero();
            String all = program.output();
            return all.substring(all.indexOf("\n=============\nMonitor Menu:")).replaceAll(" *[0-9]+", "N");
        }
    }

    private static List<String> flags() {
        return List.of("-n", "localhost", "-t", "600", "-p", "0", "-c", file.toString());
    }

    @Test
    void theMenuIsThatOfTheCProgram() {
        String home = System.getenv("SPREAD_C_HOME");
        String ours = converse(Program.java(SpMonitor.class, flags().toArray(new String[0])));
        assertThat(ours).contains("Window size:N").contains("accelerated protocol");
        assumeThat(home).as("SPREAD_C_HOME").isNotNull();
        List<String> command = new ArrayList<>(List.of(home + "/bin/spmonitor"));
        command.addAll(flags());
        command.set(command.indexOf("-p") + 1, Integer.toString(TestPorts.free()));
        assertThat(ours).isEqualTo(converse(Program.start(command)));
    }

    @Test
    void statusAnswersProgramsAndSaysByItsExitWhetherAllIsWell() throws IOException {
        try (Program program = command("status", "-o", "json")) {
            assertThat(program.exit()).as(program.errors()).isZero();
            JsonNode status = new ObjectMapper().readTree(program.output()).get(0);
            assertThat(status.get("daemon").asText()).isEqualTo("localhost");
            assertThat(status.get("kind").asText()).isEqualTo("java");
            assertThat(status.get("configuration_hash").asLong())
                    .isEqualTo(Integer.toUnsignedLong(Configuration.read(file).hash()));
        }
        Path two = Files.writeString(
                directory.resolve("two.conf"),
                Files.readString(file) + "Spread_Segment 127.0.9.255:" + PORT + " { other 127.0.9.9 { 127.0.9.9 } }\n");
        try (Program program =
                Program.java(SpMonitor.class, "status", "-n", "localhost", "-c", two.toString(), "--timeout", "4000")) {
            assertThat(program.exit()).isEqualTo(1);
            assertThat(program.errors()).contains("other(127.0.9.9) does not answer");
        }
    }

    @Test
    void whatChangesSomethingSaysSoAndWaitsForAYes() {
        try (Program program = command("kill", "localhost")) {
            assertThat(program.exit()).isEqualTo(1);
            assertThat(program.errors())
                    .contains("This stops localhost(127.0.0.1)")
                    .contains("--yes");
        }
        try (Program program = command("status")) {
            assertThat(program.exit()).isZero();
        }
    }

    @Test
    void pingTellsPercentilesOfBothServices() throws IOException {
        try (Program program = command("ping", "--count", "20", "-o", "json")) {
            assertThat(program.exit()).as(program.errors()).isZero();
            JsonNode rows = new ObjectMapper().readTree(program.output());
            assertThat(rows).hasSize(2).allSatisfy(each -> {
                assertThat(each.get("messages").asInt()).isEqualTo(20);
                assertThat(each.get("p50_us").asDouble()).isPositive();
            });
        }
    }

    @Test
    void aWrongCommandLineEndsWithTwo() {
        try (Program program = command("frob")) {
            assertThat(program.exit()).isEqualTo(2);
            assertThat(program.errors()).contains("usage: spmonitor");
        }
    }

    private static Program command(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-n", "localhost", "-c", file.toString()));
        return Program.java(SpMonitor.class, all.toArray(new String[0]));
    }
}
