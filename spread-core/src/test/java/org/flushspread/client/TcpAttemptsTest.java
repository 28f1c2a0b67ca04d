package org.flushspread.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.InetAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.flushspread.Wait;
import org.flushspread.daemon.TestPorts;
import org.flushspread.wire.SpreadCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A host with several addresses (client-protocol 2.1). */
@Timeout(120)
class TcpAttemptsTest {
    private final int port = TestPorts.free();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private void listen(String address) throws IOException {
        open.add(new ServerSocket(port, 50, InetAddresses.forString(address)));
    }

    /** An address that does not answer: Linux drops what would connect to a full backlog. */
    private void beSilent(String address) throws IOException {
        InetSocketAddress at = new InetSocketAddress(InetAddresses.forString(address), port);
        open.add(new ServerSocket(port, 1, at.getAddress()));
        SocketChannel last;
        do {
            last = SocketChannel.open();
            open.add(last);
            last.configureBlocking(false);
            last.connect(at);
        } while (isConnectedSoon(last));
    }

    private static boolean isConnectedSoon(SocketChannel channel) throws IOException {
        long end = System.nanoTime() + Duration.ofMillis(100).toNanos();
        while (System.nanoTime() - end < 0) {
            if (channel.finishConnect()) {
                return true;
            }
            Wait.pause(Duration.ofMillis(2));
        }
        return false;
    }

    private TcpAttempts to(Deadline deadline, String... addresses) {
        List<InetAddress> all =
                Arrays.stream(addresses).map(InetAddresses::forString).toList();
        return new TcpAttempts(new DaemonAddress(port, "host"), all, deadline);
    }

    private String connectedTo(String... addresses) throws IOException {
        try (SocketChannel channel = (SocketChannel)
                to(Deadline.in(Wait.LONGEST), addresses).connect().channel()) {
            return InetAddresses.toAddrString(((InetSocketAddress) channel.getRemoteAddress()).getAddress());
        }
    }

    @Test
    void theFirstAddressIsTakenIfItAnswers() throws IOException {
        listen("127.0.0.2");
        listen("127.0.0.3");
        assertThat(connectedTo("127.0.0.2", "127.0.0.3")).isEqualTo("127.0.0.2");
        assertThat(connectedTo("127.0.0.3", "127.0.0.2")).isEqualTo("127.0.0.3");
    }

    @Test
    void afterARefusalTheNextIsTriedOfWhateverFamily() throws IOException {
        listen("127.0.0.3");
        assertThat(connectedTo("::1", "127.0.0.2", "127.0.0.3")).isEqualTo("127.0.0.3");
    }

    @Test
    void anAddressThatDoesNotAnswerIsNotWaitedFor() throws IOException {
        beSilent("127.0.0.2");
        listen("127.0.0.3");
        assertThat(connectedTo("127.0.0.2", "127.0.0.3")).isEqualTo("127.0.0.3");
    }

    @Test
    void allThatRefuseAreNamed() {
        assertThatThrownBy(() -> to(Deadline.NEVER, "127.0.0.2", "127.0.0.3", "127.0.0.2")
                        .connect())
                .isInstanceOfSatisfying(
                        SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.COULD_NOT_CONNECT))
                .hasMessage("cannot connect to " + port + "@host: none of 2 addresses answers: 127.0.0.2:" + port
                        + ": nothing listens there; 127.0.0.3:" + port
                        + ": nothing listens there (is the daemon running? start one with scripts/spread)")
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void whatIsWrongWithEachAddressIsSaidInItsWay() {
        assertThatThrownBy(() -> to(Deadline.in(Duration.ofSeconds(2)), "::1", "2001:db8::1", "fe80::1")
                        .connect())
                .hasMessageContaining("[::1]:" + port + ": ")
                .hasMessageContaining("; [2001:db8::1]:" + port + ": ")
                .hasMessageContaining("; [fe80::1]:" + port + ": ");
    }

    @Test
    void theTimeOfTheWholeConnectHoldsAndEachAddressIsNamed() throws IOException {
        beSilent("127.0.0.2");
        beSilent("127.0.0.3");
        assertThatThrownBy(() -> to(Deadline.in(Duration.ofMillis(300)), "127.0.0.2", "127.0.0.3")
                        .connect())
                .isInstanceOfSatisfying(
                        SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.COULD_NOT_CONNECT))
                .hasMessageContaining("none of 2 addresses answers within 300 ms: 127.0.0.2:" + port + ": no answer")
                .hasMessageContaining("; 127.0.0.3:" + port + ": ");
        assertThatThrownBy(() ->
                        to(Deadline.in(Duration.ofMillis(100)), "127.0.0.2").connect())
                .hasMessage("cannot connect to " + port + "@host: no answer from 127.0.0.2:" + port + " within 100 ms");
        assertThatThrownBy(() -> to(Deadline.in(Duration.ofNanos(1)), "127.0.0.2", "127.0.0.3")
                        .connect())
                .hasMessageContaining("127.0.0.3:" + port + ": not tried in that time");
    }

    @Test
    void anInterruptEndsTheWait() throws IOException {
        beSilent("127.0.0.2");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> to(Deadline.NEVER, "127.0.0.2", "127.0.0.3").connect())
                .isInstanceOf(SpreadInterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
