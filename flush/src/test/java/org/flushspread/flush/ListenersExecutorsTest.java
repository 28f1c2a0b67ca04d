package org.flushspread.flush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.flushspread.Wait;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Executors of listeners that throw, block, are busy or have gone. */
@Timeout(120)
class ListenersExecutorsTest extends ListenersAtTestDaemon {
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
}
