package org.flushspread.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.flushspread.Wait;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Listeners and subscribers whose code, executor or link misbehaves. */
@Timeout(120)
class ListeningTest {
    private static final Duration LONG = Wait.LONGEST;

    private final BlockingQueue<Throwable> uncaught = new LinkedBlockingQueue<>();
    private FakeDaemon daemon;
    private GatedLink link;
    private SpreadConnection spread;

    @BeforeEach
    void connect() throws Exception {
        daemon = FakeDaemon.listen();
        CompletableFuture<Void> accepting = daemon.acceptAs("me");
        ConnectOptions options = ConnectOptions.of(daemon.name(), "me");
        link = new GatedLink(SocketLink.connect(
                DaemonAddress.parse(options.daemon()), options.socketDirectory(), Deadline.in(LONG)));
        spread = SpreadConnection.connect(options.withLink(link));
        accepting.get(60, TimeUnit.SECONDS);
        link.waiting = false;
    }

    @AfterEach
    void close() {
        link.deaf = false;
        daemon.close();
        spread.close();
    }

    private void send(int type) {
        daemon.send(MessageBytes.little().data(0x10, "#b#d1", List.of("g"), type, new byte[0]));
    }

    private static int type(@Nullable SpreadEvent event) {
        return ((DataMessage) Objects.requireNonNull(event)).type();
    }

