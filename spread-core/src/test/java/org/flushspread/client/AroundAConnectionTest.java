package org.flushspread.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.flushspread.Wait;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.flushspread.daemon.DaemonOptions;
import org.flushspread.daemon.SpreadDaemon;
import org.flushspread.daemon.TestPorts;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.SpreadCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What every program needs around a connection, at a real daemon. */
@Timeout(120)
class AroundAConnectionTest {
    private static final int PORT = TestPorts.free();
    private static final String DAEMON = PORT + "@127.0.1.1";
    private static final Duration LONG = Wait.LONGEST;

    @TempDir
    Path directory;

    private SpreadDaemon daemon;

    @BeforeEach
    void start() {
        Configuration configuration = Configuration.parse(
                "Spread_Segment 127.0.1.255:" + PORT + " { d1 127.0.1.1 { 127.0.1.1 } }\n",
                "test",
                HostResolver.LOCALHOST_ONLY);
        DaemonOptions options = DaemonOptions.DEFAULTS.withSocketDirectory(Optional.of(directory));
        daemon = SpreadDaemon.start(configuration, configuration.requireByName("d1"), options);
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    private static <T> T taken(BlockingQueue<T> queue) throws InterruptedException {
        return Objects.requireNonNull(queue.poll(60, TimeUnit.SECONDS), "nothing came");
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    // ------------------------------------------------------------------------------------ joins and members

    @Test
    void awaitJoinedReturnsWhenTheOwnJoinHasArrived() {
        try (SpreadConnection alice = SpreadConnection.connect(DAEMON, "alice")) {
            Group room = alice.join("room");
            assertThat(room.awaitJoined(LONG).members()).containsExactly("#alice#d1");
            assertThat(room.awaitJoined(LONG)).isSameAs(room.view());
            assertThat(alice.receive(LONG)).isSameAs(room.view());
        }
    }

    @Test
    void awaitViewReturnsWhenSoManyMembersAreThere() {
        try (SpreadConnection alice = SpreadConnection.connect(DAEMON, "alice");
                SpreadConnection bob = SpreadConnection.connect(DAEMON, "bob")) {
            Group room = alice.join("room");
            assertThatThrownBy(() -> room.awaitView(2, Duration.ofMillis(50)))
                    .isInstanceOfSatisfying(
                            SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.WOULD_BLOCK));
            bob.join("room");
            assertThat(room.awaitView(2, LONG).members()).containsExactly("#alice#d1", "#bob#d1");
        }
    }

    @Test
    void theLeaderChangesWhenTheFirstMemberGoes() throws Exception {
        BlockingQueue<Leader.Change> changes = new LinkedBlockingQueue<>();
        SpreadConnection first = SpreadConnection.connect(DAEMON, "first");
        first.join("work").awaitJoined(LONG);
        try (SpreadConnection second = SpreadConnection.connect(DAEMON, "second")) {
            second.onEvent(Runnable::run, new Leader("work", changes::add));
            second.join("work");
            assertThat(taken(changes)).isEqualTo(new Leader.Change(null, "#first#d1", false));
            first.close();
            assertThat(taken(changes)).isEqualTo(new Leader.Change("#first#d1", "#second#d1", true));
        }
    }

    // -------------------------------------------------------------------------------------------- reconnecting

    private static final class Log implements ReconnectingConnection.Listener {
        final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        @Override
        public void event(SpreadEvent event) {
            if (event instanceof View view) {
                lines.add("view of " + view.group());
            } else if (event instanceof DataMessage message) {
                lines.add(message.text());
                throw new IllegalStateException("a listener's fault");
            }
        }

        @Override
        public void connected(SpreadConnection connection, boolean again) {
            Thread.currentThread()
                    .setUncaughtExceptionHandler((thread, e) -> lines.add(String.valueOf(e.getMessage())));
            lines.add(again ? "again" : "first");
        }

        @Override
        public void disconnected(SpreadException why) {
            lines.add("disconnected: " + why.code());
        }
    }

    @Test
    void afterTheDaemonWasAwayTheGroupsAreJoinedAgain() throws Exception {
        Log log = new Log();
        ReconnectingConnection connection = ReconnectingConnection.connect(
                ConnectOptions.of(DAEMON, "again"), Duration.ofMillis(5), Duration.ofMillis(50), log);
        try (connection) {
            assertThat(taken(log.lines)).isEqualTo("first");
            connection.join("a");
            connection.join("b");
            connection.join("c");
            connection.leave("c");
            assertThat(List.of(taken(log.lines), taken(log.lines), taken(log.lines)))
                    .containsExactly("view of a", "view of b", "view of c");
            daemon.close();
            assertThat(taken(log.lines)).isEqualTo("disconnected: CONNECTION_CLOSED");
            assertThat(connection.connection()).isNull();
            assertThatThrownBy(() -> connection.multicast(Multicast.to("a"), ByteBuffer.allocate(1)))
                    .isInstanceOfSatisfying(
                            SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.CONNECTION_CLOSED));
            connection.join("d");
            start();
            assertThat(taken(log.lines)).isEqualTo("again");
            assertThat(List.of(taken(log.lines), taken(log.lines), taken(log.lines)))
                    .containsExactlyInAnyOrder("view of a", "view of b", "view of d");
            assertThat(connection.groups()).containsExactly("a", "b", "d");
            connection.multicast(Multicast.to("a"), ByteBuffer.wrap("hello".getBytes(StandardCharsets.UTF_8)));
            assertThat(taken(log.lines)).isEqualTo("hello");
            assertThat(taken(log.lines)).isEqualTo("a listener's fault");
        }
        assertThat(connection.connection()).isNull();
        daemon.close();
        assertThat(log.lines).isEmpty();
    }

