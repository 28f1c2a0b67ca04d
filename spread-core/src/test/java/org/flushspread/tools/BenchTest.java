package org.flushspread.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.flushspread.JavaProgram;
import org.flushspread.client.Service;
import org.flushspread.config.Configuration;
import org.flushspread.daemon.SpreadMain;
import org.flushspread.daemon.TestPorts;
import org.flushspread.embedded.EmbeddedDaemon;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("once")
@Timeout(300)
class BenchTest {
    private static final int PORT = TestPorts.free();
    private static final int RING = TestPorts.free(2);

    @Test
    void loadsAndResultsSurviveTheWayBetweenProcesses() {
        BenchLoad load = new BenchLoad(
                Service.SAFE, 1350, 0, 500, Duration.ofMillis(10), Duration.ofSeconds(2), 100, Duration.ofSeconds(3));
        assertThat(BenchLoad.decode(load.encode())).isEqualTo(load);
        Histogram latency = new Histogram(BenchResult.HIGHEST, 3);
        latency.recordValue(1000);
        latency.recordValue(2_000_000);
        BenchResult result = new BenchResult(2, 100, 200, 1_000_000_000, latency);
        assertThat(BenchResult.decode(result.encode())).isEqualTo(result);
        assertThat(result.fields())
                .startsWith("sent=100 received=200 seconds=1.000 rate=100 delivered=200 p50_us=1.0 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--window=20", "--window=1", "--rate=2000", "--window=20 --no-processes"})
    void everyMemberIsOneLineAndAllTogetherASummary(String mode) {
        try (EmbeddedDaemon daemon = EmbeddedDaemon.start(Configuration.local(PORT), "localhost")) {
            assertThat(daemon.name()).isEqualTo("localhost");
            String[] arguments = ("--spread " + PORT + "@127.0.0.1 --members 2 --messages 400 --warmup 0.05 --bytes 64"
                            + " --service agreed " + mode)
                    .split(" ", -1);
            try (Program bench = Program.java(Bench.class, arguments)) {
                assertThat(bench.exit()).as(bench.output()).isZero();
                List<String> lines = bench.output().lines().toList();
                assertThat(lines).hasSize(3);
                assertThat(lines.get(0))
                        .startsWith("member daemon=" + PORT + "@127.0.0.1 daemons=1 members=2 service=agreed bytes=64 ")
                        .containsPattern(
                                "member=0 sent=400 received=[0-9]+ seconds=[0-9.]+ rate=[0-9]+ delivered=[0-9]+"
                                        + " p50_us=[0-9.]+ p90_us=[0-9.]+ p99_us=[0-9.]+ p999_us=[0-9.]+ max_us=[0-9.]+$");
                assertThat(lines.get(1)).contains("member=1 sent=400");
                assertThat(lines.get(2)).startsWith("summary daemon=" + PORT + "@127.0.0.1");
            }
        }
    }

    @Test
    void anOpenLoopKeepsItsRate() {
        try (EmbeddedDaemon daemon = EmbeddedDaemon.start(Configuration.local(PORT), "localhost")) {
            BenchResult result = new BenchMember(
                            daemon.builder("rate").options(),
                            0,
                            1,
                            new BenchLoad(
                                    Service.AGREED,
                                    16,
                                    0,
                                    1000,
                                    Duration.ofMillis(10),
                                    Duration.ZERO,
                                    500,
                                    Duration.ZERO))
                    .run();
            assertThat(result.sent()).isEqualTo(500);
            assertThat(result.latency().getTotalCount()).isEqualTo(500);
            assertThat(result.seconds()).isGreaterThan(0.49);
        }
    }

    @Test
    void withoutANumberOfMessagesTheTimeDecides() {
        try (EmbeddedDaemon daemon = EmbeddedDaemon.start(Configuration.local(PORT), "localhost")) {
            BenchResult result = new BenchMember(
                            daemon.builder("time").options(),
                            0,
                            1,
                            new BenchLoad(
                                    Service.AGREED,
                                    16,
                                    10,
                                    0,
                                    Duration.ofMillis(100),
                                    Duration.ofMillis(300),
                                    0,
                                    Duration.ZERO))
                    .run();
            assertThat(result.seconds()).isBetween(0.3, 30.0);
            assertThat(result.latency().getTotalCount()).isEqualTo(result.sent());
            // What came of the warm-up's last messages counts for the time in which it came.
            assertThat(result.received()).isBetween(result.sent(), result.sent() + 10);
        }
    }

    @Test
    void aRingOnLoopbackIsStartedMeasuredAndStopped(@TempDir Path home) throws IOException {
        try (Program bench = startingDaemons(home, "--daemons 2 --members 3 --messages 200 --warmup 0")) {
            assertThat(bench.exit()).as(bench.output()).isZero();
            assertThat(bench.output())
                    .contains("start daemon=ours daemons=2 network=loopback port=" + RING + " accelerated=false")
                    .contains("summary daemon=ours daemons=2 members=3 service=agreed bytes=1000 window=200 rate=")
                    .contains("memory daemon=ours resident_mb=");
        }
    }

    @Test
    void theCostOfBeingWatchedIsMeasuredByTurns(@TempDir Path home) throws IOException {
        String load = "--admin-polled --repeat 2 --daemons 2 --members 2 --messages 200 --warmup 0";
        try (Program bench = startingDaemons(home, load)) {
            assertThat(bench.exit()).as(bench.output()).isZero();
            assertThat(bench.output().lines().filter(line -> line.startsWith("summary ")))
                    .extracting(line -> line.split(" ", -1)[1])
                    .containsExactly(
                            "daemon=ours-alone", "daemon=ours-polled", "daemon=ours-polled", "daemon=ours-alone");
            assertThat(bench.output())
                    .containsPattern("ratio polled/alone .* rounds=2 rate=[0-9.]+ p50=[0-9.]+ p99=[0-9.]+");
        }
    }

    @Test
    void networkNamespacesAreTakenAwayWhenTheProgramIsInterrupted(@TempDir Path home) throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root to make network namespaces");
        try (Program bench = startingDaemons(home, "--namespaces --daemons 2 --members 2 --seconds 100")) {
            bench.expect("start daemon=ours daemons=2 network=namespaces");
            assertThat(namespaces()).contains("spreadbench" + bench.pid());
            bench.terminate();
            assertThat(bench.exit()).isNotZero();
            assertThat(namespaces()).doesNotContain("spreadbench" + bench.pid());
        }
    }

    /** The launcher would build what it starts. */
    private static Program startingDaemons(Path home, String arguments) throws IOException {
        Path launcher = Files.createDirectory(home.resolve("scripts")).resolve("spread");
        Files.writeString(
                launcher,
                "#!/bin/sh\nexec " + JavaProgram.OF_TESTS.shellCommand(SpreadMain.class.getName(), "-Xmx128m")
                        + " \"$@\"\n");
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        return Program.java(
                Map.of("FLUSH_SPREAD_HOME", home.toString()),
                Bench.class,
                ("--only ours --port " + RING + " " + arguments).split(" ", -1));
    }

    private static String namespaces() {
        try (Program list = Program.start(List.of("ip", "netns", "list"))) {
            assertThat(list.exit()).isZero();
            return list.output();
        }
    }

    @Test
    void aWrongLoadIsToldInASentence() {
        try (Program bench =
                Program.java(Bench.class, "--spread", TestPorts.free() + "@127.0.0.1", "--messages", "10")) {
            assertThat(bench.exit()).isEqualTo(1);
        }
        try (Program bench = Program.java(Bench.class, "--service", "quick")) {
            assertThat(bench.exit()).isEqualTo(2);
        }
    }
}
