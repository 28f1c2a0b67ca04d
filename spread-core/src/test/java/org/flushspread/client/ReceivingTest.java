package org.flushspread.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.flushspread.Wait;
import org.flushspread.wire.SpreadCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a connection makes of what a daemon sends (client-protocol 3, 5, 11 and 13). */
@Timeout(120)
class ReceivingTest {
    private static final Duration LONG = Wait.LONGEST;
    private static final int AGREED = 0x10;
    private FakeDaemon daemon;
    private SpreadConnection spread;

    @BeforeEach
    void connect() throws Exception {
        daemon = FakeDaemon.listen();
        CompletableFuture<Void> accepting = daemon.acceptAs("me");
        spread = SpreadConnection.connect(daemon.name(), "me");
        accepting.get(60, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() {
        daemon.close();
        spread.close();
    }

    private <T extends SpreadEvent> T next(Class<T> kind) {
        SpreadEvent event = Objects.requireNonNull(spread.receive(LONG));
        assertThat(event).isInstanceOf(kind);
        return kind.cast(event);
    }

    private Group join(String group) {
        Group joined = spread.join(group);
        daemon.receive(80);
        return joined;
    }

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void headerAndHintHaveEachTheirOwnByteOrder(boolean littleDaemon, boolean littleSender) {
        ByteOrder header = littleDaemon ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        ByteOrder sender = littleSender ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        byte[] body = ByteBuffer.allocate(4).order(sender).putInt(12345).array();
        daemon.send(MessageBytes.of(header, sender).data(0x44, "#bob#d2", List.of("g", "#me#d1"), -32768, body));
        DataMessage message = next(DataMessage.class);
        assertThat(message.serviceType()).isEqualTo(0x44);
        assertThat(message.service()).isEqualTo(Service.FIFO);
        assertThat(message.isSelfDiscard()).isTrue();
        assertThat(message.sender()).isEqualTo("#bob#d2");
        assertThat(message.groups()).containsExactly("g", "#me#d1");
        assertThat(message.type()).isEqualTo((short) -32768);
        assertThat(message.body().getInt()).isEqualTo(12345);
        assertThat(message.endianMismatch()).isEqualTo(sender != ByteOrder.nativeOrder());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void membershipsFollowTheOrderOfTheHeader(boolean little) {
        MessageBytes from =
                MessageBytes.of(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN);
        Group group = join("g");
        daemon.send(from.join("g", "#me#d1", 1, "#me#d1", "#x#d2"));
        daemon.send(from.transition("g", 1));
        daemon.send(
                from.view(0x800, "g", List.of("#me#d1", "#y#d3"), 1, 1, List.of(List.of("#y#d3"), List.of("#me#d1"))));
        daemon.send(from.selfLeave("g"));
        View first = next(View.class);
        assertThat(first.cause()).isEqualTo(View.Cause.JOIN);
        assertThat(first.id().membershipId().procId()).isEqualTo(0x7f000001);
        assertThat(first.id().index()).isEqualTo(1);
        assertThat(first.members()).containsExactly("#me#d1", "#x#d2");
        assertThat(first.myIndex()).isZero();
        assertThat(first.changedMember()).isEqualTo("#me#d1");
        assertThat(group.joined()).isCompletedWithValue(first);
        assertThat(next(Transition.class).id()).isEqualTo(first.id());
        View network = next(View.class);
        assertThat(network.cause()).isEqualTo(View.Cause.NETWORK);
        assertThat(network.changedMember()).isNull();
        assertThat(network.vsSets()).containsExactly(List.of("#y#d3"), List.of("#me#d1"));
        assertThat(network.mySet()).containsExactly("#me#d1");
        assertThat(group.view()).isEqualTo(network);
        assertThat(next(SelfLeave.class).group()).isEqualTo("g");
        assertThat(group.view()).isNull();
    }

    @Test
    void forgedMembershipBitsBesideAServiceBitMakeNoMembership() {
        daemon.send(MessageBytes.little().data(AGREED | 0x1100, "#bob#d1", List.of("g"), 0, new byte[3]));
        assertThat(next(DataMessage.class).serviceType()).isEqualTo(0x1110);
    }

    @Test
    void membershipsOfGroupsNotJoinedOrWithoutTheOwnNameAreLeftOut() {
        MessageBytes from = MessageBytes.little();
        daemon.send(from.transition("stranger", 1));
        daemon.send(from.join("stranger", "#me#d1", 1, "#me#d1"));
        daemon.send(from.selfLeave("stranger"));
        join("g");
        daemon.send(from.transition("g", 1));
        daemon.send(from.join("g", "#x#d1", 1, "#x#d1"));
        daemon.send(from.data(AGREED, "#x#d1", List.of("g"), 7, new byte[0]));
        assertThat(next(DataMessage.class).type()).isEqualTo((short) 7);
        assertThat(spread.ignoredMemberships()).isEqualTo(5);
    }

    @Test
    void aRejectedJoinIsAnEventAndFailsTheGroup() {
        Group group = join("nojoin");
        daemon.send(MessageBytes.little().reject(0x100, "#me#d1", List.of("nojoin", "#me#d1"), 0, new byte[0]));
        Reject reject = next(Reject.class);
        assertThat(reject.serviceType()).isEqualTo(0x400100);
        assertThat(reject.groups()).containsExactly("nojoin", "#me#d1");
        assertThat(group.joined()).isCompletedExceptionally();
        assertThat(spread.groups()).isEmpty();
        assertThatThrownBy(() -> group.awaitView(1, LONG))
                .isInstanceOfSatisfying(
                        SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.ILLEGAL_GROUP));
    }

    @Test
    void aRejectedMessageComesBackWithBodyAndType() {
        byte[] body = "no".getBytes(UTF_8);
        daemon.send(MessageBytes.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)
                .reject(AGREED, "#me#d1", List.of("g", "#me#d1"), 5, body));
        Reject reject = next(Reject.class);
        assertThat(reject.serviceType()).isEqualTo(0x400000 | AGREED);
        assertThat(reject.type()).isEqualTo((short) 5);
        assertThat(reject.bytes()).isEqualTo(body);
    }

    @Test
    void messagesMayBeCutAnywhere() throws Exception {
        MessageBytes from = MessageBytes.little();
        byte[] one = from.data(AGREED, "#bob#d1", List.of("g"), 1, "one".getBytes(UTF_8));
        byte[] two = from.data(AGREED, "#bob#d1", List.of("g", "h"), 2, new byte[0]);
        ByteBuffer both =
                ByteBuffer.allocate(one.length + two.length).put(one).put(two).flip();
        for (int chunk : new int[] {1, 7, 47, 48, 49, 100, 1000}) {
            MessageReader reader = new MessageReader(new BytesLink(both.array()).readAtOnce(chunk));
            reader.begin("#me#d1");
            for (int i = 1; i <= 2; i++) {
                while (!reader.hasMessage()) {
                    assertThat(reader.fill()).isPositive();
                }
                assertThat(reader.message().messType()).isEqualTo((short) i);
                reader.consume();
            }
            assertThat(reader.buffered()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0x10, -1, 0, names -1 groups",
        "0x10, 450001, 0, names 450001 groups",
        "0x10, 0, -1, body is said to have -1 bytes",
        "0x10, 0, 14400001, body is said to have 14400001 bytes",
        "0x0, 0, 0, no daemon sends this type",
        "0x1100, 1, 0, is no membership",
        "0x2000, 0, 4, too few for a group id"
    })
    void aStreamThatCannotBeEndsTheConnectionWithItsReason(String type, int groups, int length, String reason) {
        spread.join("g");
        daemon.receive(80);
        daemon.send(MessageBytes.little().header(Integer.decode(type), "g", groups, length));
        daemon.send(new byte[32 * Math.max(0, Math.min(groups, 1)) + Math.max(0, Math.min(length, 4))]);
        assertThatThrownBy(() -> spread.receive(LONG))
                .isInstanceOfSatisfying(
                        SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.ILLEGAL_MESSAGE))
                .hasMessageContaining(reason);
        assertThat(spread.isOpen()).isFalse();
        assertThat(spread.closed().join().getMessage()).contains(reason);
        assertThatThrownBy(() -> spread.multicast(Service.FIFO, "g", new byte[0]))
                .isInstanceOfSatisfying(
                        SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.CONNECTION_CLOSED));
    }