    @Test
    void theFirstAttemptFailsToTheCaller() {
        assertThatThrownBy(() -> ReconnectingConnection.connect(ConnectOptions.of("16099@127.0.1.1", "x"), new Log()))
                .isInstanceOf(SpreadException.class);
    }

    // -------------------------------------------------------------------------------------------- large messages

    private static DataMessage next(LargeMessages messages, SpreadConnection connection) {
        while (true) {
            SpreadEvent event = Objects.requireNonNull(connection.receive(LONG), "nothing came");
            if (messages.accept(event) instanceof DataMessage whole) {
                return whole;
            }
        }
    }

    @Test
    void messagesBeyondTheDaemonsLimitArriveWhole() {
        try (SpreadConnection alice = SpreadConnection.connect(DAEMON, "alice");
                SpreadConnection bob = SpreadConnection.connect(DAEMON, "bob")) {
            LargeMessages out = new LargeMessages(alice);
            LargeMessages in = new LargeMessages(bob);
            bob.join("big").awaitJoined(LONG);
            Multicast how = Multicast.to("big").service(Service.FIFO).type(5);
            for (int size : new int[] {0, 1, 1 << 20, (1 << 20) + 1, 20_000_000}) {
                byte[] body = random(size);
                out.multicast(how, body);
                DataMessage message = next(in, bob);
                assertThat(message.bytes()).isEqualTo(body);
                assertThat(message.type()).isEqualTo((short) 5);
                assertThat(message.groups()).containsExactly("big");
                assertThat(message.sender()).isEqualTo("#alice#d1");
            }
            alice.multicast(Service.AGREED, "big", "plain".getBytes(StandardCharsets.UTF_8));
            assertThat(next(in, bob).text()).isEqualTo("plain");
            assertThat(in.dropped()).isZero();
            assertThat(in.held()).isZero();
        }
    }

    @Test
    void fragmentsOfSeveralSendersMayMix() throws Exception {
        try (SpreadConnection receiver = SpreadConnection.connect(DAEMON, "recv")) {
            LargeMessages in = new LargeMessages(receiver);
            Thread[] senders = new Thread[3];
            for (int i = 0; i < senders.length; i++) {
                int seed = i;
                senders[i] = new Thread(() -> {
                    try (SpreadConnection sender = SpreadConnection.connect(DAEMON, "s" + seed)) {
                        LargeMessages out = new LargeMessages(sender, new LargeMessages.Limits(1000, 100_000, 100_000));
                        for (int n = 0; n < 3; n++) {
                            out.multicast(Multicast.to("#recv#d1"), random(50_000 + seed));
                        }
                    }
                });
                senders[i].start();
            }
            for (int n = 0; n < 9; n++) {
                DataMessage message = next(in, receiver);
                assertThat(message.bytes()).isEqualTo(random(message.length()));
                assertThat(message.sender()).isEqualTo("#s" + (message.length() - 50_000) + "#d1");
            }
            for (Thread each : senders) {
                each.join();
            }
        }
    }

