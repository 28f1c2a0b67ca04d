package org.flushspread.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.flushspread.Wait;
import org.flushspread.wire.SpreadCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads on one connection, interrupts, close, listeners and selectors. */
@Timeout(120)
class ConcurrencyTest {
    private static final Duration LONG = Wait.LONGEST;
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

    private static byte[] data(int type) {
        return MessageBytes.little().data(0x10, "#b#d1", List.of("g"), type, new byte[0]);
    }

    private DataMessage next() {
        return (DataMessage) Objects.requireNonNull(spread.receive(LONG));
    }

    /** Reads one message of the client; its body. */
    private ByteBuffer readMessage() {
        ByteBuffer header = ByteBuffer.wrap(daemon.receive(48)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(header.getInt(0) & 0x80000080).isEqualTo(0x80000080);
        int groups = header.getInt(36);
        assertThat(groups).isEqualTo(1);
        daemon.receive(32 * groups);
        return ByteBuffer.wrap(daemon.receive(header.getInt(44)));
    }

    @Test
    void messagesOfManySendersNeverInterleaveAndKeepEachSendersOrder() {
        int senders = 4;
        int each = 300;
        List<CompletableFuture<Void>> sending = new ArrayList<>();
        for (int s = 0; s < senders; s++) {
            int sender = s;
            sending.add(CompletableFuture.runAsync(
                    () -> {
                        for (int i = 0; i < each; i++) {
                            int size = 8 + (i * 7919 + sender * 104729) % (i % 10 == 0 ? 200_000 : 3000);
                            ByteBuffer body = ByteBuffer.allocate(size);
                            while (body.remaining() >= 8) {
                                body.putInt(sender).putInt(i);
                            }
                            spread.multicast(Service.FIFO, "g", body.flip());
                        }
                    },
                    FakeDaemon.THREADS));
        }
        Map<Integer, Integer> last = new HashMap<>();
        for (int i = 0; i < senders * each; i++) {
            ByteBuffer body = readMessage();
            int sender = body.getInt(0);
            int number = body.getInt(4);
            assertThat(number).isEqualTo(last.getOrDefault(sender, -1) + 1);
            last.put(sender, number);
            while (body.remaining() >= 8) {
                assertThat(body.getInt()).isEqualTo(sender);
                assertThat(body.getInt()).isEqualTo(number);
            }
        }
        CompletableFuture.allOf(sending.toArray(new CompletableFuture<?>[0])).join();
    }

    @Test
    void severalReceiversGetEachMessageOnce() throws Exception {
        BlockingQueue<Integer> got = new LinkedBlockingQueue<>();
        int count = 2000;
        List<CompletableFuture<Void>> receiving = new ArrayList<>();
        for (int r = 0; r < 3; r++) {
            receiving.add(CompletableFuture.runAsync(
                    () -> {
                        while (true) {
                            DataMessage message = next();
                            if (message.type() < 0) {
                                return;
                            }
                            got.add((int) message.type());
                        }
                    },
                    FakeDaemon.THREADS));
        }
        for (int i = 0; i < count; i++) {
            daemon.send(data(i));
        }
        for (int r = 0; r < 3; r++) {
            daemon.send(data(-1));
        }
        CompletableFuture.allOf(receiving.toArray(new CompletableFuture<?>[0])).get(60, TimeUnit.SECONDS);
        assertThat(got).hasSize(count).doesNotHaveDuplicates();
    }

    @Test
    void aSenderAndAReceiverDoNotWaitForEachOther() {
        CompletableFuture<DataMessage> receiving = CompletableFuture.supplyAsync(this::next, FakeDaemon.THREADS);
        spread.multicast(Service.FIFO, "g", new byte[3]);
        assertThat(readMessage().remaining()).isEqualTo(3);
        daemon.send(data(5));
        assertThat(receiving.join().type()).isEqualTo((short) 5);
    }

    @Test
    void trySendIsAllOrNothingForTheCaller() {
        Multicast to = Multicast.to("g");
        int accepted = 0;
        ByteBuffer body = ByteBuffer.allocate(10_000);
        int refusedInARow = 0;
        while (refusedInARow < 100) {
            body.clear().putInt(0, accepted);
            if (spread.trySend(to, body)) {
                assertThat(body.hasRemaining()).isFalse();
                accepted++;
                refusedInARow = 0;
            } else {
                assertThat(body.position()).isZero();
                refusedInARow++;
            }
        }
        int whole = accepted;
        CompletableFuture<Integer> reading = CompletableFuture.supplyAsync(
                () -> {
                    for (int i = 0; i < whole; i++) {
                        assertThat(readMessage().getInt()).isEqualTo(i);
                    }
                    return whole;
                },
                FakeDaemon.THREADS);
        while (spread.hasUnsent()) {
            assertThat(spread.receive(Duration.ofMillis(10))).isNull();
        }
        assertThat(reading.join()).isPositive();
        // The socket may hold what has been read until that is acknowledged.
        Wait.until("there is room again", () -> spread.trySend(Service.SAFE, "g", new byte[2]));
        assertThat(readMessage().remaining()).isEqualTo(2);
    }

    @Test
    void anInterruptedReceiverLosesNothing() throws Exception {
        CompletableFuture<Throwable> interrupted = new CompletableFuture<>();
        Thread receiver = new Thread(() -> {
            try {
                spread.receive();
            } catch (SpreadInterruptedException e) {
                interrupted.complete(Thread.currentThread().isInterrupted() ? e : new AssertionError("flag lost"));
            }
        });
        receiver.start();
        byte[] message = data(9);
        daemon.send(java.util.Arrays.copyOf(message, 50));
        receiver.interrupt();
        assertThat(interrupted.get(60, TimeUnit.SECONDS)).isInstanceOf(SpreadInterruptedException.class);
        daemon.send(java.util.Arrays.copyOfRange(message, 50, message.length));
        assertThat(next().type()).isEqualTo((short) 9);
        assertThat(spread.isOpen()).isTrue();
    }

    @Test
    void anInterruptedSenderLeavesTheMessageWholeOrUnsent() throws Exception {
        CompletableFuture<Boolean> large = new CompletableFuture<>();
        Thread sender = new Thread(() -> {
            spread.multicast(Service.FIFO, "g", new byte[14_000_000]);
            large.complete(Thread.currentThread().isInterrupted());
            try {
                spread.multicast(Service.FIFO, "g", new byte[1]);
            } catch (SpreadInterruptedException e) {
                large.obtrudeValue(true);
            }
        });
        sender.start();
        daemon.receive(48 + 32);
        sender.interrupt();
        assertThat(large.get(60, TimeUnit.SECONDS)).isTrue();
        sender.join(60_000);
        assertThat(sender.isAlive()).isFalse();
        assertThat(spread.hasUnsent()).isTrue();
        CompletableFuture<Void> next =
                CompletableFuture.runAsync(() -> spread.multicast(Service.FIFO, "g", new byte[7]), FakeDaemon.THREADS);
        daemon.receive(14_000_000);
        assertThat(readMessage().remaining()).isEqualTo(7);
        next.join();
    }

    @Test
    void closeEndsAllWaits() throws Exception {
        CompletableFuture<Void> receiving = CompletableFuture.runAsync(spread::receive, FakeDaemon.THREADS);
        CompletableFuture<Void> sending = CompletableFuture.runAsync(
                () -> {
                    while (true) {
                        spread.multicast(Service.FIFO, "g", new byte[100_000]);
                    }
                },
                FakeDaemon.THREADS);
        daemon.receive(1_000_000);
        CompletableFuture.runAsync(spread::close, FakeDaemon.THREADS).get(60, TimeUnit.SECONDS);
        for (CompletableFuture<Void> each : List.of(receiving, sending)) {
            assertThatThrownBy(() -> each.get(60, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfSatisfying(
                            SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.CONNECTION_CLOSED));
        }
        assertThat(spread.closed()).isCompleted();
        spread.close();
    }

    @Test
    void closeWritesWhatWasSentAndThenTheKill() {
        spread.multicast(Service.FIFO, "g", new byte[5]);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(spread::close, FakeDaemon.THREADS);
        assertThat(readMessage().remaining()).isEqualTo(5);
        assertThat(daemon.receiveHex(4)).isEqualTo("80000480");
        daemon.receive(76);
        assertThat(daemon.clientCloses()).isTrue();
        daemon.closeClient();
        closing.join();
    }

    @Test
    void aListenerGetsEveryEventInOrderWhateverItThrows() throws Exception {
        AtomicInteger thrown = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(3, task -> {
            Thread thread = new Thread(task);
            thread.setUncaughtExceptionHandler((t, e) -> thrown.addAndGet(e instanceof QuietException ? 1 : 1000));
            return thread;
        });
        try {
            BlockingQueue<Integer> seen = new LinkedBlockingQueue<>();
            AtomicInteger inside = new AtomicInteger();
            Listening listening = spread.onEvent(pool, event -> {
                assertThat(inside.incrementAndGet()).isEqualTo(1);
                int type = ((DataMessage) event).type();
                seen.add(type);
                inside.decrementAndGet();
                if (type % 50 == 7) {
                    throw new QuietException();
                }
            });
            assertThatThrownBy(spread::tryReceive)
                    .isInstanceOfSatisfying(
                            SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.ILLEGAL_STATE));
            for (int i = 0; i < 3000; i++) {
                daemon.send(data(i));
            }
            for (int i = 0; i < 3000; i++) {
                assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo(i);
            }
            listening.close();
            assertThat(thrown).hasValue(60);
            daemon.send(data(1));
            assertThat(next().type()).isEqualTo((short) 1);
        } finally {
            pool.shutdownNow();
        }
    }

    private static final class QuietException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        QuietException() {
            super("thrown by the handler on purpose", null, false, false);
        }
    }

