package org.flushspread.flush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.flushspread.Wait;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Listeners that throw, block or are slow, with queues that are full and memory that is out. */
@Timeout(120)
class ListeningTest extends ListenersAtTestDaemon {
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
