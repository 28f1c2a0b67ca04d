package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.flushspread.JavaProgram;
import org.flushspread.Wait;
import org.flushspread.daemon.admin.Http;
import org.flushspread.interop.Programs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program spread as those see it who look after it: HTTP, signals, a log for machines (operations 2, 5, 10). */
@Tag("once")
@Timeout(120)
class WatchedProgramTest {
    private static final int PORT = TestPorts.free();
    private static final int HTTP = TestPorts.free();

    @TempDir
    Path directory;

    private Process process;

    @BeforeEach
    void start() throws IOException {
        Path file = Files.writeString(
                directory.resolve("spread.conf"),
                "Spread_Segment 127.0.0.255:" + PORT + " { d1 127.0.0.1 { 127.0.0.1 } }\n");
        List<String> command = JavaProgram.OF_TESTS.command(SpreadMain.class.getName(), "-Xmx64m");
        command.addAll(List.of("-n", "d1", "-c", file.toString(), "--socket-directory", directory.toString()));
        command.addAll(List.of("--http", Integer.toString(HTTP)));
        command.addAll(List.of("--log-rotate", "1MB", "--log-file", log().toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(errors().toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("FLUSH_SPREAD_LOG", "json");
        process = builder.start();
        Wait.until("it serves", () -> read(log()).contains("membership {d1}") || !process.isAlive());
    }

    @AfterEach
    void end() {
        process.destroyForcibly().onExit().join();
    }

    private Path log() {
        return directory.resolve("spread.log");
    }

    private Path errors() {
        return directory.resolve("errors");
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void httpOfTheCommandLineServesStatusHealthMetricsAndThePage() throws IOException {
        for (String path : List.of("/status", "/health/live", "/health/ready", "/metrics", "/ring", "/")) {
            assertThat(Http.get(HTTP, path).status()).as(path).isEqualTo(200);
        }
    }

    @Test
    void sigusr1PrintsTheLastProtocolEventsAndTheDaemonGoesOn() throws IOException {
        Programs.run("kill", "-USR1", Long.toString(process.pid()));
        Wait.until("it prints them", () -> read(errors()).contains("MembershipInstalled"));
        assertThat(Http.get(HTTP, "/health/ready").status()).isEqualTo(200);
    }

    @Test
    void theLogForMachinesIsOneObjectALineToTheEnd() throws Exception {
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        List<String> lines = Files.readAllLines(log());
        assertThat(lines).isNotEmpty();
        ObjectMapper mapper = new ObjectMapper();
        for (String each : lines) {
            JsonNode line = mapper.readTree(each);
            assertThat(line.get("level").asText()).isIn("INFO", "WARN");
            assertThat(line.get("formattedMessage").asText()).isNotEmpty();
            assertThat(line.get("loggerName").asText()).startsWith("org.flushspread.");
        }
        assertThat(lines.get(lines.size() - 1)).contains("stopping, as told by a signal");
    }
}