    @Test
    void eventsThatTheExecutorRefusesAreKept() {
        Listening listening = spread.onEvent(
                task -> {
                    throw new RejectedExecutionException("full");
                },
                event -> {});
        daemon.send(data(1));
        daemon.send(data(2));
        Deadline deadline = Deadline.in(LONG);
        SpreadEvent first = null;
        while (first == null && !deadline.isOver()) {
            try {
                first = spread.receive(LONG);
            } catch (SpreadException e) {
                assertThat(e.code()).isEqualTo(SpreadCode.ILLEGAL_STATE);
            }
        }
        assertThat(((DataMessage) Objects.requireNonNull(first)).type()).isEqualTo((short) 1);
        assertThat(next().type()).isEqualTo((short) 2);
        listening.close();
    }

    @Test
    void aSubscriberGetsWhatItAsksForAndTheEnd() throws Exception {
        BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
        CompletableFuture<Flow.Subscription> subscribed = new CompletableFuture<>();
        spread.events().subscribe(new Flow.Subscriber<SpreadEvent>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscribed.complete(subscription);
            }

            @Override
            public void onNext(SpreadEvent item) {
                seen.add((int) ((DataMessage) item).type());
            }

            @Override
            public void onError(Throwable throwable) {
                seen.add(throwable);
            }

            @Override
            public void onComplete() {
                seen.add("complete");
            }
        });
        for (int i = 0; i < 5; i++) {
            daemon.send(data(i));
        }
        subscribed.join().request(2);
        assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo(0);
        assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(seen.poll(100, TimeUnit.MILLISECONDS)).isNull();
        subscribed.join().request(Long.MAX_VALUE);
        for (int i = 2; i < 5; i++) {
            assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo(i);
        }
        spread.close();
        assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo("complete");
    }

    @Test
    void theChannelWorksInASelectorOfTheProgram() throws Exception {
        try (Selector selector = Selector.open()) {
            SelectionKey key = Objects.requireNonNull(spread.channel()).register(selector, SelectionKey.OP_READ);
            for (int i = 0; i < 100; i++) {
                daemon.send(data(i));
            }
            int got = 0;
            while (got < 100) {
                assertThat(selector.select(10_000)).isPositive();
                selector.selectedKeys().clear();
                assertThat(key.isReadable()).isTrue();
                SpreadEvent event;
                while ((event = spread.tryReceive()) != null) {
                    assertThat(((DataMessage) event).type()).isEqualTo((short) got++);
                }
            }
        }
    }

    @Test
    void aShortSpinChangesNothingButTheWaiting() throws Exception {
        try (FakeDaemon other = FakeDaemon.listen()) {
            CompletableFuture<Void> accepting = other.acceptAs("me");
            try (SpreadConnection spinning = SpreadConnection.builder(other.name(), "me")
                    .spin(Duration.ofMillis(1))
                    .connect()) {
                accepting.get(60, TimeUnit.SECONDS);
                assertThat(spinning.receive(Duration.ofMillis(20))).isNull();
                other.send(data(3));
                assertThat(spinning.receive(LONG)).isInstanceOf(DataMessage.class);
                other.closeClient();
            }
        }
    }
}