    private ExecutorService executor() {
        return Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "handler");
            thread.setDaemon(true);
            thread.setUncaughtExceptionHandler((t, e) -> uncaught.add(e));
            return thread;
        });
    }

    private static final class Fault extends Error {
        private static final long serialVersionUID = 1L;

        Fault() {
            super("a fault of the program", null, false, false);
        }
    }

    // ------------------------------------------------------------------------------------------ what handlers throw

    @Test
    void afterAnErrorInTheHandlerTheNextEventFollows() throws Exception {
        BlockingQueue<Integer> seen = new LinkedBlockingQueue<>();
        ExecutorService executor = executor();
        try (Listening listening = spread.onEvent(executor, event -> {
            seen.add(type(event));
            throw new AssertionError(type(event));
        })) {
            for (int i = 0; i < 5; i++) {
                send(i);
                assertThat(Wait.taken(seen)).isEqualTo(i);
                assertThat(Wait.taken(uncaught)).hasMessage(Integer.toString(i));
            }
            assertThat(listening.ended()).isNotDone();
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void aHandlerThatLeavesItsThreadInterruptedGetsTheNextEvent() throws Exception {
        BlockingQueue<Integer> seen = new LinkedBlockingQueue<>();
        try (Listening listening = spread.onEvent(Runnable::run, event -> {
            seen.add(type(event));
            Thread.currentThread().interrupt();
        })) {
            for (int i = 0; i < 3; i++) {
                send(i);
                assertThat(Wait.taken(seen)).isEqualTo(i);
            }
            assertThat(listening.ended()).isNotDone();
        }
    }

    @Test
    void closingInterruptsNoHandler() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        CompletableFuture<Boolean> undisturbed = new CompletableFuture<>();
        Listening listening = spread.onEvent(Runnable::run, event -> {
            inside.countDown();
            try {
                undisturbed.complete(closed.await(60, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                undisturbed.complete(false);
            }
        });
        send(1);
        assertThat(inside.await(60, TimeUnit.SECONDS)).isTrue();
        listening.close();
        send(2);
        assertThat(type(spread.receive(LONG))).isEqualTo(2);
        closed.countDown();
        assertThat(undisturbed.get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(listening.ended().get(60, TimeUnit.SECONDS)).hasMessageContaining("closed by this program");
    }

    // ----------------------------------------------------------------------------------- executors that do not run

    @Test
    void anExecutorThatIsShutDownEndsItWithAReasonAndLosesNothing() throws Exception {
        ExecutorService executor = executor();
        CountDownLatch busy = new CountDownLatch(1);
        AtomicBoolean handled = new AtomicBoolean();
        executor.execute(() -> {
            boolean over = false;
            while (!over) {
                try {
                    over = busy.await(60, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    // goes on in spite of shutdownNow, as programs may
                }
            }
        });
        Listening listening = spread.onEvent(executor, event -> handled.set(true));
        for (int i = 0; i < Listening.MAX_WAITING + 100; i++) {
            send(i);
        }
        executor.shutdownNow();
        assertThat(listening.ended().get(60, TimeUnit.SECONDS))
                .hasMessageContaining("was shut down")
                .satisfies(e -> assertThat(e.code()).isEqualTo(SpreadCode.ILLEGAL_STATE));
        for (int i = 0; i < Listening.MAX_WAITING + 100; i++) {
            assertThat(type(spread.receive(LONG))).isEqualTo(i);
        }
        listening.close();
        busy.countDown();
        assertThat(executor.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        assertThat(handled).isFalse();
    }

    @Test
    void anExecutorThatThrowsAnErrorEndsItWithAReasonAndLosesNothing() throws Exception {
        Listening listening = spread.onEvent(
                task -> {
                    throw new OutOfMemoryError("no thread");
                },
                event -> {});
        send(1);
        assertThat(listening.ended().get(60, TimeUnit.SECONDS)).hasMessageContaining("no thread");
        assertThat(type(spread.receive(LONG))).isEqualTo(1);
    }

    @Test
    void whatIsPutBackGoesToAReceiverThatWaitsAlready() throws Exception {
        CompletableFuture<SpreadEvent> waiting = CompletableFuture.supplyAsync(spread::receive, FakeDaemon.THREADS);
        Wait.until("the listener waits for input", () -> link.waiting);
        Listening listening = spread.onEvent(
                task -> {
                    throw new IllegalStateException("refused");
                },
                event -> {});
        send(1);
        int first = type(waiting.get(60, TimeUnit.SECONDS));
        send(2);
        listening.ended().get(60, TimeUnit.SECONDS);
        assertThat(first + type(spread.receive(LONG))).isEqualTo(3);
    }

    @Test
    void closeLosesNothingWhenAnExecutorNeverRunsAnything() throws Exception {
        Listening listening = spread.onEvent(task -> {}, event -> {});
        for (int i = 0; i < 2 * Listening.MAX_WAITING; i++) {
            send(i);
        }
        send(9999);
        Thread closing = new Thread(listening::close);
        closing.start();
        closing.join(60_000);
        assertThat(closing.isAlive()).isFalse();
        assertThat(listening.ended().get(60, TimeUnit.SECONDS)).hasMessageContaining("closed by this program");
        for (int i = 0; i < 2 * Listening.MAX_WAITING; i++) {
            assertThat(type(spread.receive(LONG))).isEqualTo(i);
        }
        assertThat(type(spread.receive(LONG))).isEqualTo(9999);
    }

    @Test
    void closeSaysWhereAThreadIsStuck() throws Exception {
        link.deaf = true;
        Listening listening = spread.onEvent(Runnable::run, event -> {});
        Wait.until("the listener waits for input", () -> link.waiting);
        assertThatThrownBy(listening::close)
                .isInstanceOfSatisfying(
                        SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.WOULD_BLOCK))
                .hasMessageContaining("is stopped, but its thread is still in");
        link.deaf = false;
        assertThat(listening.ended().get(60, TimeUnit.SECONDS)).hasMessageContaining("closed by this program");
        send(1);
        assertThat(type(spread.receive(LONG))).isEqualTo(1);
    }

    @Test
    void memoryThatRunsOutInItsThreadEndsTheConnectionWithAReason() throws Exception {
        Listening listening = spread.onEvent(Runnable::run, event -> {});
        link.readError = new OutOfMemoryError("for a test");
        link.wake();
        assertThat(spread.closed().get(60, TimeUnit.SECONDS)).hasMessageContaining("OutOfMemoryError");
        assertThat(listening.ended().get(60, TimeUnit.SECONDS)).hasMessageContaining("OutOfMemoryError");
        assertThat(spread.isOpen()).isFalse();
    }

    // ------------------------------------------------------------------------------------------------- subscribers

    private static class Collecting implements Flow.Subscriber<SpreadEvent> {
        final BlockingQueue<String> calls = new LinkedBlockingQueue<>();
        volatile Flow.@Nullable Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(1);
        }

        @Override
        public void onNext(SpreadEvent item) {
            calls.add("next " + type(item));
        }

        @Override
        public void onError(Throwable throwable) {
            calls.add("error " + throwable.getClass().getSimpleName());
        }

        @Override
        public void onComplete() {
            calls.add("complete");
        }
    }

    @Test
    void aSubscriberThatThrowsHasCancelled() throws Exception {
        Collecting throwing = new Collecting() {
            @Override
            public void onNext(SpreadEvent item) {
                super.onNext(item);
                throw new Fault();
            }
        };
        spread.events().subscribe(throwing);
        send(1);
        assertThat(Wait.taken(throwing.calls)).isEqualTo("next 1");
        send(2);
        Wait.until("the second message can be received", () -> {
            try {
                return type(spread.receive(LONG)) == 2;
            } catch (SpreadException e) {
                return false;
            }
        });
        assertThat(throwing.calls).isEmpty();
    }

    @Test
    void aSubscriberThatThrowsAtOnceLeavesTheConnectionFree() {
        spread.events().subscribe(new Collecting() {
            @Override
            public void onSubscribe(Flow.Subscription given) {
                throw new Fault();
            }
        });
        send(1);
        assertThat(type(spread.receive(LONG))).isEqualTo(1);
    }

    @Test
    void aSubscriberIsToldOfAnIllegalRequestWithNoLockHeld() throws Exception {
        Collecting impossible = new Collecting() {
            @Override
            public void onSubscribe(Flow.Subscription given) {
                subscription = given;
                given.request(0);
            }

            @Override
            public void onError(Throwable throwable) {
                CompletableFuture<Void> elsewhere = CompletableFuture.runAsync(
                        () -> Objects.requireNonNull(subscription).cancel(), FakeDaemon.THREADS);
                elsewhere.orTimeout(60, TimeUnit.SECONDS).join();
                super.onError(throwable);
            }
        };
        spread.events().subscribe(impossible);
        assertThat(Wait.taken(impossible.calls)).isEqualTo("error IllegalArgumentException");
    }

    @Test
    void aSubscriberIsToldWhenMemoryRunsOut() throws Exception {
        Collecting waiting = new Collecting();
        spread.events().subscribe(waiting);
        link.readError = new OutOfMemoryError("for a test");
        link.wake();
        assertThat(Wait.taken(waiting.calls)).isEqualTo("error SpreadException");
        assertThat(spread.closed().get(60, TimeUnit.SECONDS)).hasMessageContaining("OutOfMemoryError");
    }
}
