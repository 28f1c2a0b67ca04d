package org.flushspread.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.flushspread.Wait;
import org.flushspread.interop.DaemonKind;
import org.flushspread.interop.PeerDaemon;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The first programs people write, as the documentation shows them, at each C daemon; the same at ours is in the embedded tests. */
@Timeout(120)
class ApiSnippetTest {
    @ParameterizedTest
    @EnumSource(names = {"C4", "C5"})
    void joinMulticastReceive(DaemonKind kind) {
        try (PeerDaemon daemon = PeerDaemon.start(kind)) {
            List<String> out = new ArrayList<>();
            try (SpreadConnection spread = SpreadConnection.connect(daemon.name(), "alice")) {
                Group room = spread.join("room");
                spread.multicast(Service.AGREED, "room", "hello".getBytes(UTF_8));
                while (out.size() < 2) {
                    SpreadEvent event = spread.receive(ofSeconds(1));
                    if (event instanceof DataMessage m) {
                        out.add(m.sender() + ": " + m.text());
                    } else if (event instanceof View v) {
                        out.add(v.cause() + " " + v.members() + " I am " + v.myIndex());
                    }
                }
                assertThat(room.view()).isNotNull();
            }
            assertThat(out).containsExactly("JOIN [#alice#d1] I am 0", "#alice#d1: hello");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"C4", "C5"})
    void everythingElseOnOnePage(DaemonKind kind) throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (PeerDaemon daemon = PeerDaemon.start(kind);
                SpreadConnection bob = SpreadConnection.builder(daemon.unixName(), "bob")
                        .priority(1)
                        .membership(false)
                        .timeout(ofSeconds(20))
                        .auth(Authenticator.none())
                        .connect();
                SpreadConnection alice = SpreadConnection.connect(daemon.name(), "alice")) {
            Group room = alice.join("room");
            bob.join("room");
            assertThat(room.awaitView(2, ofSeconds(20)).members()).containsExactly("#alice#d1", "#bob#d1");
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            try (Listening listening = bob.onEvent(executor, event -> heard.add(((DataMessage) event).text()))) {
                assertThat(listening).isNotNull();
                Multicast both = Multicast.to("room", "#bob#d1")
                        .service(Service.SAFE)
                        .type(7)
                        .selfDiscard();
                alice.multicast(
                        both, ByteBuffer.wrap("one ".getBytes(UTF_8)), ByteBuffer.wrap("piece".getBytes(UTF_8)));
                Wait.until("there is room", () -> alice.trySend(both, ByteBuffer.wrap("two".getBytes(UTF_8))));
                assertThat(heard.poll(60, TimeUnit.SECONDS)).isEqualTo("one piece");
                assertThat(heard.poll(60, TimeUnit.SECONDS)).isEqualTo("two");
            }
            assertThat(room.joined()).isCompleted();
            room.leave();
            SpreadEvent event = alice.receive();
            while (!(event instanceof SelfLeave)) {
                event = alice.receive();
            }
            assertThat(room.left()).isCompleted();
            daemon.kill();
            SpreadException end = assertThrows(SpreadException.class, () -> {
                while (true) {
                    alice.receive(ofSeconds(10));
                }
            });
            assertThat(end).hasMessage(alice.closed().join().getMessage());
        } finally {
            executor.shutdown();
        }
    }
}
