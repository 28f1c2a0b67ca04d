package org.flushspread.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.flushspread.Wait;
import org.flushspread.interop.DaemonKind;
import org.flushspread.interop.PeerDaemon;
import org.flushspread.wire.SpreadCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Our client at each daemon, C 4.4, C 5.0.1 and ours. */
@Timeout(120)
@ParameterizedClass
@EnumSource
class ClientAtDaemonsTest {
    private static final Duration LONG = Wait.LONGEST;
    private static PeerDaemon daemon;

    @Parameter
    private DaemonKind kind;

    @BeforeParameterizedClassInvocation
    static void start(DaemonKind kind) {
        daemon = PeerDaemon.start(kind);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (daemon != null) {
            daemon.close();
        }
    }

    private static DataMessage data(SpreadConnection connection) {
        SpreadEvent event = connection.receive(LONG);
        assertThat(event).isInstanceOf(DataMessage.class);
        return (DataMessage) Objects.requireNonNull(event);
    }

    @Test
    void joinsSeesViewsSendsAndReceivesOverTcpAndUnixSocket() {
        try (SpreadConnection alice = SpreadConnection.connect(daemon.name(), "alice");
                SpreadConnection bob = SpreadConnection.connect(daemon.unixName(), "bob")) {
            assertThat(alice.privateGroup()).isEqualTo("#alice#d1");
            assertThat(alice.daemonVersion()).isEqualTo(kind.version());
            Group room = alice.join("room");
            View first = room.awaitView(1, LONG);
            assertThat(first.members()).containsExactly("#alice#d1");
            assertThat(first.cause()).isEqualTo(View.Cause.JOIN);
            assertThat(first.changedMember()).isEqualTo("#alice#d1");
            bob.join("room").awaitView(2, LONG);
            View second = room.awaitView(2, LONG);
            assertThat(second.members()).containsExactly("#alice#d1", "#bob#d1");
            assertThat(second.myIndex()).isZero();
            assertThat(alice.receive(LONG)).isEqualTo(first);
            assertThat(alice.receive(LONG)).isEqualTo(second);
            assertThat(alice.tryReceive()).isNull();

            bob.multicast(Multicast.to("room").service(Service.SAFE).type(-3), "hello".getBytes(UTF_8));
            DataMessage message = data(alice);
            assertThat(message.sender()).isEqualTo("#bob#d1");
            assertThat(message.groups()).containsExactly("room");
            assertThat(message.service()).isEqualTo(Service.SAFE);
            assertThat(message.type()).isEqualTo((short) -3);
            assertThat(message.text()).isEqualTo("hello");
            assertThat(message.endianMismatch()).isFalse();
            room.leave();
            assertThat(alice.receive(LONG)).isEqualTo(new SelfLeave(0x200, "room"));
            assertThat(alice.groups()).isEmpty();
            View last;
            do {
                SpreadEvent event = Objects.requireNonNull(bob.receive(LONG), "nothing came");
                last = event instanceof View view ? view : null;
            } while (last == null || last.cause() != View.Cause.LEAVE);
            assertThat(last.changedMember()).isEqualTo("#alice#d1");
        }
    }

