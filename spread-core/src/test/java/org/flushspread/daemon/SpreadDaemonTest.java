package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.flushspread.Wait;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadConnection;
import org.flushspread.config.Configuration;
import org.flushspread.kernel.base.KernelSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One daemon on real sockets: where it listens, whom it survives, how it ends. */
class SpreadDaemonTest {
    private static final int PORT = TestPorts.free();
    private static final Configuration ONE = TestDaemons.configuration(1, PORT, "");

    private final TestDaemons daemons = new TestDaemons();

    @AfterEach
    void close() {
        daemons.close();
    }

    private static Socket tcp() throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 1, 1}), PORT));
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static byte[] connectRequest(String name) {
        byte[] request = new byte[5 + name.length()];
        request[0] = 4;
        request[1] = 4;
        request[3] = 1;
        request[4] = (byte) name.length();
        System.arraycopy(name.getBytes(StandardCharsets.US_ASCII), 0, request, 5, name.length());
        return request;
    }

    private SpreadConnection overUnixSocket(String name) {
        return SpreadConnection.builder(Integer.toString(PORT), name)
                .socketDirectory(daemons.directory())
                .connect();
    }

    private static void talks(SpreadConnection connection) {
        connection.join("alive");
        RingOverSocketsTest.awaitMembers(connection, 1);
        connection.multicast(Service.AGREED, "alive", "hello".getBytes(StandardCharsets.UTF_8));
        assertThat(RingOverSocketsTest.receive(connection, 1)).containsExactly("hello");
        connection.leave("alive");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void clientsConnectByTcpAndByTheUnixSocket(boolean nio) {
        daemons.start(ONE, "d1", daemons.options().withNio(nio));
        try (SpreadConnection tcp = SpreadConnection.connect(PORT + "@127.0.1.1", "tcp");
                SpreadConnection unix = overUnixSocket("unix")) {
            talks(tcp);
            talks(unix);
        }
    }

    @Test
    void largeMessagesPassInBothDirections() {
        daemons.start(ONE, "d1");
        try (SpreadConnection unix = overUnixSocket("large")) {
            unix.join("room");
            byte[] body = new byte[1_000_000];
            new Random(1).nextBytes(body);
            RingOverSocketsTest.awaitMembers(unix, 1);
            unix.multicast(Service.SAFE, "room", body);
            assertThat(unix.receive(Duration.ofSeconds(60)))
                    .isInstanceOfSatisfying(
                            org.flushspread.client.DataMessage.class,
                            m -> assertThat(m.bytes()).isEqualTo(body));
        }
    }

    @Test
    void aPortInUseIsSaidInOneSentence() {
        daemons.start(ONE, "d1");
        assertThatThrownBy(() -> daemons.start(ONE, "d1"))
                .isInstanceOf(DaemonStartException.class)
                .hasMessageStartingWith("127.0.1.1:" + PORT + " is already in use")
                .hasMessageContaining("needs a segment of its own, for example: Spread_Segment")
                .hasMessageContaining("Is another daemon running?");
        try (SpreadConnection first = overUnixSocket("first")) {
            talks(first);
        }
    }

    @Test
    void anAddressOfAnotherHostIsSaidInOneSentence() {
        Configuration elsewhere = Configuration.parse(
                "Spread_Segment 192.0.2.255:15631 { far 192.0.2.1 { 192.0.2.1 } }",
                "test",
                org.flushspread.config.HostResolver.LOCALHOST_ONLY);
        assertThatThrownBy(() -> daemons.start(elsewhere, "far"))
                .isInstanceOf(DaemonStartException.class)
                .hasMessageContaining("192.0.2.1:15631 is no address of this machine");
    }

    @Test
    void afterTheEndNothingOfItIsLeftAndItStartsAgainAtOnce() throws IOException {
        for (int i = 0; i < 3; i++) {
            SpreadDaemon daemon = daemons.start(ONE, "d1");
            assertThat(daemons.directory().resolve(Integer.toString(PORT))).exists();
            try (Socket client = tcp()) {
                client.getOutputStream().write(connectRequest("c" + i));
                assertThat(client.getInputStream().read()).isEqualTo("NULL ".length());
                daemon.close();
                client.getInputStream().skipNBytes("NULL ".length());
                assertThat(endOf(client.getInputStream()))
                        .as("the client sees the end")
                        .isTrue();
            }
            assertThat(daemons.directory().toFile().list()).isEmpty();
            daemon.close();
        }
    }

    /** Reads to the end; a reset counts as one. */
    private static boolean endOf(InputStream in) {
        try {
            in.readAllBytes();
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void aForeignFileInPlaceOfTheUnixSocketSurvivesTheEnd() throws IOException {
        SpreadDaemon daemon = daemons.start(ONE, "d1");
        Path path = daemons.directory().resolve(Integer.toString(PORT));
        Files.delete(path);
        Files.writeString(path, "foreign");
        daemon.close();
        assertThat(path).hasContent("foreign");
        Files.delete(path);
    }

    @Test
    void refusedClientsGetTheirByteEvenIfTheySentMoreThanWasRead() throws IOException {
        daemons.start(ONE, "d1");
        for (int i = 0; i < 20; i++) {
            try (Socket client = tcp()) {
                byte[] noise = new byte[5000];
                noise[0] = 4;
                noise[1] = 4;
                noise[4] = 127;
                client.getOutputStream().write(noise);
                assertThat((byte) client.getInputStream().read()).isEqualTo((byte) -5);
                assertThat(endOf(client.getInputStream())).isTrue();
            }
        }
    }

    @Test
    void aFloodOfHalfOpenConnectionsLeavesRoomForOthers() throws IOException {
        KernelSettings limits = KernelSettings.DEFAULTS.withMaxSessions(50).withMaxHandshakes(20);
        SpreadDaemon daemon = daemons.start(ONE, "d1", daemons.options().withKernel(limits));
        try (SpreadConnection early = overUnixSocket("early")) {
            List<Socket> flood = new ArrayList<>();
            try {
                for (int i = 0; i < 400; i++) {
                    Socket each = tcp();
                    flood.add(each);
                    if (i % 3 == 0) {
                        each.getOutputStream().write(4);
                    }
                }
                Wait.until(
                        "all are accepted",
                        () -> daemon.metrics().counters().getOrDefault("connectionsAccepted", 0L) > 400);
                talks(early);
                // The handshake that began first makes room.
                Wait.until("a new client gets in", () -> {
                    try (SpreadConnection late = overUnixSocket("late")) {
                        return late.isOpen();
                    } catch (org.flushspread.client.SpreadException full) {
                        return false;
                    }
                });
                talks(early);
            } finally {
                for (Socket each : flood) {
                    each.close();
                }
            }
            assertThat(daemon.metrics().refused()).containsKey("TOO_MANY_HANDSHAKES");
            Wait.until("the flood is gone", () -> daemon.metrics().connections() == 1);
        }
    }

    @Test
    void garbageOnEverySocketCostsNobodyAnything() throws IOException {
        SpreadDaemon daemon = daemons.start(ONE, "d1");
        Random random = new Random(7);
        try (SpreadConnection client = overUnixSocket("steady");
                java.net.DatagramSocket udp = new java.net.DatagramSocket()) {
            for (int i = 0; i < 300; i++) {
                byte[] noise = new byte[random.nextInt(2000)];
                random.nextBytes(noise);
                InetAddress to = InetAddress.getByAddress(new byte[] {127, 0, 1, 1});
                udp.send(new java.net.DatagramPacket(noise, noise.length, to, PORT + i % 2));
                if (i % 10 == 0) {
                    try (Socket tcp = tcp()) {
                        tcp.getOutputStream().write(noise);
                    } catch (IOException closedEarly) {
                        // The daemon had seen enough.
                    }
                }
            }
            talks(client);
            assertThat(daemon.metrics().counters()).containsEntry("loopFailures", 0L);
            assertThat(daemon.isRunning()).isTrue();
        }
    }

    @Test
    void managementToolsSeeTheDaemonWhileItRuns() throws javax.management.JMException {
        SpreadDaemon daemon = daemons.start(ONE, "d1");
        TestDaemons.awaitMembership(daemon, "d1");
        javax.management.ObjectName name = new javax.management.ObjectName(
                "org.flushspread:type=Daemon,name=" + javax.management.ObjectName.quote("d1@127.0.1.1:" + PORT));
        javax.management.MBeanServer server = java.lang.management.ManagementFactory.getPlatformMBeanServer();
        Wait.until("the daemon is in the table", () -> server.isRegistered(name));
        assertThat((String[]) server.getAttribute(name, "Membership")).containsExactly("d1");
        assertThat(server.getAttribute(name, "Connections")).isEqualTo(0);
        assertThat(server.getAttribute(name, "Counters")).isNotNull();
        daemon.close();
        assertThat(server.isRegistered(name)).isFalse();
    }

    @Test
    void theAccessFileDecidesWhoGetsInByAddress() throws IOException {
        Configuration guarded = TestDaemons.configuration(1, PORT, "AllowedAuthMethods = \"IP\"\n");
        for (boolean allowed : new boolean[] {true, false}) {
            Path file = Files.writeString(
                    daemons.directory().resolve("spread.access_ip"), allowed ? "127.0.0.1\n" : "10.0.0.0/8\n");
            SpreadDaemon daemon =
                    daemons.start(guarded, "d1", daemons.options().withAccessDirectory(daemons.directory()));
            try (Socket client = tcp()) {
                client.getOutputStream().write(connectRequest("alice"));
                InputStream in = client.getInputStream();
                assertThat(new String(in.readNBytes(in.read()), StandardCharsets.US_ASCII))
                        .isEqualTo("IP ");
                byte[] choice = new byte[90];
                choice[0] = 'I';
                choice[1] = 'P';
                client.getOutputStream().write(choice);
                assertThat((byte) in.read()).isEqualTo((byte) (allowed ? 1 : -9));
            }
            daemon.close();
            Files.delete(file);
        }
    }

    @Test
    void aDaemonThatCannotGoOnEndsByItselfAndSaysWhy() throws InterruptedException {
        Configuration local = Configuration.local(TestPorts.free());
        DaemonOptions alone = DaemonOptions.DEFAULTS.withSocketDirectory(java.util.Optional.empty());
        SpreadDaemon daemon = SpreadDaemon.start(local, local.daemons().get(0), alone);
        try (SpreadConnection client =
                SpreadConnection.connect(local.daemons().get(0).port() + "@127.0.0.1", "last")) {
            daemon.fail("it is broken");
            daemon.fail("it is still broken");
            daemon.await();
            assertThat(daemon.isRunning()).isFalse();
            assertThat(daemon.failure()).contains("it is broken");
            assertThatThrownBy(() -> client.receive(java.time.Duration.ofSeconds(15)))
                    .isInstanceOf(org.flushspread.client.SpreadException.class);
        }
        // Its addresses are free for the next one.
        SpreadDaemon.start(local, local.daemons().get(0), alone).close();
    }
}
