package org.flushspread.tools.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.flushspread.daemon.SpreadMain;

/** Three hosts with a daemon each in one ring, for one fault at a time. Needs root, as {@link Hosts} do. */
final class DoctorNetwork implements AutoCloseable {
    static final int A = 0;
    static final int B = 1;
    static final int C = 2;
    static final int PORT = 4803;
    static final int TOKEN_PORT = 4804;
    /** Virtual machines start at once, on a machine that has other work. */
    private static final Duration PATIENCE = Duration.ofSeconds(180);

    private static final ObjectMapper JSON = new ObjectMapper();

    final Hosts hosts = new Hosts(3);
    /** The configuration of the ring. */
    final Path file;

    private final Path directory;
    private final Process[] daemons = new Process[3];

    /** The daemons are started, and nothing is awaited yet. */
    DoctorNetwork(Path directory) throws IOException {
        this.directory = directory;
        file = file("spread.conf", ring());
        startAll(file);
    }

    static String name(int host) {
        return "d" + (host + 1);
    }

    static String ring() {
        return "Spread_Segment " + Hosts.GROUP + ":" + PORT + " {\n  d1 " + Hosts.address(A) + "\n  d2 "
                + Hosts.address(B) + "\n  d3 " + Hosts.address(C)
                + "\n}\nAcceleratedRing = true\nDangerousMonitor = true\n";
    }

    Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    /** Where the daemon of a host puts its socket. */
    Path own(int host) {
        return directory.resolve("host" + host);
    }

    void start(int host, String name, Path configuration) throws IOException {
        Files.createDirectories(own(host));
        daemons[host] = process(
                hosts.java(
                        host,
                        SpreadMain.class,
                        List.of(
                                "-n",
                                name,
                                "-c",
                                configuration.toString(),
                                "--socket-directory",
                                own(host).toString())),
                "log" + host);
    }

    void startAll(Path configuration) throws IOException {
        for (int i = 0; i < daemons.length; i++) {
            start(i, name(i), configuration);
        }
    }

    /** Ends the daemon of a host. */
    void end(int host) {
        end(daemons[host]);
    }

    void endAll() {
        for (Process each : daemons) {
            end(each);
        }
    }

    /** The daemon of a host listens. */
    void await(int host) {
        until(
                () -> "the daemon of host " + host + " listens: " + log("log" + host),
                () -> Files.exists(own(host).resolve(Integer.toString(PORT))));
    }

    void awaitAll() {
        for (int i = 0; i < daemons.length; i++) {
            await(i);
        }
    }

    void awaitRing() {
        awaitAll();
        until(() -> "one ring " + log("status"), () -> {
            try {
                Process status =
                        process(hosts.java(A, SpMonitor.class, List.of("status", "-c", file.toString())), "status");
                return status.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) && status.exitValue() == 0;
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** A program of ours on a host, which says that it is listening. */
    Process listening(int host, Class<?> program, List<String> arguments, String log) throws IOException {
        Process process = process(hosts.java(host, program, arguments), log);
        until(() -> "listening in " + log(log), () -> log(log).contains("listening"));
        return process;
    }

    private Process process(List<String> command, String log) throws IOException {
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(log).toFile())
                .start();
    }

    static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void until(Supplier<String> what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private String log(String name) {
        try {
            return Files.exists(directory.resolve(name)) ? Files.readString(directory.resolve(name)) : "";
        } catch (IOException e) {
            return e.toString();
        }
    }

    List<String> doctorCommand(int host, Path configuration, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "doctor",
                "-o",
                "json",
                "--timeout",
                "4000",
                "-c",
                configuration.toString(),
                "--socket-directory",
                own(host).toString()));
        arguments.addAll(List.of(more));
        return hosts.java(host, SpMonitor.class, arguments);
    }

    /** What the doctor finds on a host: causes with their sentences, a line each. */
    List<String> doctor(int host) throws Exception {
        return doctor(host, file);
    }

    List<String> doctor(int host, Path configuration, String... more) throws Exception {
        return findings(doctorCommand(host, configuration, more));
    }

    List<String> findings(List<String> command) throws Exception {
        Path errors = Files.createTempFile(directory, "errors", "");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said + Files.readString(errors)).isBetween(0, 1);
        List<String> found = new ArrayList<>();
        for (JsonNode each : JSON.readTree(said)) {
            assertThat(each.get("mend").asText()).isNotEmpty();
            found.add(each.get("cause").asText() + ": " + each.get("finding").asText());
        }
        assertThat(process.exitValue()).isEqualTo(found.isEmpty() ? 0 : 1);
        return found;
    }

    @Override
    public void close() {
        endAll();
        hosts.close();
    }
}
