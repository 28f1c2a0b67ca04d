package org.flushspread.tools.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.flushspread.daemon.SpreadMain;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The doctor names the fault that was made in a network of three hosts, and finds nothing where nothing is wrong (operations 7). */
@Tag("once")
@Timeout(900)
class DoctorNetworkTest {
    private static final int A = 0;
    private static final int B = 1;
    private static final int C = 2;
    private static final int PORT = 4803;
    private static final int TOKEN_PORT = 4804;
    /** Three virtual machines start at once, on a machine that has other work. */
    private static final Duration PATIENCE = Duration.ofSeconds(180);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Process[] DAEMONS = new Process[3];

    @TempDir
    private static Path directory;

    private static Hosts hosts;

    private static String lines(String d3) {
        return "Spread_Segment " + Hosts.GROUP + ":" + PORT + " {\n  d1 " + Hosts.address(A) + "\n  d2 "
                + Hosts.address(B) + "\n  " + d3 + "\n}\n";
    }

    private static String ring() {
        return lines("d3 " + Hosts.address(C)) + "AcceleratedRing = true\nDangerousMonitor = true\n";
    }

    @BeforeAll
    static void start() throws IOException {
        hosts = new Hosts(3);
        Path file = file("spread.conf", ring());
        for (int i = 0; i < DAEMONS.length; i++) {
            start(i, "d" + (i + 1), file);
        }
        for (int i = 0; i < DAEMONS.length; i++) {
            await(i);
        }
        awaitRing();
    }

    @AfterEach
    void mend() {
        hosts.mend();
    }

    @AfterAll
    static void stop() {
        if (hosts != null) {
            for (Process each : DAEMONS) {
                end(each);
            }
            hosts.close();
        }
    }

    private static Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static Path own(int host) {
        return directory.resolve("host" + host);
    }

    private static void start(int host, String name, Path file) throws IOException {
        Files.createDirectories(own(host));
        DAEMONS[host] = process(
                Hosts.java(
                        host,
                        SpreadMain.class,
                        List.of(
                                "-n",
                                name,
                                "-c",
                                file.toString(),
                                "--socket-directory",
                                own(host).toString())),
                "log" + host);
    }

