package org.flushspread.flush;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.flushspread.Wait;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadException;
import org.flushspread.flush.kernel.Cause;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class FlushConnectionTest {
    private static final Duration LONG = Wait.LONGEST;

    private final TestDaemon daemon = new TestDaemon();
    private final java.util.ArrayList<FlushConnection> open = new java.util.ArrayList<>();

    private FlushConnection connect(String name) {
        return connect(FlushOptions.of(daemon.name(), name));
    }

    private FlushConnection connect(FlushOptions options) {
        FlushConnection connection = FlushConnection.connect(options);
        open.add(connection);
        return connection;
    }

    @AfterEach
    void close() {
        open.forEach(FlushConnection::close);
        daemon.close();
    }

    /** What a listener got, in order. */
    private static final class Recorder implements FlushListener {
        final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

        @Override
        public void onView(View view) {
            events.add(view);
        }

        @Override
        public void onMessage(DataMessage message) {
            events.add(message.text());
        }

        @Override
        public void onFlushRequest(FlushRequest request) {
            events.add(request);
        }

        @Override
        public void onTransition() {
            events.add("transition");
        }

        @Override
        public void onSelfLeave() {
            events.add("left");
        }

        @Override
        public void onFlushDelayed(FlushDelayed warning) {
            events.add(warning);
        }

        @Override
        public void onClosed(SpreadException why) {
            events.add(why);
        }

        Object next() throws InterruptedException {
            @Nullable Object event = events.poll(60, TimeUnit.SECONDS);
            assertThat(event).isNotNull();
            return event == null ? "" : event;
        }

        View view(int members) throws InterruptedException {
            while (true) {
                if (next() instanceof View view && view.members().size() == members) {
                    return view;
                }
            }
        }
    }

    private static <T extends FlushEvent> T await(FlushConnection connection, Class<T> type) {
        while (true) {
            FlushEvent event = connection.receive(LONG);
            assertThat(event).as("waiting for " + type.getSimpleName()).isNotNull();
            if (type.isInstance(event)) {
                return type.cast(event);
            }
        }
    }

    @Test
    void listenersChatAndConsentByReturning() throws InterruptedException {
        Recorder a = new Recorder();
        Recorder b = new Recorder();
        FlushGroup atA = connect("a").join("chat");
        atA.listen(a);
        assertThat(a.view(1).me()).isEqualTo("#a#t1");
        FlushGroup atB = connect("b").join("chat");
        atB.listen(b);
        View view = a.view(2);
        assertThat(view.cause()).isEqualTo(Cause.JOIN);
        assertThat(view.joined()).containsExactly("#b#t1");
        assertThat(view.left()).isEmpty();
        assertThat(view.transitional()).containsExactly("#a#t1");
        assertThat(b.view(2).transitional()).containsExactly("#b#t1");
        atA.multicast(Service.SAFE, "hello");
        assertThat(a.next()).isEqualTo("hello");
        assertThat(b.next()).isEqualTo("hello");
        atB.unicast(Service.FIFO, atB.awaitView(2, LONG).members().get(0), "only you");
        assertThat(a.next()).isEqualTo("only you");
        atB.leave();
        while (!b.next().equals("left")) {
            // requests and views on the way
        }
        View alone = a.view(1);
        assertThat(alone.left()).containsExactly("#b#t1");
        assertThat(atB.hasLeft()).isTrue();
        assertThat(atB.view()).isNull();
    }

    @Test
    void aDeferredRequestHoldsTheViewUntilItIsFlushed() throws InterruptedException {
        LinkedBlockingQueue<FlushRequest> requests = new LinkedBlockingQueue<>();
        Recorder a = new Recorder();
        FlushGroup atA = connect("a").join("g");
        atA.listen(new FlushListener() {
            @Override
            public void onView(View view) {
                a.onView(view);
            }

            @Override
            public void onFlushRequest(FlushRequest request) {
                request.defer();
                requests.add(request);
            }
        });
        a.view(1);
        FlushConnection b = connect("b");
        b.join("g");
        FlushRequest request = requests.poll(60, TimeUnit.SECONDS);
        assertThat(request).isNotNull();
        atA.multicast(Service.FIFO, "still in the old view");
        // b consents while it receives, and a gets to know that some time later.
        long end = System.nanoTime() + LONG.toNanos();
        PendingView pending = atA.pendingView();
        while (pending == null || !pending.missing().equals(List.of("#a#t1"))) {
            assertThat(System.nanoTime()).as("pending is " + pending).isLessThan(end);
            assertThat(b.receive(ofMillis(20))).isNull();
            pending = atA.pendingView();
        }
        assertThat(b.receive(ofMillis(200))).isNull();
        if (request != null) {
            request.flush();
        }
        assertThat(await(b, View.class).members()).containsExactly("#a#t1", "#b#t1");
        a.view(2);
    }

    @Test
    void receiveCallsGiveTheSameEvents() {
        FlushConnection a = connect("a");
        FlushGroup group = a.join("g");
        assertThat(await(a, View.class).members()).containsExactly("#a#t1");
        assertThat(a.tryReceive()).isNull();
        FlushConnection b = connect("b");
        FlushGroup atB = b.join("g");
        FlushRequest request = await(a, FlushRequest.class);
        group.multicast(Service.FIFO, "last words");
        request.flush();
        assertThatThrownBy(() -> group.multicast(Service.FIFO, "too late"))
                .isInstanceOf(IllegalStateFlushException.class)
                .extracting(e -> ((SpreadException) e).code())
                .isEqualTo(SpreadCode.ILLEGAL_STATE);
        assertThatThrownBy(group::flush).isInstanceOf(IllegalStateFlushException.class);
        assertThat(await(a, DataMessage.class).text()).isEqualTo("last words");
        assertThat(await(b, View.class).members()).hasSize(2);
        assertThat(await(a, View.class).members()).hasSize(2);
        atB.subgroupcast(ServiceType.AGREED_MESS, (short) 9, List.of("#a#t1"), java.nio.ByteBuffer.wrap(new byte[3]));
        DataMessage message = await(a, DataMessage.class);
        assertThat(message.receivers()).containsExactly("#a#t1");
        assertThat(message.type()).isEqualTo((short) 9);
        assertThat(message.length()).isEqualTo(3);
        b.unicast(Service.FIFO, "#a#t1", new byte[5]);
        assertThat(await(a, DataMessage.class).group()).isEqualTo("#a#t1");
    }

    @Test
    void nothingIsSentInAViewTheApplicationHasNotReceived() {
        FlushConnection a = connect("a");
        FlushGroup group = a.join("g");
        assertThatThrownBy(() -> group.multicast(Service.FIFO, "x")).isInstanceOf(IllegalGroupException.class);
        group.awaitView(1, LONG);
        FlushConnection b = connect("b");
        b.join("g");
        await(a, FlushRequest.class).flush();
        b.receive(LONG);
        // Another group's wait runs the automaton past the view; the view itself waits to be received.
        FlushGroup other = a.join("h");
        other.awaitView(1, LONG);
        daemonSettles(a, b);
        View known = group.view();
        assertThat(known).isNotNull();
        if (known != null && known.members().size() == 1) {
            assertThatThrownBy(() -> group.multicast(Service.FIFO, "x")).isInstanceOf(IllegalStateFlushException.class);
        }
        assertThat(group.awaitView(2, LONG).members()).hasSize(2);
        group.multicast(Service.FIFO, "now");
    }

    private static void daemonSettles(FlushConnection a, FlushConnection b) {
        a.unicast(Service.FIFO, b.privateGroup(), new byte[1]);
        await(b, DataMessage.class);
    }

    @Test
    void awaitViewAnswersRequestsOfItsGroup() {
        FlushConnection a = connect("a");
        FlushConnection b = connect("b");
        FlushConnection c = connect("c");
        FlushGroup first = a.join("g");
        first.awaitView(1, LONG);
        FlushGroup second = b.join("g");
        FlushGroup last = c.join("g");
        CompletableFuture<View> other =
                CompletableFuture.supplyAsync(() -> second.awaitView(3, LONG), FlushConnectionTest::thread);
        CompletableFuture<View> third =
                CompletableFuture.supplyAsync(() -> last.awaitView(3, LONG), FlushConnectionTest::thread);
        assertThat(first.awaitView(3, LONG).members()).hasSize(3);
        assertThatThrownBy(() -> first.awaitView(4, ofMillis(50)))
                .isInstanceOf(FlushException.class)
                .hasMessageContaining("has not 4 members");
        assertThat(other.join().members()).isEqualTo(third.join().members());
    }

    @Test
    void aFlushDeadlineNamesWhoHasNotFlushed() throws InterruptedException {
        Duration deadline = ofMillis(100);
        for (int i = 0; warnedOf(deadline, i).contains("#a" + i + "#t1"); i++) {
            // On a busy machine a's own consent may take longer than that: once more, with more time.
            assertThat(deadline).as("a has flushed").isLessThan(ofSeconds(10));
            deadline = deadline.multipliedBy(5);
        }
    }

    /** Whom the warning of member a names, {@code deadline} after a change that slow has not flushed for. */
    private List<String> warnedOf(Duration deadline, int number) throws InterruptedException {
        FlushConnection a = connect(FlushOptions.of(daemon.name(), "a" + number).withFlushDeadline(deadline));
        Recorder recorder = new Recorder();
        FlushGroup group = a.join("g" + number);
        group.listen(recorder);
        recorder.view(1);
        FlushConnection slow = connect("slow" + number);
        slow.join("g" + number);
        await(slow, View.class);
        recorder.view(2);
        FlushConnection c = connect("c" + number);
        c.join("g" + number);
        CompletableFuture<View> reads =
                CompletableFuture.supplyAsync(() -> await(c, View.class), FlushConnectionTest::thread);
        Object event = recorder.next();
        while (!(event instanceof FlushDelayed)) {
            event = recorder.next();
        }
        List<String> missing = ((FlushDelayed) event).missing();
        assertThat(missing).contains("#slow" + number + "#t1");
        await(slow, FlushRequest.class).flush();
        recorder.view(3);
        // slow has to read on for the others to get its consent out of it.
        await(slow, View.class);
        assertThat(reads.join().members()).hasSize(3);
        return missing;
    }

    @Test
    void refusalsCarryTheirCodes() {
        FlushConnection a = connect("a");
        assertThatThrownBy(() -> a.join("no spaces")).isInstanceOf(IllegalGroupException.class);
        FlushGroup group = a.join("g");
        assertThatThrownBy(() -> a.join("g")).isInstanceOf(IllegalGroupException.class);
        group.awaitView(1, LONG);
        assertThatThrownBy(() -> group.unicast(Service.FIFO, "#nobody#t1", "x"))
                .isInstanceOf(IllegalReceiversException.class)
                .hasMessageContaining("not in the current view");
        assertThatThrownBy(() -> group.subgroupcast(Service.FIFO, List.of(), new byte[0]))
                .extracting(e -> ((SpreadException) e).code())
                .isEqualTo(SpreadCode.ILLEGAL_PARAM);
        assertThatThrownBy(
                        () -> group.subgroupcast(Service.FIFO, java.util.Collections.nCopies(44, "#a#t1"), new byte[0]))
                .hasMessageContaining("1 to 43");
        assertThatThrownBy(() -> group.multicast(ServiceType.FIFO_MESS | ServiceType.SAFE_MESS, (short) 0))
                .extracting(e -> ((SpreadException) e).code())
                .isEqualTo(SpreadCode.ILLEGAL_SERVICE);
        assertThatThrownBy(() -> group.multicast(ServiceType.FIFO_MESS, Short.MIN_VALUE))
                .extracting(e -> ((SpreadException) e).code())
                .isEqualTo(SpreadCode.ILLEGAL_MESSAGE_TYPE);
    }

    @Test
    void theEndOfTheConnectionIsToldToListenersAndReceivers() throws InterruptedException {
        FlushConnection a = connect("a");
        Recorder recorder = new Recorder();
        a.join("g").listen(recorder);
        recorder.view(1);
        daemon.drop("#a#t1");
        Object last = recorder.next();
        assertThat(last).isInstanceOf(SpreadException.class);
        assertThatThrownBy(a::receive)
                .isInstanceOf(SpreadException.class)
                .extracting(e -> ((SpreadException) e).code())
                .isEqualTo(SpreadCode.CONNECTION_CLOSED);
    }

    @Test
    void closeWakesAReceiver() throws InterruptedException {
        FlushConnection a = connect("a");
        LinkedBlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
        Thread receiver = new Thread(() -> {
            try {
                a.receive();
            } catch (SpreadException e) {
                thrown.add(e);
            }
        });
        receiver.start();
        a.close();
        assertThat(thrown.poll(60, TimeUnit.SECONDS)).isInstanceOf(SpreadException.class);
    }

    /** A thread for each task: the common pool may have a single thread, and these tasks wait for one another. */
    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "test task");
        thread.setDaemon(true);
        thread.start();
    }
}
