package org.flushspread.flush;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.flushspread.Wait;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.SpreadException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Connections to one test daemon, listeners that write down what they are told, and executors; all end with the test. */
abstract class ListenersAtTestDaemon {
    static final Duration LONG = Wait.LONGEST;

    final TestDaemon daemon = new TestDaemon();
    private final List<FlushConnection> open = new CopyOnWriteArrayList<>();
    final List<ExecutorService> executors = new CopyOnWriteArrayList<>();
    final List<Throwable> uncaught = new CopyOnWriteArrayList<>();
    final CountDownLatch release = new CountDownLatch(1);
    private Thread.UncaughtExceptionHandler before;

    /** Writes down the names of what is called, and does what it is told each time. */
    static class Recorder implements FlushListener {
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

    final FlushConnection connect(String name) {
        return connect(ConnectOptions.of(daemon.name(), name));
    }

    final FlushConnection connect(ConnectOptions options) {
        FlushConnection connection = FlushConnection.connect(options);
        open.add(connection);
        return connection;
    }

    final ExecutorService single() {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        executors.add(executor);
        return executor;
    }

    final void blockHere() {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A member that answers and receives. */
    final FlushGroup peer(String name, String group) {
        FlushGroup joined = connect(name).join(group);
        joined.listen(new FlushListener() {});
        return joined;
    }

    static boolean isAlive(String thread) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(each -> each.getName().equals(thread));
    }
}
