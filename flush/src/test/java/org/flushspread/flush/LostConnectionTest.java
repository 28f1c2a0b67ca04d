package org.flushspread.flush;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.flushspread.Wait;
import org.flushspread.client.SpreadException;
import org.flushspread.flush.replica.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever becomes of its connection and of the next ones, a member comes back when its daemon does. */
@Timeout(120)
class LostConnectionTest extends ReplicasOnOneDaemon {
    private static void goesOn(ReplicatedStateMachine<ReplicatedLog, String, Integer> member) {
        Wait.until(() -> member.status().toString(), () -> {
            assertThat(member.closed()).isNotDone();
            return member.role() == Role.PRIMARY
                    && member.submit("x").handle((result, e) -> e == null).join();
        });
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
                            Wait.until("the session is not reset", () -> reset.getCount() == 0);
                            return 0;
                        })));
                        Wait.until("the member is not busy", () -> reading.get() == number - 1);
                        broken.countDown();
                    } else {
                        daemon.onSession(name -> {});
                    }
                    return connect;
                }));
        self.add(a);
        a.awaitPrimary(LONG);
        daemon.drop("#a#t1");
        Wait.until(() -> connections + " connections, " + a.status(), () -> broken.getCount() == 0);
        goesOn(a);
        assertThat(connections.get()).isGreaterThanOrEqualTo(5);
    }

    /** A member that ends runs nothing any more, not even what would have adopted the connection that was made for it. */
    @ParameterizedTest
    @ValueSource(longs = {0, 20})
    void aConnectionThatIsMadeWhileTheMemberIsClosedIsClosedToo(long closeTimeout) throws Exception {
        AtomicInteger connections = new AtomicInteger();
        CountDownLatch connecting = new CountDownLatch(1);
        CountDownLatch connect = new CountDownLatch(1);
        var a = join(
                "a",
                1,
                options -> options.closeTimeout(ofSeconds(closeTimeout)).connection(given -> {
                    if (connections.incrementAndGet() == 2) {
                        connecting.countDown();
                        awaitCount(connect);
                    }
                    return given;
                }));
        daemon.drop("#a#t1");
        awaitCount(connecting);
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Thread reader = new Thread(() -> {
            try {
                a.read(log -> {
                    reading.countDown();
                    awaitCount(release);
                    return log.commands.size();
                });
            } catch (ReplicaException e) {
                // closed meanwhile
            }
        });
        reader.start();
        awaitCount(reading);
        connect.countDown();
        Wait.until("the connection is made", () -> !isAlive("replica log connects"));
        Thread closer = new Thread(a::close);
        closer.start();
        Wait.until("close is on its way", () -> !closer.isAlive() || closer.getState() == Thread.State.TIMED_WAITING);
        release.countDown();
        closer.join(LONG.toMillis());
        reader.join(LONG.toMillis());
        Wait.until("the name is free again", () -> isFree("a"));
    }

    private static void awaitCount(CountDownLatch latch) {
        try {
            assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isAlive(String thread) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(each -> each.getName().equals(thread));
    }

    private boolean isFree(String name) {
        try (FlushConnection next = FlushConnection.connect(daemon.name(), name)) {
            return next.isOpen();
        } catch (SpreadException e) {
            return false;
        }
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
            Wait.until(
                    () -> all.get(0).status().toString(),
                    () -> all.stream()
                            .allMatch(each -> each.status().explanation().contains("no connection")));
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