    @Test
    void anAnnouncedLengthAloneCostsNoMemory() {
        MessageReader reader =
                new MessageReader(new BytesLink(MessageBytes.little().header(AGREED, "#x#d1", 0, 14_000_000)));
        reader.begin("#me#d1");
        assertThat(reader.hasRoom()).isTrue();
        assertThatThrownBy(() -> {
                    while (!reader.hasMessage()) {
                        if (reader.fill() < 0) {
                            throw new IllegalStateException("end");
                        }
                    }
                })
                .hasMessage("end");
        assertThat(reader.capacity()).isEqualTo(MessageReader.CAPACITY);
    }

    @Test
    void whatCameBeforeTheEndIsReceivedAndAHalfMessageIsNot() {
        byte[] whole = MessageBytes.little().data(AGREED, "#x#d1", List.of("g"), 1, new byte[100]);
        daemon.send(whole);
        daemon.send(java.util.Arrays.copyOf(whole, 60));
        daemon.closeClient();
        assertThat(next(DataMessage.class).length()).isEqualTo(100);
        assertThatThrownBy(() -> spread.receive(LONG))
                .isInstanceOfSatisfying(
                        SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.CONNECTION_CLOSED))
                .hasMessageContaining("closed the connection");
        assertThat(spread.closed()).isCompleted();
    }

    @Test
    void aTimedReceiveEndsWithNullAndTryReceiveDoesNotWait() {
        assertThat(spread.tryReceive()).isNull();
        assertThat(spread.poll()).isFalse();
        long before = System.nanoTime();
        assertThat(spread.receive(Duration.ofMillis(120))).isNull();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(119));
        daemon.send(MessageBytes.little().data(AGREED, "#x#d1", List.of("g"), 1, new byte[0]));
        Wait.until("the message is there", spread::poll);
        assertThat(spread.tryReceive()).isInstanceOf(DataMessage.class);
    }

    @Test
    void awaitViewKeepsOtherEventsInOrder() {
        MessageBytes from = MessageBytes.little();
        Group group = join("g");
        daemon.send(from.data(AGREED, "#x#d1", List.of("#me#d1"), 1, new byte[0]));
        daemon.send(from.join("g", "#me#d1", 1, "#me#d1"));
        daemon.send(from.data(AGREED, "#x#d1", List.of("#me#d1"), 2, new byte[0]));
        daemon.send(from.join("g", "#x#d1", 2, "#me#d1", "#x#d1"));
        daemon.send(from.data(AGREED, "#x#d1", List.of("#me#d1"), 3, new byte[0]));
        assertThat(group.awaitView(2, LONG).members()).hasSize(2);
        assertThat(next(DataMessage.class).type()).isEqualTo((short) 1);
        assertThat(next(View.class).members()).hasSize(1);
        assertThat(next(DataMessage.class).type()).isEqualTo((short) 2);
        assertThat(next(View.class).members()).hasSize(2);
        assertThat(next(DataMessage.class).type()).isEqualTo((short) 3);
        assertThatThrownBy(() -> group.awaitView(3, Duration.ofMillis(50)))
                .hasMessage("after 50 ms group 'g' has 2 members here; 3 were awaited");
    }

    @Test
    void leavingAndJoiningAgainBeforeTheAnswerIsCounted() {
        MessageBytes from = MessageBytes.little();
        Group group = join("g");
        daemon.send(from.join("g", "#me#d1", 1, "#me#d1"));
        next(View.class);
        group.leave();
        CompletableFuture<Void> left = group.left();
        assertThat(spread.join("g")).isSameAs(group);
        daemon.send(from.selfLeave("g"));
        next(SelfLeave.class);
        assertThat(group.joined()).isNotDone();
        daemon.send(from.join("g", "#me#d1", 1, "#me#d1"));
        next(View.class);
        assertThat(group.joined()).isCompleted();
        group.leave();
        daemon.send(from.selfLeave("g"));
        next(SelfLeave.class);
        assertThat(spread.groups()).isEmpty();
        assertThat(left).isNotSameAs(group.left());
        assertThat(group.left()).isCompleted();
    }
}
