package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadConnection;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rings that our daemons share with C Spread 4.4 over real sockets (needs SPREAD_C_HOME). */
class CRingTest {
    private static final int MESSAGES = 300;
    private static final String OPTIONS = TestDaemons.FAST + """
            DebugFlags = { PRINT EXIT }
            SocketPortReuse = ON
            DaemonUser = root
            DaemonGroup = root
            RuntimeDir = /tmp
            MaxSessionMessages = 100000
            """;

    @TempDir
    Path directory;

    private final TestDaemons daemons = new TestDaemons();
    private final List<SpreadConnection> connections = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void close() throws InterruptedException {
        connections.forEach(SpreadConnection::close);
        daemons.close();
        for (Process each : processes) {
            each.destroyForcibly();
            assertThat(each.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** @param c which of d1, d2, d3 are C daemons */
    @ParameterizedTest
    @CsvSource({"d1,yes", "d2,no", "d3,yes", "d1 d3,no"})
    void ourDaemonsAndCDaemonsOrderMessagesInOneRing(String c, String accelerated) throws IOException {
        int port = TestPorts.free();
        String home = System.getenv("SPREAD_C_HOME");
        Assumptions.assumeTrue(home != null, "SPREAD_C_HOME is not set: no C Spread 4.4 to test against");
        String text = TestDaemons.text(3, port, OPTIONS + "AcceleratedRing = " + accelerated + "\n");
        Path file = Files.writeString(directory.resolve("spread.conf"), text);
        Configuration configuration = Configuration.parse(text, "test", HostResolver.LOCALHOST_ONLY);
        List<SpreadDaemon> ours = new ArrayList<>();
        for (String name : List.of("d1", "d2", "d3")) {
            if (c.contains(name)) {
                processes.add(new ProcessBuilder(home + "/sbin/spread", "-n", name, "-c", file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve(name + ".log").toFile())
                        .start());
            } else {
                ours.add(daemons.start(
                        configuration, name, daemons.options().withSocketDirectory(java.util.Optional.empty())));
            }
        }
        for (SpreadDaemon each : ours) {
            TestDaemons.awaitMembership(each, "d1", "d2", "d3");
        }
        for (int i = 1; i <= 3; i++) {
            SpreadConnection connection = SpreadConnection.connect(port + "@127.0." + i + ".1", "m" + i);
            connections.add(connection);
            connection.join("room");
        }
        for (SpreadConnection each : connections) {
            RingOverSocketsTest.awaitMembers(each, 3);
        }
        byte[] body = new byte[1000];
        for (int i = 0; i < MESSAGES; i++) {
            for (SpreadConnection each : connections) {
                Arrays.fill(body, (byte) ' ');
                byte[] name = (each.privateGroup() + " " + i).getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(name, 0, body, 0, name.length);
                each.multicast(i % 3 == 0 ? Service.SAFE : Service.AGREED, "room", body);
            }
        }
        List<String> first = RingOverSocketsTest.receive(connections.get(0), 3 * MESSAGES);
        assertThat(first).doesNotHaveDuplicates();
        assertThat(RingOverSocketsTest.receive(connections.get(1), 3 * MESSAGES))
                .isEqualTo(first);
        assertThat(RingOverSocketsTest.receive(connections.get(2), 3 * MESSAGES))
                .isEqualTo(first);
        processes.forEach(Process::destroyForcibly);
        String[] left = ours.stream().map(SpreadDaemon::name).toArray(String[]::new);
        TestDaemons.awaitMembership(ours.get(0), left);
        RingOverSocketsTest.awaitMembers(connections.get(ours.get(0).me().index()), left.length);
    }
}
