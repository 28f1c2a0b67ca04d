package org.flushspread.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.flushspread.client.CDaemon;
import org.flushspread.daemon.TestPorts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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
    private static final String NO_PAUSE = "0";
    /** Of the thread that reads, once, in the middle. */
    private static final String PAUSE = "900";

    @TempDir
    Path directory;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
    }

    private void start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(Programs.java(SteadyMember.class.getName()));
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

    private void requireNobodyCutOff(String what) throws IOException, InterruptedException {
        List<String> results = results();
        System.out.println("steady members, " + what + ", " + SECONDS + " s: " + results);
        assertThat(results).as(what).hasSize(MEMBERS).allMatch(each -> each.startsWith("received"));
    }

    /** Each has its daemon in its own JVM; what it has not read lies in memory, with no buffers of a system in front. */
    @ParameterizedTest
    @CsvSource({NO_PAUSE, PAUSE})
    void noMemberWithADaemonOfItsOwnIsCutOff(String pause) throws Exception {
        try (Loopback net = new Loopback(MEMBERS)) {
            Path file = Files.writeString(directory.resolve("spread.conf"), net.segments());
            for (int i = 0; i < MEMBERS; i++) {
                start("embedded", file.toString(), Net.name(i), Integer.toString(MEMBERS), SECONDS, pause, "0");
            }
            requireNobodyCutOff("a daemon in each JVM, pause of " + pause + " ms");
        }
    }

    /** Through sockets whose buffers hold next to nothing. */
    @Test
    void theSameClientAtACDaemon() throws Exception {
        try (CDaemon daemon = CDaemon.start(TestPorts.free())) {
            for (int i = 0; i < MEMBERS; i++) {
                start("client", daemon.name(), "m" + i, Integer.toString(MEMBERS), SECONDS, NO_PAUSE, "16384");
            }
            requireNobodyCutOff("C daemon, tcp, buffers of 16384");
        }
    }
}
