package org.flushspread.flush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.flushspread.Wait;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Listeners and executors that throw, block, are slow or have gone, with queues that are full and memory that is out. */
@Timeout(120)
class ListeningTest {
    private static final Duration LONG = Wait.LONGEST;

    private final TestDaemon daemon = new TestDaemon();
    private final List<FlushConnection> open = new CopyOnWriteArrayList<>();
    private final List<ExecutorService> executors = new CopyOnWriteArrayList<>();
    private final List<Throwable> uncaught = new CopyOnWriteArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private Thread.UncaughtExceptionHandler before;

    /** Writes down the names of what is called, and does what it is told each time. */
    private static class Recorder implements FlushListener {
        final List<String> calls = new CopyOnWriteArrayList<>();
        final List<View> views = new CopyOnWriteArrayList<>();
        private final Runnable deed;

        Recorder() {
            this(() -> {});
        }

        Recorder(Runnable deed) {
            this.deed = deed;
        }

        void call(String what) {
            calls.add(what);
            deed.run();
        }

        @Override
        public void onView(View view) {
            views.add(view);
            call("view " + view.group() + " " + view.members().size());
        }

        @Override
        public void onMessage(DataMessage message) {
            call("message " + message.group() + " " + message.text());
        }

        @Override
        public void onFlushRequest(FlushRequest request) {
            call("request " + request.group());
        }

        @Override
        public void onTransition(Transition transition) {
            call("transition " + transition.group());
        }

        @Override
        public void onSelfLeave(SelfLeave leave) {
            call("left " + leave.group() + (leave.reason() == null ? "" : " since " + leave.reason()));
        }

        @Override
        public void onClosed(String group, SpreadException why) {
            call("closed " + group + ": " + why.getMessage());
        }

        long count(String start) {
            return calls.stream().filter(each -> each.startsWith(start)).count();
        }

        void awaitLast() {
            Wait.until(() -> "a last call in " + calls, () -> count("left") + count("closed") > 0);
        }

        void await(String start) {
            Wait.until(() -> start + " in " + calls, () -> count(start) > 0);
        }
    }

