package org.flushspread.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.flushspread.Wait;
import org.flushspread.config.RingVersion;
import org.flushspread.daemon.TestPorts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Members that read all the time and send as fast as they can, each a process of its own: none is cut off as a slow client (client-protocol
 * 6.4). Set {@code FLUSH_SPREAD_STEADY_SECONDS} for longer runs.
 */
@Timeout(400)
class SteadyMembersTest {
    private static final int MEMBERS = 3;
    private static final String SECONDS = System.getenv().getOrDefault("FLUSH_SPREAD_STEADY_SECONDS", "4");
    private static final int TRIES = 3;
    private static final String NO_PAUSE = "0";
    /** Milliseconds for which the first member does not read, once, in the middle. */
    private static final String PAUSE = "900";

    /** How members come to a daemon that is not in their JVM. */
    private enum Way {
        TCP,
        UNIX
    }

    @TempDir
    Path directory;

    private final List<Process> processes = new ArrayList<>();
    /** The beginning of the command of each process. */
    private List<String> prefix = List.of();

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
    }

    private void start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(Programs.java(SteadyMember.class.getName()));
        command.addAll(List.of(arguments));
        int number = processes.size();
        processes.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("member" + number).toFile())
                .start());
    }

    /** What each member said at its end. */
    private List<String> results() throws IOException, InterruptedException {
        List<String> said = new ArrayList<>();
        for (int i = 0; i < processes.size(); i++) {
            assertThat(processes.get(i).waitFor(Long.parseLong(SECONDS) + 150, TimeUnit.SECONDS))
                    .as("member %d ends", i)
                    .isTrue();
            List<String> lines = Files.readAllLines(directory.resolve("member" + i), StandardCharsets.ISO_8859_1);
            said.add(lines.stream()
                    .filter(each -> each.startsWith("received") || each.startsWith("ended"))
                    .findFirst()
                    .orElse(String.join("\n", lines)));
        }
        return said;
    }

    /** The others go on. */
    private static String pause(int member, String pause) {
        return member == 0 ? pause : NO_PAUSE;
    }

    /** What is asked of members that the machine lets run: where it does not, and one is cut off, the load begins anew. */
    private void requireNobodyCutOff(String what, Start members) throws IOException, InterruptedException {
        List<String> results = List.of();
        for (int tries = 0; tries < TRIES; tries++) {
            processes.clear();
            for (int i = 0; i < MEMBERS; i++) {
                members.start(i);
            }
            results = results();
            System.out.println("steady members, " + what + ", " + SECONDS + " s: " + results);
            if (results.stream().noneMatch(each -> each.startsWith("stood still"))) {
                break;
            }
        }
        assumeTrue(
                results.stream().noneMatch(each -> each.startsWith("stood still")),
                "this machine lets members stand still for more than a second, time and again");
        assertThat(results).as(what).hasSize(MEMBERS).allMatch(each -> each.startsWith("received"));
    }

    private interface Start {
        void start(int member) throws IOException;
    }

    /** Each has its daemon in its own JVM; what it has not read lies in memory, with no buffers of a system in front. */
    @Tag("once")
    @ParameterizedTest
    @CsvSource({"SPREAD4, " + NO_PAUSE, "SPREAD4, " + PAUSE, "SPREAD5, " + PAUSE})
    void noMemberWithADaemonOfItsOwnIsCutOff(RingVersion ring, String pause) throws Exception {
        try (Loopback net = new Loopback(MEMBERS)) {
            Path file = Files.writeString(directory.resolve("spread.conf"), net.segments(ring));
            requireNobodyCutOff(
                    "a daemon in each JVM, " + ring + ", pause of " + pause + " ms",
                    i -> start(
                            "embedded",
                            file.toString(),
                            Net.name(i),
                            Integer.toString(MEMBERS),
                            SECONDS,
                            pause(i, pause),
                            "0",
                            ring.name()));
        }
    }

    @Tag("once")
    @ParameterizedTest
    @CsvSource({"TCP, JAVA", "UNIX, JAVA", "TCP, JAVA5", "UNIX, JAVA5"})
    void noMemberBehindASocketIsCutOff(Way way, Kind kind) throws Exception {
        runAtOurs(kind, way, "0", "disconnect");
    }

    /**
     * Who has small buffers is slower than the others, not only for a pause, and where the machine does much else that may cost its connection:
     * for an idle one. TCP has the packets of Ethernet for it: with those of the loopback, which are larger than the buffers, Linux comes to
     * send no more than a window in 200 ms (client-protocol 6.4).
     */
    @ParameterizedTest
    @CsvSource({"TCP, disconnect", "UNIX, disconnect", "TCP, backpressure", "UNIX, backpressure"})
    @EnabledIfEnvironmentVariable(named = "FLUSH_SPREAD_STEADY_SECONDS", matches = ".+")
    void norIsOneBehindSmallBuffers(Way way, String slowClients) throws Exception {
        if (way == Way.UNIX) {
            runAtOurs(Kind.JAVA, way, "16384", slowClients);
            return;
        }
        String network = "steady" + ProcessHandle.current().pid();
        assumeTrue(Programs.succeeds("ip", "netns", "add", network), "needs root and the ip command");
        try {
            Programs.run("ip", "-n", network, "link", "set", "lo", "mtu", "1500", "up");
            prefix = List.of("ip", "netns", "exec", network);
            runAtOurs(Kind.JAVA, way, "16384", slowClients);
        } finally {
            Programs.run("ip", "netns", "del", network);
        }
    }

    private void runAtOurs(Kind kind, Way way, String buffers, String slowClients) throws Exception {
        int port = TestPorts.free();
        Files.writeString(
                directory.resolve("spread.conf"),
                "Spread_Segment 127.0.0.255:" + port + " { d1 127.0.0.1 { 127.0.0.1 } }\n");
        try (Node daemon = new Node("d1", 0, kind, "127.0.0.1", "127.0.0.1", port, directory, prefix)) {
            daemon.options.addAll(List.of("--slow-clients", slowClients));
            daemon.start();
            Path socket = directory.resolve("d1").resolve(Integer.toString(port));
            Wait.until("the daemon listens", () -> Files.exists(socket));
            String name = way == Way.TCP ? daemon.spreadName() : Integer.toString(port);
            run("a daemon of ours, " + kind + " (" + slowClients + "), " + way, name, socket.getParent(), buffers);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "C4, TCP, 16384",
        "C4, UNIX, 16384",
        "C5, TCP, 16384",
        "C5, UNIX, 16384",
        "C5_OVER_IPV6, TCP, 16384",
        "OURS_5_OVER_IPV6, TCP, 0"
    })
    void theSameClientAtOtherDaemons(DaemonKind kind, Way way, String buffers) throws Exception {
        try (PeerDaemon daemon = PeerDaemon.start(kind)) {
            String name = way == Way.TCP ? daemon.name() : daemon.unixName();
            run("daemon " + kind + ", " + way, name, Path.of("/tmp"), buffers);
        }
    }

    private void run(String daemon, String name, Path sockets, String buffers) throws Exception {
        requireNobodyCutOff(
                daemon + ", buffers of " + buffers + ", pause of " + PAUSE + " ms",
                i -> start(
                        "client",
                        name,
                        "m" + i,
                        Integer.toString(MEMBERS),
                        SECONDS,
                        pause(i, PAUSE),
                        buffers,
                        sockets.toString()));
    }
}