    @Test
    void onlyServicesThatKeepAnOrderCarryFragments() {
        try (SpreadConnection alice = SpreadConnection.connect(DAEMON, "alice")) {
            LargeMessages out = new LargeMessages(alice, new LargeMessages.Limits(10, 20, 20));
            assertThatThrownBy(() -> out.multicast(Multicast.to("g").service(Service.RELIABLE), new byte[1]))
                    .hasMessageContaining("RELIABLE keeps no order");
            assertThatThrownBy(() -> out.multicast(Multicast.to("g"), new byte[21]))
                    .isInstanceOfSatisfying(
                            SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.MESSAGE_TOO_LONG));
        }
    }

    // Fragments as nobody sends them: no daemon is needed to receive them.

    private static DataMessage fragment(String sender, long number, int length, int offset, int bytes) {
        byte[] body = ByteBuffer.allocate(LargeMessages.HEADER + bytes)
                .putInt(0x664c4d31)
                .putLong(number)
                .putInt(length)
                .putInt(offset)
                .array();
        return new DataMessage(0x10, sender, List.of("g"), (short) 0, true, body);
    }

    @Test
    void whatHoldsTooMuchOrFitsNothingIsDroppedAndCounted() {
        try (SpreadConnection alice = SpreadConnection.connect(DAEMON, "alice")) {
            LargeMessages in = new LargeMessages(alice, new LargeMessages.Limits(100, 150, 300));
            // too long a message, and the rest of it
            assertThat(in.accept(fragment("#a#d", 1, 151, 0, 100))).isNull();
            assertThat(in.accept(fragment("#a#d", 1, 151, 100, 51))).isNull();
            assertThat(in.accept(fragment("#a#d", 2, -1, 0, 10))).isNull();
            assertThat(in.dropped()).isEqualTo(2);
            // a hole, then a new message
            assertThat(in.accept(fragment("#a#d", 3, 150, 0, 50))).isNull();
            assertThat(in.accept(fragment("#a#d", 3, 150, 100, 50))).isNull();
            assertThat(in.dropped()).isEqualTo(3);
            assertThat(in.held()).isZero();
            // more than it said, or nothing at all
            assertThat(in.accept(fragment("#a#d", 4, 60, 0, 50))).isNull();
            assertThat(in.accept(fragment("#a#d", 4, 60, 50, 11))).isNull();
            assertThat(in.accept(fragment("#a#d", 5, 60, 0, 0))).isNull();
            assertThat(in.dropped()).isEqualTo(5);
            // three unfinished ones hold too much: that which grew last stays
            assertThat(in.accept(fragment("#a#d", 6, 150, 0, 80))).isNull();
            assertThat(in.accept(fragment("#b#d", 1, 150, 0, 80))).isNull();
            assertThat(in.accept(fragment("#a#d", 6, 150, 80, 30))).isNull();
            assertThat(in.held()).isEqualTo(230);
            assertThat(in.accept(fragment("#c#d", 1, 150, 0, 80))).isNull();
            assertThat(in.held()).isEqualTo(230);
            assertThat(in.dropped()).isEqualTo(6);
            assertThat(in.accept(fragment("#b#d", 1, 150, 80, 70))).isNull();
            assertThat(in.accept(fragment("#a#d", 6, 150, 110, 40))).isInstanceOf(DataMessage.class);
            // who disconnects finishes nothing
            List<String> left = List.of("#x#d");
            in.accept(new View(
                    0x1400,
                    "g",
                    new GroupId(new MembershipId(1, 2), 3),
                    left,
                    0,
                    View.Cause.DISCONNECT,
                    "#c#d",
                    List.of(List.of("#c#d")),
                    0));
            assertThat(in.dropped()).isEqualTo(7);
            assertThat(in.held()).isZero();
        }
    }
}