    @BeforeEach
    void collectUncaught() {
        before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> uncaught.add(e));
    }

    @AfterEach
    void close() {
        release.countDown();
        open.forEach(FlushConnection::close);
        executors.forEach(ExecutorService::shutdownNow);
        daemon.close();
        Thread.setDefaultUncaughtExceptionHandler(before);
    }

    private FlushConnection connect(String name) {
        return connect(ConnectOptions.of(daemon.name(), name));
    }

    private FlushConnection connect(ConnectOptions options) {
        FlushConnection connection = FlushConnection.connect(options);
        open.add(connection);
        return connection;
    }

    private ExecutorService single() {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        executors.add(executor);
        return executor;
    }

    private void blockHere() {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A member that answers and receives. */
    private FlushGroup peer(String name, String group) {
        FlushGroup joined = connect(name).join(group);
        joined.listen(new FlushListener() {});
        return joined;
    }

    private static boolean isAlive(String thread) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(each -> each.getName().equals(thread));
    }

    // ---- nothing is lost on the way to a listener

    @Test
    void aListenerThatComesWhileEventsArriveGetsThemAllInOrder() {
        FlushConnection a = connect("a");
        a.join("base").listen(new FlushListener() {});
        Random random = new Random(1);
        int count = 300;
        List<String> all = IntStream.range(0, count).mapToObj(Integer::toString).toList();
        for (int round = 0; round < 40; round++) {
            FlushGroup group = a.join("g" + round);
            group.awaitView(1, LONG);
            Thread sender = new Thread(() -> all.forEach(text -> group.multicast(Service.FIFO, text)));
            sender.start();
            long until = System.nanoTime() + random.nextInt(3_000_000);
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            Recorder recorder = new Recorder();
            group.listen(recorder);
            String prefix = "message " + group.name() + " ";
            Wait.until(() -> "all messages in " + recorder.calls, () -> recorder.count(prefix) == count);
            assertThat(recorder.calls.stream().map(each -> each.substring(prefix.length())))
                    .isEqualTo(all);
            group.leave();
        }
    }

    @Test
    void aListenerGetsTheFirstViewWheneverItComes() {
        FlushConnection a = connect("a");
        a.join("base").listen(new FlushListener() {});
        Random random = new Random(2);
        for (int i = 0; i < 200; i++) {
            FlushGroup group = a.join("r" + i);
            long until = System.nanoTime() + random.nextInt(500_000);
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            Recorder recorder = new Recorder();
            group.listen(recorder);
            recorder.await("view");
        }
    }

    // ---- code of the application that throws

    static Stream<Throwable> whatIsThrown() {
        return Stream.of(
                new IllegalStateException("a fault of the program"),
                new AssertionError("an Error"),
                new StackOverflowError("another"),
                new OutOfMemoryError("simulated"));
    }

    @ParameterizedTest
    @MethodSource("whatIsThrown")
    void whateverEveryMethodThrowsTheNextEventFollowsAndOthersAreAnswered(Throwable thrown) {
        for (boolean own : new boolean[] {true, false}) {
            String suffix = own ? "1" : "2";
            Recorder bad = new Recorder(() -> sneak(thrown));
            FlushConnection a = connect("a" + suffix);
            FlushGroup group = a.join("g" + suffix);
            Executor executor = single();
            if (own) {
                group.listen(bad);
                a.listen(bad);
            } else {
                group.listen(bad, executor);
                a.listen(bad, executor);
            }
            bad.await("view");
            FlushGroup b = peer("b" + suffix, group.name());
            assertThat(b.awaitView(2, LONG).members()).hasSize(2);
            bad.await("request");
            daemon.transition(group.name());
            bad.await("transition");
            b.multicast(Service.SAFE, "x");
            bad.await("message " + group.name());
            b.connection().unicast(Service.FIFO, a.privateGroup(), new byte[] {'y'});
            bad.await("message " + a.privateGroup() + " y");
            group.leave();
            bad.await("left");
            Wait.until("a has left", () -> b.awaitView(1, LONG).members().size() == 1);
            daemon.drop(a.privateGroup());
            bad.await("closed " + a.privateGroup());
            Wait.until(
                    () -> "each is told: " + uncaught.size() + " of " + bad.calls,
                    () -> uncaught.size() == bad.calls.size());
            assertThat(bad.count("closed")).isEqualTo(1);
            uncaught.clear();
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> void sneak(Throwable e) throws T {
        throw (T) e;
    }

    // ---- messages of nobody's group

    @Test
    void privateMessagesHaveAListenerOfTheirOwn() {
        FlushConnection a = connect("a");
        Recorder ofGroup = new Recorder();
        Recorder ofNone = new Recorder();
        FlushConnection b = connect("b");
        b.unicast(Service.FIFO, 7, a.privateGroup(), new byte[] {'1'});
        a.join("g").listen(ofGroup);
        ofGroup.await("view");
        a.listen(ofNone);
        b.unicast(Service.FIFO, a.privateGroup(), new byte[] {'2'});
        ofNone.await("message #a#t1 2");
        assertThatThrownBy(() -> a.listen(new FlushListener() {})).isInstanceOf(IllegalStateException.class);
        a.close();
        ofNone.await("closed #a#t1");
        ofGroup.await("closed g");
        assertThat(ofNone.calls).hasSize(3).startsWith("message #a#t1 1", "message #a#t1 2");
        assertThat(ofGroup.count("message")).isZero();
    }

    @Test
    void privateMessagesThatNobodyTakesAreDroppedAndCountedAndStopNothing() {
        FlushConnection a = connect("a");
        FlushGroup group = a.join("g");
        group.listen(new FlushListener() {});
        group.awaitView(1, LONG);
        FlushConnection b = connect("b");
        int count = Backlog.MAX_PRIVATE + 500;
        for (int i = 0; i < count; i++) {
            b.unicast(Service.FIFO, a.privateGroup(), new byte[] {1});
        }
        receiveOwn(b);
        assertThat(peer("c", "g").awaitView(2, LONG).members()).hasSize(2);
        assertThat(a.droppedMessages()).isEqualTo(500);
        for (int i = 0; i < Backlog.MAX_PRIVATE; i++) {
            assertThat(a.tryReceive()).isInstanceOf(DataMessage.class);
        }
        assertThat(a.tryReceive()).isNull();
        byte[] large = new byte[1 << 20];
        for (int i = 0; i < 20; i++) {
            b.unicast(Service.FIFO, a.privateGroup(), large);
        }
        receiveOwn(b);
        assertThat(peer("d", "g").awaitView(3, LONG).members()).hasSize(3);
        assertThat(a.droppedMessages()).as("a bound of bytes").isEqualTo(500 + 4);
    }

    /** Then the daemon has sent on what this connection sent before. */
    private static void receiveOwn(FlushConnection connection) {
        connection.unicast(Service.FIFO, connection.privateGroup(), new byte[1]);
        assertThat(connection.receive(LONG)).isInstanceOf(DataMessage.class);
    }

    /** The same for one whose messages others receive. */
    private void sendThrough(FlushConnection connection) {
        FlushConnection other = connect("x");
        connection.unicast(Service.FIFO, other.privateGroup(), new byte[1]);
        assertThat(other.receive(LONG)).isInstanceOf(DataMessage.class);
    }

    // ---- slow and stuck handlers

    @Test
    void aStuckHandlerDoesNotHoldUpTheOtherGroups() {
        FlushConnection a = connect("a");
        Recorder stuck = new Recorder(this::blockHere);
        a.join("busy").listen(stuck);
        FlushGroup other = a.join("other");
        other.listen(new FlushListener() {});
        other.awaitView(1, LONG);
        stuck.await("view");
        for (int i = 0; i < ListenerBacklog.CAPACITY + 500; i++) {
            a.group("busy").multicast(Service.FIFO, "x");
        }
        sendThrough(a);
        assertThat(peer("c", "other").awaitView(2, LONG).members()).hasSize(2);
        release.countDown();
        Wait.until("all are handled in the end", () -> stuck.count("message") == ListenerBacklog.CAPACITY + 500);
    }

    @Test
    void aGroupWithWhichNobodyKeepsUpIsLeftForTheOthersSake() {
        FlushConnection a = connect("a");
        Recorder stuck = new Recorder(this::blockHere);
        FlushGroup busy = a.join("busy");
        busy.listen(stuck);
        FlushGroup other = a.join("other");
        other.listen(new FlushListener() {});
        other.awaitView(1, LONG);
        stuck.await("view");
        byte[] large = new byte[10 << 20];
        for (int i = 0; i < ListenerBacklog.LIMIT_BYTES / large.length + 5; i++) {
            try {
                busy.multicast(Service.FIFO, 0, large);
            } catch (IllegalGroupException e) {
                break;
            }
        }
        Wait.until("the group is left", () -> a.group("busy") == null);
        assertThat(peer("c", "other").awaitView(2, LONG).members()).hasSize(2);
        release.countDown();
        stuck.await("left busy since more than");
        assertThat(a.isOpen()).isTrue();
    }

    @Test
    void closeEndsTheThreadsWhileAQueueIsFullAndAHandlerIsStuck() {
        FlushConnection a = connect("close");
        Recorder stuck = new Recorder(this::blockHere);
        FlushGroup group = a.join("full");
        group.listen(stuck);
        stuck.await("view");
        for (int i = 0; i < ListenerBacklog.CAPACITY + 100; i++) {
            group.multicast(Service.FIFO, "x");
        }
        sendThrough(a);
        a.close();
        assertThat(a.isOpen()).isFalse();
        Wait.until("the receiving thread ends", () -> !isAlive("flush #close#t1"));
        release.countDown();
        stuck.await("closed full");
        Wait.until("the handler's thread ends", () -> !isAlive("flush full"));
        assertThat(stuck.calls)
                .as("nothing but the end after the handler that ran")
                .hasSize(2);
        assertThatThrownBy(a::receive).isInstanceOf(SpreadException.class);
    }

    // ---- memory

    @Test
    void wantOfMemoryInTheReceivingThreadEndsTheConnectionWithAReason() throws Exception {
        FaultyLink link = new FaultyLink(daemon.name());
        FlushConnection a = connect(ConnectOptions.of(daemon.name(), "a").withLink(link));
        Recorder recorder = new Recorder();
        Recorder ofNone = new Recorder();
        a.join("g").listen(recorder);
        a.listen(ofNone, single());
        recorder.await("view");
        link.failReads(new OutOfMemoryError("simulated"));
        recorder.await("closed g: there was no memory left");
        ofNone.await("closed #a#t1: there was no memory left");
        assertThat(a.isOpen()).isFalse();
        assertThat(a.closed().get(60, TimeUnit.SECONDS)).hasMessageContaining("no memory left");
        assertThatThrownBy(a::receive).hasMessageContaining("no memory left");
        a.close();
        Wait.until("the receiving thread ends", () -> !isAlive("flush #a#t1"));
        assertThat(recorder.count("closed")).isEqualTo(1);
        assertThat(ofNone.count("closed")).isEqualTo(1);
    }

    @Test
    void anyOtherErrorInTheReceivingThreadEndsTheConnectionToo() throws IOException {
        FaultyLink link = new FaultyLink(daemon.name());
        FlushConnection a = connect(ConnectOptions.of(daemon.name(), "a").withLink(link));
        Recorder recorder = new Recorder();
        a.join("g").listen(recorder);
        recorder.await("view");
        link.failReads(new InternalError("simulated"));
        recorder.await("closed g: the thread that receives");
        assertThat(a.isOpen()).isFalse();
        assertThat(uncaught).hasSize(1);
    }

    // ---- executors

    @Test
    void anExecutorThatTakesNoTasksEndsTheConnection() {
        ExecutorService executor = single();
        FlushConnection a = connect("a");
        Recorder recorder = new Recorder();
        FlushGroup group = a.join("g");
        group.listen(recorder, executor);
        recorder.await("view");
        executor.shutdown();
        FlushGroup b = peer("b", "g");
        recorder.await("closed g: the executor of the listener of 'g'");
        assertThat(b.awaitView(1, LONG).members()).as("b does not wait for a").containsExactly("#b#t1");
        assertThat(a.isOpen()).isFalse();
        assertThat(recorder.count("closed")).isEqualTo(1);
        assertThatThrownBy(() -> group.multicast(Service.FIFO, "x")).isInstanceOf(SpreadException.class);
    }

    @Test
    void anExecutorThatThrewAwayOurTaskEndsTheConnection() {
        ExecutorService executor = single();
        executor.execute(this::blockHere);
        FlushConnection a = connect("a");
        Recorder recorder = new Recorder();
        a.join("g").listen(recorder, executor);
        FlushGroup b = peer("b", "g");
        Wait.until("a is asked for its consent", () -> a.group("g").pendingView() != null);
        executor.shutdownNow();
        // As it lost our task, or as the next event finds it closed: both may be seen first.
        recorder.await("closed g: the executor of the listener of 'g'");
        assertThat(b.awaitView(1, LONG).members()).containsExactly("#b#t1");
        assertThat(recorder.calls).hasSize(1);
    }

    @Test
    void anExecutorThatThrewAwayOurTaskEndsTheConnectionThoughAnotherTaskGoesOnForEver() {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        executors.add(executor);
        executor.execute(() -> {
            while (release.getCount() > 0) {
                Thread.interrupted();
                LockSupport.parkNanos(10_000_000);
            }
        });
        FlushConnection a = connect("a");
        Recorder recorder = new Recorder();
        a.join("g").listen(recorder, executor);
        Wait.until("our task waits", () -> !executor.getQueue().isEmpty());
        assertThat(executor.shutdownNow()).hasSize(1);
        FlushGroup b = peer("b", "g");
        recorder.await("closed g: the executor of the listener of 'g' was shut down");
        assertThat(executor.isTerminated()).isFalse();
        assertThat(b.awaitView(1, LONG).members()).as("b does not wait for a").containsExactly("#b#t1");
        assertThat(recorder.calls).hasSize(1);
    }

    @Test
    void anExecutorThatIsShutDownInOrderStillRunsTheTaskItHas() {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        executors.add(executor);
        executor.execute(this::blockHere);
        FlushConnection a = connect("a");
        Recorder recorder = new Recorder();
        a.join("g").listen(recorder, executor);
        Wait.until("our task waits", () -> !executor.getQueue().isEmpty());
        executor.shutdown();
        release.countDown();
        recorder.await("view g 1");
        assertThat(a.isOpen()).isTrue();
    }

    static Stream<Executor> oddExecutors() {
        return Stream.of(
                task -> {
                    throw new RejectedExecutionException("full");
                },
                task -> {
                    throw new OutOfMemoryError("unable to create native thread");
                },
                task -> {
                    throw new IllegalStateException("odd");
                });
    }

    @ParameterizedTest
    @MethodSource("oddExecutors")
    void anExecutorThatThrowsEndsTheConnection(Executor executor) {
        Recorder recorder = new Recorder();
        FlushConnection a = connect("a");
        a.join("g").listen(recorder, executor);
        recorder.await("closed g: the executor of the listener of 'g' takes no more tasks");
        assertThat(a.isOpen()).isFalse();
        assertThat(recorder.calls).hasSize(1);
    }

    @Test
    void anExecutorThatBlocksOrRunsTasksInItsCallerHoldsUpNobodyElse() {
        FlushConnection a = connect("a");
        a.join("blocks").listen(new FlushListener() {}, task -> blockHere());
        Recorder inCaller = new Recorder(this::blockHere);
        a.join("runs").listen(inCaller, Runnable::run);
        FlushGroup other = a.join("other");
        other.listen(new FlushListener() {});
        inCaller.await("view");
        assertThat(peer("b", "other").awaitView(2, LONG).members()).hasSize(2);
        a.close();
        Wait.until("the receiving thread ends", () -> !isAlive("flush #a#t1"));
        release.countDown();
        inCaller.await("closed runs");
    }

    @Test
    void anExecutorsThreadIsGivenBackWhileEventsWait() throws Exception {
        ExecutorService executor = single();
        FlushConnection a = connect("a");
        CountDownLatch begun = new CountDownLatch(1);
        Recorder recorder = new Recorder(() -> {
            begun.countDown();
            blockHere();
        });
        FlushGroup group = a.join("g");
        group.listen(recorder, executor);
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 2000; i++) {
            group.multicast(Service.FIFO, "x");
        }
        List<Long> handled = new ArrayList<>();
        var other = executor.submit(() -> handled.add(recorder.count("message")));
        // The daemon has them all when it has this one too, and a's receiving thread has them before it.
        FlushGroup second = a.join("h");
        second.listen(new FlushListener() {});
        second.awaitView(1, LONG);
        release.countDown();
        other.get(60, TimeUnit.SECONDS);
        assertThat(handled.get(0)).isLessThan(2000);
        Wait.until("all are handled", () -> recorder.count("message") == 2000);
    }

    // ---- all at once

    @Test
    void everyListenerHasOneLastCallWhateverHappensMeanwhile() throws InterruptedException {
        Random random = new Random(3);
        for (int round = 0; round < 15; round++) {
            String name = "r" + round;
            FlushConnection a = connect(name);
            FlushGroup b = peer("p" + round, "both" + round);
            List<Recorder> recorders = new CopyOnWriteArrayList<>();
            ExecutorService executor = single();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int number = i;
                threads.add(new Thread(() -> {
                    try {
                        for (int j = 0; j < 20; j++) {
                            FlushGroup group = a.join(j % 5 == 0 && number == 0 ? b.name() : "g" + number + "_" + j);
                            Recorder recorder = new Recorder(() -> {
                                throw new AssertionError("on purpose");
                            });
                            if (j % 2 == 0) {
                                group.listen(recorder);
                            } else {
                                group.listen(recorder, executor);
                            }
                            recorders.add(recorder);
                            group.leave();
                            if (j % 5 == 0) {
                                recorder.awaitLast();
                            }
                        }
                    } catch (SpreadException | AssertionError e) {
                        // closed
                    }
                }));
            }
            threads.forEach(Thread::start);
            long until = System.nanoTime() + random.nextInt(30_000_000);
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            if (random.nextBoolean()) {
                a.close();
            } else {
                daemon.drop(a.privateGroup());
            }
            for (Thread thread : threads) {
                thread.join(LONG.toMillis());
                assertThat(thread.isAlive()).isFalse();
            }
            for (Recorder each : recorders) {
                each.awaitLast();
                assertThat(each.count("left") + each.count("closed")).isEqualTo(1);
            }
            Wait.until("the receiving thread ends", () -> !isAlive("flush " + a.privateGroup()));
            a.close();
        }
    }
}