    private static Process process(List<String> command, String log) throws IOException {
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(log).toFile())
                .start();
    }

    private static void end(Process process) {
        if (process == null) {
            return;
        }
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

    private static void await(int host) {
        until(
                () -> "the daemon of host " + host + " listens: " + log("log" + host),
                () -> Files.exists(own(host).resolve(Integer.toString(PORT))));
    }

    private static void awaitLog(String log, String text) {
        until(() -> text + " in " + log(log), () -> log(log).contains(text));
    }

    private static String log(String name) {
        try {
            return Files.exists(directory.resolve(name)) ? Files.readString(directory.resolve(name)) : "";
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void awaitRing() {
        until(() -> "one ring " + log("status"), () -> {
            try {
                Process status = process(
                        Hosts.java(A, SpMonitor.class, List.of("status", "-c", directory + "/spread.conf")), "status");
                return status.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) && status.exitValue() == 0;
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static List<String> doctorCommand(int host, Path file, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "doctor",
                "-o",
                "json",
                "--timeout",
                "4000",
                "-c",
                file.toString(),
                "--socket-directory",
                own(host).toString()));
        arguments.addAll(List.of(more));
        return Hosts.java(host, SpMonitor.class, arguments);
    }

    /** Causes with their sentences, a line each. */
    private static List<String> doctor(int host, Path file, String... more) throws Exception {
        return findings(doctorCommand(host, file, more));
    }

    private static List<String> doctor(int host) throws Exception {
        return doctor(host, directory.resolve("spread.conf"));
    }

    private static List<String> findings(List<String> command) throws Exception {
        Path errors = directory.resolve("errors");
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

    @Test
    void nothingIsWrongOnAHealthyRing() throws Exception {
        for (int host = A; host <= C; host++) {
            assertThat(doctor(host)).isEmpty();
        }
    }

    @Test
    void oneDirectionBetweenTwoOthersIsBlocked() throws Exception {
        hosts.drop(B, new Hosts.Drop().from(C));
        assertThat(doctor(A)).anySatisfy(each -> assertThat(each).startsWith("data-port-blocked: what d3("));
    }

    @Test
    void whatIsSentHereDoesNotArrive() throws Exception {
        hosts.drop(A, new Hosts.Drop().from(B));
        assertThat(doctor(A))
                .anySatisfy(each -> assertThat(each)
                        .startsWith("one-way: this host reaches d2(")
                        .contains("nothing that it sends comes back"));
    }

    @Test
    void whatThisHostSendsDoesNotArrive() throws Exception {
        hosts.drop(B, new Hosts.Drop().from(A));
        assertThat(doctor(A))
                .anySatisfy(each -> assertThat(each)
                        .startsWith("one-way: d2(")
                        .contains("what this host sends does not reach its UDP port " + PORT));
    }

    @Test
    void theTokenPortAloneIsBlocked() throws Exception {
        hosts.drop(B, new Hosts.Drop().port(TOKEN_PORT));
        assertThat(doctor(A))
                .anySatisfy(each -> assertThat(each).startsWith("token-port-blocked: what this host sends reaches d2("))
                .anySatisfy(each -> assertThat(each).startsWith("token-port-blocked: what d3("));
    }

    @Test
    void theDataPortAloneIsBlocked() throws Exception {
        hosts.drop(B, new Hosts.Drop().port(PORT));
        assertThat(doctor(A))
                .anySatisfy(each -> assertThat(each).contains("d2(").contains("UDP " + PORT));
    }

    @Test
    void multicastDoesNotArriveAndUnicastDoes() throws Exception {
        hosts.drop(B, new Hosts.Drop().to(Hosts.GROUP));
        assertThat(doctor(A))
                .allSatisfy(each -> assertThat(each).startsWith("multicast-lost"))
                .anySatisfy(each ->
                        assertThat(each).contains("what this host sends").contains("d2("));
    }

    @Test
    void broadcastDoesNotArriveOrADaemonHasTheNameOfAnother() throws Exception {
        endAll();
        String broadcast = "10.219.0.255";
        Path file = file("broadcast.conf", ring().replace(Hosts.GROUP, broadcast));
        try {
            startAll(file);
            hosts.drop(B, new Hosts.Drop().to(broadcast));
            assertThat(doctor(A, file))
                    .anySatisfy(each ->
                            assertThat(each).startsWith("broadcast-lost").contains("d2("));
            hosts.mend();
            end(DAEMONS[C]);
            start(C, "d2", file);
            await(C);
            assertThat(doctor(A, file))
                    .anySatisfy(each -> assertThat(each)
                            .startsWith("two-of-one-name: a daemon that calls itself d2")
                            .contains(Hosts.address(C)));
        } finally {
            endAll();
            hosts.mend();
            startAll(directory.resolve("spread.conf"));
        }
        awaitRing();
    }

    private static void endAll() {
        for (Process each : DAEMONS) {
            end(each);
        }
    }

    private static void startAll(Path file) throws IOException {
        for (int i = 0; i < DAEMONS.length; i++) {
            start(i, "d" + (i + 1), file);
        }
        for (int i = 0; i < DAEMONS.length; i++) {
            await(i);
        }
    }

    @Test
    void theCardHasASmallMtu() throws Exception {
        hosts.mtu(A, 1400);
        assertThat(doctor(A)).anySatisfy(each -> assertThat(each).startsWith("mtu: the MTU of eth0"));
    }

    @Test
    void fullPacketsDoNotArriveAndSmallOnesDo() throws Exception {
        hosts.mtu(B, 1400);
        assertThat(doctor(A)).anySatisfy(each -> assertThat(each).startsWith("mtu: small packets reach d2("));
    }

    @Test
    void aDaemonHasAnotherLine() throws Exception {
        Path file = file("other.conf", ring().replace(Hosts.address(C), "10.219.0.77"));
        assertThat(doctor(A, file))
                .anySatisfy(
                        each -> assertThat(each).startsWith("other-hash: d1(").contains("for 'd3'"));
    }

    @Test
    void acceleratedRingDiffers() throws Exception {
        Path file = file("original.conf", ring().replace("AcceleratedRing = true", "AcceleratedRing = false"));
        assertThat(doctor(A, file))
                .anySatisfy(
                        each -> assertThat(each).startsWith("other-hash: d2(").contains("AcceleratedRing differs"));
    }

    @Test
    void aNameIsALoopbackAddressHere() throws Exception {
        hosts.hosts(A, "127.0.0.1 localhost\n127.0.1.1 d1\n");
        Path file = file("names.conf", ring().replace("d1 " + Hosts.address(A), "d1"));
        assertThat(doctor(A, file)).anySatisfy(each -> assertThat(each).startsWith("name-to-loopback: the name 'd1'"));
    }

    @Test
    void theDaemonIsNotOfThisHost() throws Exception {
        assertThat(doctor(A, directory.resolve("spread.conf"), "-n", "d2"))
                .anySatisfy(each -> assertThat(each).startsWith("address-not-here: d2"));
        Path file = file("elsewhere.conf", "Spread_Segment 10.9.9.255 { x 10.9.9.9 }\n");
        assertThat(doctor(A, file)).anySatisfy(each -> assertThat(each).startsWith("no-daemon-here"));
    }

    @Test
    void theReceiveBufferIsSmallerThanTheWindow() throws Exception {
        Path file = file("window.conf", ring() + "Window = 9000\n");
        assertThat(doctor(A, file)).anySatisfy(each -> assertThat(each).startsWith("receive-buffer"));
    }

    /** What can be said while the daemon of a host does not run, in one test, for it has to be stopped and started again. */
    @Test
    void aDaemonThatDoesNotRun() throws Exception {
        Path file = directory.resolve("spread.conf");
        end(DAEMONS[C]);
        try {
            assertThat(doctor(A)).anySatisfy(each -> assertThat(each).startsWith("not-running: d3("));
            List<String> hasty = doctorCommand(A, file);
            Collections.replaceAll(hasty, "4000", "300");
            hosts.tire(A, C, PORT);
            assertThat(findings(hasty)).anySatisfy(each -> assertThat(each).startsWith("not-running: d3("));
            assertThat(doctor(C)).isEmpty();

            hosts.drop(C, new Hosts.Drop().port(TOKEN_PORT));
            assertThat(doctor(C))
                    .anySatisfy(each ->
                            assertThat(each).startsWith("token-port-blocked").contains("d3("));
            hosts.mend();

            Process holder = process(Hosts.java(C, PortHolder.class, List.of(Integer.toString(PORT))), "holder");
            try {
                awaitLog("holder", "listening");
                assertThat(doctor(C))
                        .anySatisfy(each -> assertThat(each)
                                .startsWith("port-taken: UDP port " + PORT)
                                .contains("process " + holder.pid())
                                .contains("PortHolder"));
            } finally {
                end(holder);
            }

            Path socket = own(C).resolve(Integer.toString(PORT));
            try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                left.bind(UnixDomainSocketAddress.of(socket));
            }
            assertThat(doctor(C)).anySatisfy(each -> assertThat(each).startsWith("stale-socket: " + socket));
            Files.delete(socket);

            List<String> poor = new ArrayList<>(List.of("bash", "-c", "ulimit -n 200 && exec \"$@\"", "bash"));
            poor.addAll(doctorCommand(C, file));
            assertThat(findings(poor)).anySatisfy(each -> assertThat(each).startsWith("descriptors"));

            Process clock = process(Hosts.java(C, WrongClock.class, List.of(file.toString(), "d3")), "clock");
            try {
                awaitLog("clock", "listening");
                assertThat(doctor(A))
                        .anySatisfy(each -> assertThat(each)
                                .startsWith("clock: the clock of d3(")
                                .contains("ahead"));
            } finally {
                end(clock);
            }
        } finally {
            start(C, "d3", file);
            await(C);
        }
        awaitRing();
    }

    @Test
    void aClientIsRefused() throws Exception {
        end(DAEMONS[C]);
        Path file = file(
                "refusing.conf",
                "Spread_Segment 10.219.0.255:" + PORT + " { d3 " + Hosts.address(C)
                        + " }\nAllowedAuthMethods = \"IP\"\nAcceleratedRing = true\n");
        try {
            start(C, "d3", file);
            await(C);
            assertThat(doctor(C, file)).anySatisfy(each -> assertThat(each).startsWith("client-refused"));
        } finally {
            end(DAEMONS[C]);
            start(C, "d3", directory.resolve("spread.conf"));
            await(C);
        }
        awaitRing();
    }
}
