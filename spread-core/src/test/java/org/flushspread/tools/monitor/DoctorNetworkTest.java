package org.flushspread.tools.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flushspread.tools.monitor.DoctorNetwork.A;
import static org.flushspread.tools.monitor.DoctorNetwork.B;
import static org.flushspread.tools.monitor.DoctorNetwork.C;
import static org.flushspread.tools.monitor.DoctorNetwork.PORT;
import static org.flushspread.tools.monitor.DoctorNetwork.TOKEN_PORT;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The doctor names the fault that was made in a network of three hosts, and finds nothing where nothing is wrong (operations 7). It waits
 * for answers that do not come, so the tests run side by side, each in a network that is its own meanwhile and that it leaves whole.
 */
@Execution(ExecutionMode.CONCURRENT)
@Tag("once")
@Timeout(900)
class DoctorNetworkTest {
    private static final int NETWORKS = 4;

    private static final List<DoctorNetwork> NETS = new ArrayList<>();
    private static final BlockingQueue<DoctorNetwork> FREE = new LinkedBlockingQueue<>();

    @TempDir
    private static Path directory;

    private DoctorNetwork net;

    @BeforeAll
    static void start() throws IOException {
        for (int i = 0; i < NETWORKS; i++) {
            NETS.add(new DoctorNetwork(Files.createDirectory(directory.resolve("network" + i))));
        }
        NETS.forEach(DoctorNetwork::awaitRing);
        FREE.addAll(NETS);
    }

    @AfterAll
    static void stop() {
        NETS.forEach(DoctorNetwork::close);
    }

    @BeforeEach
    void takeANetwork() throws InterruptedException {
        net = FREE.take();
    }

    @AfterEach
    void giveItBackWhole() {
        net.hosts.mend();
        net.awaitRing();
        FREE.add(net);
    }

    @Test
    void nothingIsWrongOnAHealthyRing() throws Exception {
        for (int host = A; host <= C; host++) {
            assertThat(net.doctor(host)).isEmpty();
        }
    }

    @Test
    void oneDirectionBetweenTwoOthersIsBlocked() throws Exception {
        net.hosts.drop(B, new Hosts.Drop().from(C));
        assertThat(net.doctor(A)).anySatisfy(each -> assertThat(each).startsWith("data-port-blocked: what d3("));
    }

    @Test
    void whatIsSentHereDoesNotArrive() throws Exception {
        net.hosts.drop(A, new Hosts.Drop().from(B));
        assertThat(net.doctor(A))
                .anySatisfy(each -> assertThat(each)
                        .startsWith("one-way: this host reaches d2(")
                        .contains("nothing that it sends comes back"));
    }

    @Test
    void whatThisHostSendsDoesNotArrive() throws Exception {
        net.hosts.drop(B, new Hosts.Drop().from(A));
        assertThat(net.doctor(A))
                .anySatisfy(each -> assertThat(each)
                        .startsWith("one-way: d2(")
                        .contains("what this host sends does not reach its UDP port " + PORT));
    }

    @Test
    void theTokenPortAloneIsBlocked() throws Exception {
        net.hosts.drop(B, new Hosts.Drop().port(TOKEN_PORT));
        assertThat(net.doctor(A))
                .anySatisfy(each -> assertThat(each).startsWith("token-port-blocked: what this host sends reaches d2("))
                .anySatisfy(each -> assertThat(each).startsWith("token-port-blocked: what d3("));
    }

    @Test
    void theDataPortAloneIsBlocked() throws Exception {
        net.hosts.drop(B, new Hosts.Drop().port(PORT));
        assertThat(net.doctor(A))
                .anySatisfy(each -> assertThat(each).contains("d2(").contains("UDP " + PORT));
    }

    @Test
    void multicastDoesNotArriveAndUnicastDoes() throws Exception {
        net.hosts.drop(B, new Hosts.Drop().to(Hosts.GROUP));
        assertThat(net.doctor(A))
                .allSatisfy(each -> assertThat(each).startsWith("multicast-lost"))
                .anySatisfy(each ->
                        assertThat(each).contains("what this host sends").contains("d2("));
    }

    @Test
    void broadcastDoesNotArriveOrADaemonHasTheNameOfAnother() throws Exception {
        net.endAll();
        String broadcast = "10.219.0.255";
        Path file = net.file("broadcast.conf", DoctorNetwork.ring().replace(Hosts.GROUP, broadcast));
        try {
            net.startAll(file);
            net.awaitAll();
            net.hosts.drop(B, new Hosts.Drop().to(broadcast));
            assertThat(net.doctor(A, file))
                    .anySatisfy(each ->
                            assertThat(each).startsWith("broadcast-lost").contains("d2("));
            net.hosts.mend();
            net.end(C);
            net.start(C, "d2", file);
            net.await(C);
            assertThat(net.doctor(A, file))
                    .anySatisfy(each -> assertThat(each)
                            .startsWith("two-of-one-name: a daemon that calls itself d2")
                            .contains(Hosts.address(C)));
        } finally {
            net.endAll();
            net.startAll(net.file);
        }
    }

    @Test
    void theCardHasASmallMtu() throws Exception {
        net.hosts.mtu(A, 1400);
        assertThat(net.doctor(A)).anySatisfy(each -> assertThat(each).startsWith("mtu: the MTU of eth0"));
    }

