package org.flushspread.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.flushspread.Wait;
import org.flushspread.client.DataMessage;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadConnection;
import org.flushspread.client.SpreadEvent;
import org.flushspread.config.Configuration;
import org.flushspread.config.ConfigurationReading;
import org.flushspread.config.Daemon;
import org.flushspread.config.HostResolver;
import org.flushspread.config.RingVersion;
import org.flushspread.kernel.EndsCDaemons;
import org.flushspread.kernel.base.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A daemon in a ring of Spread 5, on real sockets, hears what ends a C daemon of 5.0.1 (spread5 6.3) and packets from addresses that are not of
 * the daemons that they name (spread5 2.3 step 6). Its client notices nothing.
 */
@Timeout(120)
class HostileDaemonsTest {
    private static final int PORT = TestPorts.free();
    private static final Configuration TWO = ConfigurationReading.parse(
                    TestDaemons.text(2, PORT, TestDaemons.FAST + "DangerousMonitor = yes\n"),
                    "test",
                    HostResolver.LOCALHOST_ONLY,
                    Optional.of(RingVersion.SPREAD5))
            .configuration();
    private static final Daemon D1 = TWO.requireByName("d1");
    private static final Daemon D2 = TWO.requireByName("d2");

    private final TestDaemons daemons = new TestDaemons();
    private SpreadDaemon daemon;
    private SpreadConnection steady;

    private void start(boolean nio) {
        daemon = daemons.start(TWO, "d1", daemons.options().withNio(nio));
        steady = SpreadConnection.connect(PORT + "@127.0.1.1", "steady");
        steady.join("calm").awaitView(1, Wait.LONGEST);
    }

    @AfterEach
    void stop() {
        steady.close();
        daemons.close();
    }

    private void speaks(String text) {
        steady.multicast(Service.AGREED, "calm", text.getBytes(UTF_8));
        while (true) {
            SpreadEvent event = steady.receive(Wait.LONGEST);
            assertThat(event).as("'" + text + "' comes back").isNotNull();
            if (event instanceof DataMessage message) {
                assertThat(message.text()).isEqualTo(text);
                return;
            }
        }
    }

    private long refused() {
        return daemon.metrics().refused().values().stream()
                .mapToLong(each -> each)
                .sum();
    }

    private long refused(Reason why) {
        return daemon.metrics().refused().getOrDefault(why.name(), 0L);
    }

    private static void send(String from, List<EndsCDaemons> datagrams) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(from, 0))) {
            for (EndsCDaemons each : datagrams) {
                socket.send(new DatagramPacket(
                        each.bytes(),
                        each.bytes().length,
                        InetAddress.getByName("127.0.1.1"),
                        each.token() ? PORT + 1 : PORT));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatEndsCDaemonsCostsADaemonOfOursNothing(boolean nio) throws IOException {
        start(nio);
        for (EndsCDaemons each : EndsCDaemons.all(TWO, D2, D1)) {
            long before = refused();
            send("127.0.2.1", List.of(each));
            Wait.until(each + " is counted", () -> refused() > before);
            speaks(each.name());
        }
        assertThat(refused(Reason.NOT_FROM_ITS_ADDRESS)).isZero();
        assertThat(daemon.isRunning()).isTrue();
        // It takes up whom these seemed to come from.
        SpreadDaemon second = daemons.start(TWO, "d2", daemons.options().withNio(nio));
        TestDaemons.awaitMembership(second, "d1", "d2");
        speaks("in a ring of two");
    }

    /** Counted each time, told once, with both addresses. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void packetsFromAnAddressThatIsNotTheirDaemonsAreDropped(boolean nio) throws IOException {
        Logger network = (Logger) DaemonLog.NETWORK;
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        network.addAppender(lines);
        try {
            start(nio);
            List<EndsCDaemons> all = EndsCDaemons.all(TWO, D2, D1);
            send("127.0.2.9", all);
            Wait.until("all are counted", () -> refused(Reason.NOT_FROM_ITS_ADDRESS) == all.size());
            speaks("unmoved");
        } finally {
            network.detachAppender(lines);
        }
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(each -> each.contains("packets that name d2"))
                .singleElement()
                .asString()
                .contains("come from 127.0.2.9", "the file has 127.0.2.1");
    }
}