    @Test
    void numbersComeOutAsTheyWerePutWhateverTheOrder() {
        try (SpreadConnection alice = SpreadConnection.connect(daemon.name(), "orders")) {
            for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
                ByteBuffer body = ByteBuffer.allocate(4).order(order).putInt(0, 77);
                alice.multicast(Multicast.to("#orders#d1").type(-2), body);
                DataMessage message = data(alice);
                assertThat(message.order()).isEqualTo(order);
                assertThat(message.type()).isEqualTo((short) -2);
                assertThat(message.body().getInt()).isEqualTo(77);
            }
        }
    }

    @Test
    void bodiesOfAllSizesComeBackWhole() {
        try (SpreadConnection alice = SpreadConnection.connect(daemon.name(), "sizes")) {
            int most = kind.maxBody();
            for (int size : new int[] {0, 1, 1432, 65_536, 131_072, most / 2, most}) {
                byte[] body = new byte[size];
                for (int i = 0; i < size; i++) {
                    body[i] = (byte) (i * 31 + size);
                }
                ByteBuffer first = ByteBuffer.wrap(body, 0, size / 3);
                ByteBuffer second = ByteBuffer.wrap(body, size / 3, size - size / 3);
                alice.multicast(Service.AGREED, "#sizes#d1", first, second);
                assertThat(second.hasRemaining()).isFalse();
                DataMessage message = data(alice);
                assertThat(message.bytes()).isEqualTo(body);
            }
            assertThatThrownBy(() -> alice.multicast(Service.AGREED, "#sizes#d1", new byte[most + 1]))
                    .isInstanceOfSatisfying(
                            SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.MESSAGE_TOO_LONG));
        }
    }

    @Test
    void aLargeMessageGoesInFragmentsThatTheDaemonBears() {
        try (SpreadConnection alice = SpreadConnection.connect(daemon.name(), "large")) {
            LargeMessages large = new LargeMessages(alice);
            byte[] body = new byte[3_000_000];
            Arrays.fill(body, (byte) 7);
            large.multicast(Multicast.to("#large#d1", "nobody"), body);
            SpreadEvent whole;
            do {
                whole = large.accept(Objects.requireNonNull(alice.receive(LONG), "nothing came"));
            } while (whole == null);
            assertThat(((DataMessage) whole).bytes()).isEqualTo(body);
        }
    }

    @Test
    void trySendNeverWaitsAndLosesNothing() throws Exception {
        try (SpreadConnection sender = SpreadConnection.connect(daemon.name(), "trysend");
                SpreadConnection receiver = SpreadConnection.connect(daemon.name(), "tryrecv")) {
            int count = 5_000;
            CompletableFuture<List<Integer>> received = CompletableFuture.supplyAsync(
                    () -> {
                        List<Integer> got = new ArrayList<>();
                        int number;
                        while ((number = data(receiver).body().getInt()) >= 0) {
                            got.add(number);
                        }
                        return got;
                    },
                    FakeDaemon.THREADS);
            Multicast to = Multicast.to("#tryrecv#d1").service(Service.FIFO);
            long refused = 0;
            int accepted = 0;
            Deadline deadline = Deadline.in(Duration.ofSeconds(100));
            // A daemon that keeps up refuses nothing: more is sent until it has.
            while (accepted < count || refused == 0) {
                assertThat(deadline.isOver()).isFalse();
                refused += refusalsOf(sender, to, accepted++);
            }
            refusalsOf(sender, to, -1);
            while (sender.hasUnsent()) {
                sender.tryReceive();
            }
            List<Integer> got = received.get(100, TimeUnit.SECONDS);
            assertThat(got).hasSize(accepted);
            for (int i = 0; i < accepted; i++) {
                assertThat(got.get(i)).isEqualTo(i);
            }
            assertThat(refused).isPositive();
        }
    }

    /** Tries until the message with this number is accepted; how often it was refused before. */
    private static long refusalsOf(SpreadConnection sender, Multicast to, int number) {
        ByteBuffer body = ByteBuffer.allocate(3000).putInt(0, number);
        long refused = 0;
        while (!sender.trySend(to, body)) {
            assertThat(body.position()).isZero();
            refused++;
            Thread.yield();
        }
        return refused;
    }

    @Test
    void aDuplicateNameIsToldInASentence() {
        try (SpreadConnection first = SpreadConnection.connect(daemon.name(), "twin")) {
            assertThat(first.isOpen()).isTrue();
            assertThatThrownBy(() -> SpreadConnection.connect(daemon.name(), "twin"))
                    .isInstanceOfSatisfying(
                            SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.REJECT_NOT_UNIQUE))
                    .hasMessageContaining("already has a session named 'twin'");
        }
    }

    @Test
    void aDeadPortIsToldInASentence() {
        assertThatThrownBy(() -> SpreadConnection.connect("15799@127.0.0.1", "x"))
                .hasMessage("cannot connect to 15799@127.0.0.1: nothing listens on 127.0.0.1:15799 (is the daemon"
                        + " running? start one with scripts/spread)");
    }
}