    @Test
    void fullPacketsDoNotArriveAndSmallOnesDo() throws Exception {
        net.hosts.mtu(B, 1400);
        assertThat(net.doctor(A)).anySatisfy(each -> assertThat(each).startsWith("mtu: small packets reach d2("));
    }

    @Test
    void aDaemonHasAnotherLine() throws Exception {
        Path file = net.file("other.conf", DoctorNetwork.ring().replace(Hosts.address(C), "10.219.0.77"));
        assertThat(net.doctor(A, file))
                .anySatisfy(
                        each -> assertThat(each).startsWith("other-hash: d1(").contains("for 'd3'"));
    }

    @Test
    void acceleratedRingDiffers() throws Exception {
        Path file = net.file(
                "original.conf", DoctorNetwork.ring().replace("AcceleratedRing = true", "AcceleratedRing = false"));
        assertThat(net.doctor(A, file))
                .anySatisfy(
                        each -> assertThat(each).startsWith("other-hash: d2(").contains("AcceleratedRing differs"));
    }

    @Test
    void aNameIsALoopbackAddressHere() throws Exception {
        net.hosts.hosts(A, "127.0.0.1 localhost\n127.0.1.1 d1\n");
        Path file = net.file("names.conf", DoctorNetwork.ring().replace("d1 " + Hosts.address(A), "d1"));
        assertThat(net.doctor(A, file))
                .anySatisfy(each -> assertThat(each).startsWith("name-to-loopback: the name 'd1'"));
    }

    @Test
    void theDaemonIsNotOfThisHost() throws Exception {
        assertThat(net.doctor(A, net.file, "-n", "d2"))
                .anySatisfy(each -> assertThat(each).startsWith("address-not-here: d2"));
        Path file = net.file("elsewhere.conf", "Spread_Segment 10.9.9.255 { x 10.9.9.9 }\n");
        assertThat(net.doctor(A, file)).anySatisfy(each -> assertThat(each).startsWith("no-daemon-here"));
    }

    @Test
    void theReceiveBufferIsSmallerThanTheWindow() throws Exception {
        Path file = net.file("window.conf", DoctorNetwork.ring() + "Window = 9000\n");
        assertThat(net.doctor(A, file)).anySatisfy(each -> assertThat(each).startsWith("receive-buffer"));
    }

    private interface Body {
        void run() throws Exception;
    }

    /** The daemon of C is stopped for it, and started again. */
    private void withoutDaemon(Body body) throws Exception {
        net.end(C);
        try {
            body.run();
        } finally {
            net.start(C, "d3", net.file);
        }
    }

    @Test
    void aDaemonDoesNotRun() throws Exception {
        withoutDaemon(() -> {
            assertThat(net.doctor(A)).anySatisfy(each -> assertThat(each).startsWith("not-running: d3("));
            List<String> hasty = net.doctorCommand(A, net.file);
            Collections.replaceAll(hasty, "4000", "300");
            net.hosts.tire(A, C, PORT);
            assertThat(net.findings(hasty)).anySatisfy(each -> assertThat(each).startsWith("not-running: d3("));
            assertThat(net.doctor(C)).isEmpty();

            net.hosts.drop(C, new Hosts.Drop().port(TOKEN_PORT));
            assertThat(net.doctor(C))
                    .anySatisfy(each ->
                            assertThat(each).startsWith("token-port-blocked").contains("d3("));
            net.hosts.mend();

            Process clock = net.listening(C, WrongClock.class, List.of(net.file.toString(), "d3"), "clock");
            try {
                assertThat(net.doctor(A))
                        .anySatisfy(each -> assertThat(each)
                                .startsWith("clock: the clock of d3(")
                                .contains("ahead"));
            } finally {
                DoctorNetwork.end(clock);
            }
        });
    }

    /** What the doctor says of a host before a daemon is started there. */
    @Test
    void aDaemonCouldNotStart() throws Exception {
        withoutDaemon(() -> {
            Process holder = net.listening(C, PortHolder.class, List.of(Integer.toString(PORT)), "holder");
            try {
                assertThat(net.doctor(C))
                        .anySatisfy(each -> assertThat(each)
                                .startsWith("port-taken: UDP port " + PORT)
                                .contains("process " + holder.pid())
                                .contains("PortHolder"));
            } finally {
                DoctorNetwork.end(holder);
            }

            Path socket = net.own(C).resolve(Integer.toString(PORT));
            try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                left.bind(UnixDomainSocketAddress.of(socket));
            }
            assertThat(net.doctor(C)).anySatisfy(each -> assertThat(each).startsWith("stale-socket: " + socket));
            Files.delete(socket);

            List<String> poor = new ArrayList<>(List.of("bash", "-c", "ulimit -n 200 && exec \"$@\"", "bash"));
            poor.addAll(net.doctorCommand(C, net.file));
            assertThat(net.findings(poor)).anySatisfy(each -> assertThat(each).startsWith("descriptors"));
        });
    }

    @Test
    void aClientIsRefused() throws Exception {
        Path file = net.file(
                "refusing.conf",
                "Spread_Segment 10.219.0.255:" + PORT + " { d3 " + Hosts.address(C)
                        + " }\nAllowedAuthMethods = \"IP\"\nAcceleratedRing = true\n");
        withoutDaemon(() -> {
            net.start(C, "d3", file);
            try {
                net.await(C);
                assertThat(net.doctor(C, file))
                        .anySatisfy(each -> assertThat(each).startsWith("client-refused"));
            } finally {
                net.end(C);
            }
        });
    }
}
