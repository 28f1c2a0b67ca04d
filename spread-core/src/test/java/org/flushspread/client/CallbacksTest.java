package org.flushspread.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.flushspread.Wait;
import org.flushspread.config.Configuration;
import org.flushspread.daemon.DaemonOptions;
import org.flushspread.embedded.EmbeddedDaemon;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What hangs on a future runs when its event is taken and no lock is held, and may call the connection. */
@Timeout(120)
class CallbacksTest {
    private static final Duration LONG = Wait.LONGEST;
    private static final ByteBuffer[] NO_BODY = {};
    private EmbeddedDaemon daemon;
    private SpreadConnection spread;

    @BeforeEach
    void start() {
        Configuration local = Configuration.local();
        daemon = EmbeddedDaemon.start(local, local.daemons().get(0).name(), DaemonOptions.DEFAULTS.withNetwork(false));
        spread = daemon.connect("me");
    }

    @AfterEach
    void stop() {
        spread.close();
        daemon.close();
    }

    private List<String> texts(int count) {
        List<String> texts = new ArrayList<>();
        while (texts.size() < count) {
            if (Objects.requireNonNull(spread.receive(LONG)) instanceof DataMessage message) {
                texts.add(message.text());
            }
        }
        return texts;
    }

    @Test
    void aCallbackOfJoinedMayReceive() {
        Group room = spread.join("room");
        List<@Nullable SpreadEvent> inside = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            room.multicast(Service.AGREED, "message number " + i);
        }
        CompletableFuture<Void> done = room.joined().thenAccept(view -> inside.add(spread.receive(LONG)));
        assertThat(spread.receive(LONG)).isInstanceOf(View.class);
        assertThat(done).isCompleted();
        assertThat(((DataMessage) Objects.requireNonNull(inside.get(0))).text()).isEqualTo("message number 0");
        assertThat(texts(3)).containsExactly("message number 1", "message number 2", "message number 3");
        assertThat(spread.isOpen()).isTrue();
    }

    @Test
    void aCallbackOfJoinedMayWaitForAnotherGroup() {
        Group room = spread.join("room");
        CompletableFuture<View> other =
                room.joined().thenApply(view -> spread.join("other").awaitJoined(LONG));
        assertThat(room.awaitJoined(LONG).group()).isEqualTo("room");
        assertThat(other.join().group()).isEqualTo("other");
        spread.multicast(Service.AGREED, "room", "after".getBytes(StandardCharsets.UTF_8));
        assertThat(texts(1)).containsExactly("after");
    }

    @Test
    void aCallbackOfJoinedHoldsUpNoOtherReceiver() {
        Group room = spread.join("room");
        CompletableFuture<String> other = room.joined().thenApply(view -> {
            room.multicast(Service.AGREED, "for another thread");
            return CompletableFuture.supplyAsync(() -> texts(1).get(0), FakeDaemon.THREADS)
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
        });
        room.awaitJoined(LONG);
        assertThat(other.join()).isEqualTo("for another thread");
    }

    @Test
    void aCallbackOfClosedRunsWithNoLockHeld() {
        CompletableFuture<SpreadCode> code = spread.closed()
                .thenApply(why -> CompletableFuture.supplyAsync(
                                () -> {
                                    try {
                                        spread.receive(LONG);
                                        return SpreadCode.SP_BUG;
                                    } catch (SpreadException e) {
                                        return e.code();
                                    }
                                },
                                FakeDaemon.THREADS)
                        .orTimeout(60, TimeUnit.SECONDS)
                        .join());
        daemon.close();
        assertThatThrownBy(spread::receive).isInstanceOf(SpreadException.class);
        assertThat(code.join()).isEqualTo(SpreadCode.CONNECTION_CLOSED);
    }

    @Test
    void aCallbackOfLeftHoldsUpNoRequest() {
        try (SpreadConnection blind = daemon.builder("blind").membership(false).connect()) {
            Group room = blind.join("room");
            CompletableFuture<Group> other = room.left()
                    .thenApply(nothing -> CompletableFuture.supplyAsync(() -> blind.join("other"), FakeDaemon.THREADS)
                            .orTimeout(60, TimeUnit.SECONDS)
                            .join());
            room.leave();
            assertThat(other.join().name()).isEqualTo("other");
        }
    }

    @Test
    void aCallbackThatThrowsCostsNothingElse() {
        Group room = spread.join("room");
        CompletableFuture<Void> failing = room.joined().thenAccept(view -> {
            throw new AssertionError("a fault of the program");
        });
        room.awaitJoined(LONG);
        assertThat(failing).isCompletedExceptionally();
        room.multicast(Service.AGREED, "goes on");
        assertThat(texts(1)).containsExactly("goes on");
    }

    @Test
    void futuresOfGroupsEndWithTheConnection() {
        Group room = spread.join("room");
        room.awaitJoined(LONG);
        CompletableFuture<View> neverJoined = spread.join("other").joined();
        spread.close();
        for (CompletableFuture<?> each : List.of(room.left(), neverJoined)) {
            assertThatThrownBy(() -> each.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(SpreadException.class);
        }
        assertThat(room.joined()).isCompleted();
    }

    @Test
    void aDecoderThatReceivesFailsAtOnceAndLosesNothing() {
        try (MessageChannel channel =
                MessageChannel.connect(daemon.builder("raw").options())) {
            channel.send(0x10, (short) 1, channel.privateGroup(), NO_BODY, MessageChannel.FOREVER);
            channel.send(0x10, (short) 2, channel.privateGroup(), NO_BODY, MessageChannel.FOREVER);
            MessageChannel.Decoder<Short> type = IncomingMessage::messType;
            assertThatThrownBy(() -> channel.receive(message -> channel.receive(type, 0), MessageChannel.nanos(LONG)))
                    .isInstanceOfSatisfying(
                            SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.ILLEGAL_STATE));
            assertThat(channel.receive(type, MessageChannel.nanos(LONG))).isEqualTo((short) 1);
            assertThat(channel.receive(type, MessageChannel.nanos(LONG))).isEqualTo((short) 2);
        }
    }

    @Test
    void memoryThatRunsOutWhileDecodingLosesNothing() {
        try (MessageChannel channel =
                MessageChannel.connect(daemon.builder("raw").options())) {
            channel.send(0x10, (short) 1, channel.privateGroup(), NO_BODY, MessageChannel.FOREVER);
            assertThatThrownBy(() -> channel.receive(
                            message -> {
                                throw new OutOfMemoryError("for a test");
                            },
                            MessageChannel.nanos(LONG)))
                    .isInstanceOf(OutOfMemoryError.class);
            MessageChannel.Decoder<Short> type = IncomingMessage::messType;
            assertThat(channel.receive(type, MessageChannel.nanos(LONG))).isEqualTo((short) 1);
        }
    }

    @Test
    void aJoinThatMeetsTheOwnSelfLeaveIsNotForgotten() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> receiving = CompletableFuture.runAsync(
                () -> {
                    while (!over.get()) {
                        spread.receive(Duration.ofMillis(20));
                    }
                },
                FakeDaemon.THREADS);
        try {
            Group room = spread.join("room");
            room.joined().get(60, TimeUnit.SECONDS);
            for (int i = 0; i < 1000; i++) {
                CompletableFuture<Void> left = room.left();
                room.leave();
                for (int spin = 0; spin < i % 300; spin++) {
                    Thread.onSpinWait();
                }
                if (i % 2 == 0) {
                    // As close to the self-leave as can be, from the other side.
                    while (room.view() != null && !left.isDone()) {
                        Thread.onSpinWait();
                    }
                }
                room = spread.join("room");
                try {
                    room.joined().get(60, TimeUnit.SECONDS);
                } catch (TimeoutException e) {
                    throw new AssertionError("round " + i + " was forgotten", e);
                }
            }
        } finally {
            over.set(true);
            receiving.get(60, TimeUnit.SECONDS);
        }
    }
}
