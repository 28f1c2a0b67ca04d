package org.flushspread.flush;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.flushspread.flush.replica.Quorum;
import org.flushspread.flush.replica.Role;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever becomes of its connection and of the next ones, a member comes back when its daemon does. */
@Timeout(120)
class LostConnectionTest {
    private static final Duration LONG = ofSeconds(30);

    private TestDaemon daemon = new TestDaemon();
    private final List<ReplicatedStateMachine<?, ?, ?>> open = new ArrayList<>();
    private final List<String> reports = new CopyOnWriteArrayList<>();

    private ReplicatedStateMachine<ReplicatedLog, String, Integer> join(
            String name, int size, UnaryOperator<ReplicaOptions> options) {
        ReplicatedStateMachine<ReplicatedLog, String, Integer> joined = ReplicatedStateMachine.join(
                daemon.name(),
                "log",
                new ReplicatedLog(),
                Codec.strings(),
                given -> options.apply(given.name(name)
                        .primary(Quorum.majorityOf(size))
                        .onReport((reason, text) -> reports.add(reason + ": " + text))));
        open.add(joined);
        return joined;
    }

    @AfterEach
    void close() {
        open.forEach(ReplicatedStateMachine::close);
        daemon.close();
    }

    private static void await(BooleanSupplier condition, Supplier<String> what) {
        long end = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static void goesOn(ReplicatedStateMachine<ReplicatedLog, String, Integer> member) {
        await(
                () -> {
                    assertThat(member.closed()).isNotDone();
                    return member.role() == Role.PRIMARY
                            && member.submit("x")
                                    .handle((result, e) -> e == null)
                                    .join();
                },
                () -> member.status().toString());
    }

    /** The connection is made, and then reset before the member, which is busy, can join. */
    @Test
    void aConnectionThatBreaksBeforeTheJoinIsMadeAgain() {
        AtomicInteger connections = new AtomicInteger();
        CountDownLatch broken = new CountDownLatch(3);
        List<CompletableFuture<Void>> busy = new ArrayList<>();
        AtomicInteger reading = new AtomicInteger();
        List<ReplicatedStateMachine<ReplicatedLog, String, Integer>> self = new CopyOnWriteArrayList<>();
        var a = join(
                "a",
                1,
                options -> options.connection(connect -> {
                    int number = connections.incrementAndGet();
                    if (number >= 2 && number <= 4) {
                        CountDownLatch reset = new CountDownLatch(1);
                        daemon.onSession(name -> {
                            daemon.reset(name);
                            reset.countDown();
                        });
                        busy.add(CompletableFuture.runAsync(() -> self.get(0).read(log -> {
                            reading.incrementAndGet();
                            await(() -> reset.getCount() == 0, () -> "the session is not reset");
                            return 0;
                        })));
                        await(() -> reading.get() == number - 1, () -> "the member is not busy");
                        broken.countDown();
                    } else {
                        daemon.onSession(name -> {});
                    }
                    return connect;
                }));
        self.add(a);
        a.awaitPrimary(LONG);
        daemon.drop("#a#t1");
        await(() -> broken.getCount() == 0, () -> connections + " connections, " + a.status());
        goesOn(a);
        assertThat(connections.get()).isGreaterThanOrEqualTo(5);
    }

    @Test
    void whatTheConnectionOptionsThrowIsOneFailureToConnect() {
        AtomicInteger connections = new AtomicInteger();
        var a = join(
                "a",
                1,
                options -> options.connection(connect -> {
                    int number = connections.incrementAndGet();
                    if (number == 2) {
                        throw new IllegalStateException("no ticket from the key server");
                    }
                    if (number == 3) {
                        throw new NoClassDefFoundError("org/example/Gone");
                    }
                    return connect;
                }));
        a.awaitPrimary(LONG);
        daemon.drop("#a#t1");
        goesOn(a);
        assertThat(connections.get()).isGreaterThanOrEqualTo(4);
    }

    /** As when one daemon with all its members on it is restarted again and again. */
    @Test
    void allMembersOfARestartingDaemonSurvive() {
        List<ReplicatedStateMachine<ReplicatedLog, String, Integer>> all = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            all.add(join(name, 3, options -> options));
        }
        all.get(0).awaitPrimary(LONG);
        int port = daemon.port();
        for (int round = 0; round < 4; round++) {
            daemon.close();
            await(
                    () -> all.stream()
                            .allMatch(each -> each.status().explanation().contains("no connection")),
                    () -> all.get(0).status().toString());
            daemon = new TestDaemon(port);
            if (round % 2 == 0) {
                // And the first connections do not last.
                AtomicInteger left = new AtomicInteger(4);
                daemon.onSession(name -> {
                    if (left.decrementAndGet() >= 0) {
                        daemon.reset(name);
                    }
                });
            }
            all.forEach(LostConnectionTest::goesOn);
        }
        assertThat(reports).noneMatch(each -> each.startsWith("STOPPED"));
    }
}
