package org.flushspread.daemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.flushspread.Wait;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.RingVersion;
import org.flushspread.daemon.seal.SealFigures;
import org.flushspread.kernel.KernelSnapshot;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.ring.RingFigures;
import org.flushspread.kernel.ring.RotationFigures;
import org.flushspread.kernel.session.QueueFigures;
import org.flushspread.wire.MembershipId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** operations 2.3: requests are bounded, what is refused is counted, and a daemon that hangs is told from one that answers. */
@Timeout(120)
class AdminServerTest {
    private static final Configuration ALONE = Configuration.local();

    private final List<Integer> asked = new ArrayList<>();
    private Consumer<Consumer<AdminSnapshot>> source = answer -> answer.accept(snapshot(1, 7));
    private AdminServer server;
    private int port;

    @BeforeEach
    void start() throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
        port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
        server = AdminServer.start(
                answer -> {
                    synchronized (asked) {
                        asked.add(1);
                    }
                    source.accept(answer);
                },
                new About("d1", "1", 0, List.of()),
                new FlightRecorder(RingVersion.SPREAD4, "d1", 0),
                List.of(),
                List.of(channel));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** A daemon alone, in this state, with a membership of this time. */
    private static AdminSnapshot snapshot(int state, int time) {
        Daemon me = ALONE.daemons().get(0);
        DaemonMembership membership =
                new DaemonMembership(new MembershipId(me.id(), time), com.google.common.collect.ImmutableList.of(me));
        RotationFigures rotations = new RotationFigures(java.util.Collections.nCopies(17, 0L), 0, 0, 0);
        RingFigures ring = new RingFigures(membership, 0, 0, 0, 0, 0, 0, 60, 15, false, 0, 0, 0, rotations);
        KernelSnapshot kernel = new KernelSnapshot(
                0,
                ALONE,
                me,
                state,
                1,
                java.util.Collections.nCopies(6, 0L),
                ring,
                List.of(),
                0,
                List.of(),
                0,
                List.of(),
                new QueueFigures(0, 2, 0, 2));
        return new AdminSnapshot(
                0,
                kernel,
                List.of(),
                Map.of(),
                Map.of(),
                SealFigures.NONE,
                Optional.empty(),
                Optional.empty(),
                new Observations("d1").copy(),
                0,
                0);
    }

    private Http raw(String request) throws IOException {
        return Http.ask(new InetSocketAddress("127.0.0.1", port), request);
    }

    @Test
    void readyOnlyInOpAfterTheFirstMembership() throws IOException {
        for (int state = 1; state <= 6; state++) {
            int now = state;
            // what was answered before is as good as new for a moment
            startAgain(answer -> answer.accept(snapshot(now, 7)));
            assertThat(Http.get(port, "/health/ready").status()).isEqualTo(now == 1 ? 200 : 503);
        }
        startAgain(answer -> answer.accept(snapshot(1, -1)));
        assertThat(Http.get(port, "/health/ready").status()).isEqualTo(503);
    }

    private void startAgain(Consumer<Consumer<AdminSnapshot>> answers) throws IOException {
        server.close();
        source = answers;
        start();
    }

    @Test
    void aDaemonThatHangsIsNotLive() throws IOException {
        source = answer -> {};
        assertThat(Http.get(port, "/health/live").status()).isEqualTo(503);
        assertThat(Http.get(port, "/health/live").status()).isEqualTo(503);
        assertThat(asked).as("asked once, not piled up").hasSize(1);
    }

    @Test
    void requestsOfOneMomentShareASnapshot() throws Exception {
        List<Consumer<AdminSnapshot>> open = new ArrayList<>();
        source = open::add;
        List<SocketChannel> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                SocketChannel client = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
                clients.add(client);
                client.write(ByteBuffer.wrap("GET /health/live HTTP/1.0\r\n\r\n".getBytes("US-ASCII")));
            }
            Wait.until("a snapshot is asked for", () -> openCount(open) > 0);
            assertThat(open).hasSize(1);
            open.get(0).accept(snapshot(1, 7));
            for (SocketChannel each : clients) {
                ByteBuffer in = ByteBuffer.allocate(1000);
                assertThat(each.read(in)).isPositive();
                assertThat(new String(in.array(), 0, in.position(), "US-ASCII")).startsWith("HTTP/1.1 200 ");
            }
        } finally {
            for (SocketChannel each : clients) {
                each.close();
            }
        }
    }

    private int openCount(List<Consumer<AdminSnapshot>> open) {
        synchronized (asked) {
            return Math.min(asked.size(), open.size());
        }
    }

    @Test
    void whatIsNoRequestOfOursIsRefusedAndCounted() throws IOException {
        assertThat(raw("POST /status HTTP/1.1\r\nHost: localhost\r\n\r\n").status())
                .isEqualTo(405);
        assertThat(Http.get(port, "/nothing").status()).isEqualTo(404);
        assertThat(raw("hello\r\n\r\n").status()).isEqualTo(400);
        assertThat(raw("GET /status HTTP/1.1\r\nHost: evil.example\r\n\r\n").status())
                .isEqualTo(403);
        assertThat(raw("GET /status HTTP/1.1\r\nX: " + "x".repeat(HttpConnection.MOST_HEAD))
                        .status())
                .isEqualTo(431);
        String status = Http.get(port, "/status").body();
        for (String each : List.of("METHOD", "NOT_FOUND", "MALFORMED", "FOREIGN_HOST", "REQUEST_TOO_LONG")) {
            assertThat(status).contains("\"" + each + "\":1");
        }
    }

    @Tag("once")
    @Test
    void connectionsThatSayNothingLeaveRoomAgain() throws IOException {
        List<SocketChannel> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                silent.add(SocketChannel.open(new InetSocketAddress("127.0.0.1", port)));
            }
            AtomicReference<Http> answer = new AtomicReference<>(new Http(0, "", ""));
            Wait.until("there is room again", () -> {
                answer.set(answerOrNothing());
                return answer.get().status() == 200;
            });
            assertThat(answer.get().body())
                    .contains("\"TOO_MANY_CONNECTIONS\":")
                    .contains("\"TOO_SLOW\":");
        } finally {
            for (SocketChannel each : silent) {
                each.close();
            }
        }
    }

    private Http answerOrNothing() {
        try {
            return Http.get(port, "/status");
        } catch (IOException closedAtOnce) {
            return new Http(0, "", "");
        }
    }

    @Test
    void aHeadRequestGetsTheHeadOnly() throws IOException {
        Http answer = raw("HEAD /status HTTP/1.1\r\nHost: [::1]:1\r\n\r\n");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.head()).contains("Content-Type: application/json");
    }
}
