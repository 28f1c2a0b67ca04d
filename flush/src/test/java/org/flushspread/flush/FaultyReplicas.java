package org.flushspread.flush;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.flushspread.Wait;
import org.flushspread.flush.replica.Quorum;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** Members of a state machine that fails as a test wants it to, at one daemon. */
@Timeout(120)
abstract class FaultyReplicas extends ReplicasOnOneDaemon {
    /** What a faulty program may throw. */
    enum Fault {
        EXCEPTION(() -> new IllegalStateException("a fault of the program")),
        ERROR(() -> new AssertionError("a fault of the program")),
        NO_STACK(StackOverflowError::new),
        NO_MEMORY(() -> new OutOfMemoryError("none left"));

        final Supplier<Throwable> made;

        Fault(Supplier<Throwable> made) {
            this.made = made;
        }

        void thrown() {
            throwIt(made.get());
        }

        @SuppressWarnings("unchecked")
        private static <T extends Throwable> void throwIt(Throwable e) throws T {
            throw (T) e;
        }
    }

    /** Keeps texts; does what is asked for before it applies, saves or loads one. */
    static final class Faulty implements StateMachine<String, Integer> {
        final ReplicatedLog log = new ReplicatedLog();
        volatile Runnable applying = () -> {};
        volatile Runnable saving = () -> {};
        volatile Runnable loading = () -> {};

        @Override
        public Integer apply(String command) {
            if (command.startsWith("!")) {
                applying.run();
            }
            return log.apply(command);
        }

        @Override
        public void save(DataOutput out) throws IOException {
            saving.run();
            log.save(out);
        }

        @Override
        public void load(DataInput in) throws IOException {
            loading.run();
            log.load(in);
        }
    }

    final List<Throwable> uncaught = new CopyOnWriteArrayList<>();
    private final List<CountDownLatch> latches = new ArrayList<>();
    private Thread.UncaughtExceptionHandler before;

    @BeforeEach
    void listen() {
        before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> uncaught.add(e));
    }

    @AfterEach
    void close() {
        latches.forEach(CountDownLatch::countDown);
        Thread.setDefaultUncaughtExceptionHandler(before);
    }

    CountDownLatch latch() {
        CountDownLatch latch = new CountDownLatch(1);
        latches.add(latch);
        return latch;
    }

    static void hang(CountDownLatch latch) {
        boolean over = false;
        while (!over) {
            try {
                latch.await();
                over = true;
            } catch (InterruptedException e) {
                // as deaf as can be
            }
        }
    }

    ReplicatedStateMachine<Faulty, String, Integer> join(
            String name, int size, Faulty machine, UnaryOperator<ReplicaOptions> options) {
        return join("log", machine, given -> options.apply(given.name(name).primary(Quorum.majorityOf(size))));
    }

    ReplicatedStateMachine<Faulty, String, Integer> join(Faulty machine, UnaryOperator<ReplicaOptions> options) {
        return join("a", 1, machine, options);
    }

    static void awaitAll(List<? extends CompletableFuture<?>> futures) {
        for (int i = 0; i < futures.size(); i++) {
            int number = i;
            Wait.until(() -> "future " + number + " of " + futures.size(), futures.get(i)::isDone);
        }
    }

    static List<String> commands(ReplicatedStateMachine<Faulty, String, Integer> of) {
        return of.read(machine -> List.copyOf(machine.log.commands));
    }

    void reported(String... parts) {
        Wait.until(
                reports::toString,
                () -> reports.stream().anyMatch(each -> List.of(parts).stream().allMatch(each::contains)));
    }
}
