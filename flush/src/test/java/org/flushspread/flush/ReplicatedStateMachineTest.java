package org.flushspread.flush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.flushspread.Wait;
import org.flushspread.client.Service;
import org.flushspread.flush.replica.Failure;
import org.flushspread.flush.replica.Quorum;
import org.flushspread.flush.replica.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The state machine with its threads, sockets and files, on a daemon as small as can be. */
@Timeout(120)
class ReplicatedStateMachineTest extends ReplicasOnOneDaemon {
    private ReplicatedStateMachine<ReplicatedLog, String, Integer> durable(String name, int size) {
        return join(name, size, options -> options.store(directory.resolve(name)));
    }

    private static List<String> commands(ReplicatedStateMachine<ReplicatedLog, String, Integer> of) {
        return of.read(log -> List.copyOf(log.commands));
    }

    @SafeVarargs
    private static void awaitEqual(
            List<String> expected, ReplicatedStateMachine<ReplicatedLog, String, Integer>... all) {
        for (ReplicatedStateMachine<ReplicatedLog, String, Integer> each : all) {
            Wait.until(
                    () -> each + " has " + commands(each) + " not " + expected,
                    () -> commands(each).equals(expected));
        }
    }

    @Test
    void commandsOfAllMembersAreAppliedInOneOrder() {
        var a = join("a", 3);
        var b = join("b", 3);
        var c = join("c", 3);
        List<CompletableFuture<Integer>> results = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            results.add(a.submit("a" + i));
            results.add(b.submit("b" + i));
            results.add(c.submit("c" + i));
        }
        results.forEach(CompletableFuture::join);
        assertThat(results.stream().map(CompletableFuture::join))
                .doesNotHaveDuplicates()
                .hasSize(1500);
        List<String> all = a.readOrdered(log -> List.copyOf(log.commands)).join();
        assertThat(all).hasSize(1500);
        assertThat(results.get(0).join()).isEqualTo(all.indexOf("a0") + 1);
        awaitEqual(all, a, b, c);
        assertThat(a.role()).isEqualTo(Role.PRIMARY);
        assertThat(a.status().members()).hasSize(3);
    }

    @Test
    void aMemberAloneIsNoMajorityAndSaysWhatIsMissing() {
        var a = join("a", 3);
        CompletableFuture<Integer> waiting = a.submit("x");
        String missing = "to found one takes all 3 members";
        // Before that it waits for its first view, and then for its own word.
        Wait.until(() -> a.status().toString(), () -> a.status().explanation().contains(missing));
        assertThatThrownBy(() -> a.awaitPrimary(Duration.ofMillis(300)))
                .isInstanceOf(ReplicaException.class)
                .hasMessageContaining(missing);
        assertThat(waiting).isNotDone();
        a.close();
        assertThatThrownBy(waiting::join).hasCauseInstanceOf(ReplicaException.class);
        assertThatThrownBy(() -> a.read(log -> log)).isInstanceOf(ReplicaException.class);
        assertThatThrownBy(() -> a.submit("y").join()).hasCauseInstanceOf(ReplicaException.class);
    }

    @Test
    void commandsOutsideOfAPrimaryAreRefusedIfToldTo() {
        var a = join(options -> options.name("a").primary(Quorum.majorityOf(2)).rejectOutsidePrimary());
        assertThatThrownBy(() -> a.submit("x").join())
                .cause()
                .isInstanceOfSatisfying(
                        ReplicaException.class, e -> assertThat(e.reason()).isEqualTo(Failure.NOT_PRIMARY));
    }

    @Test
    void aMemberThatJoinsLaterGetsTheState() {
        var a = join(options -> options.name("a").founder(true));
        String large = "x".repeat(40_000);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            expected.add(i + large);
            a.submit(i + large).join();
        }
        BlockingQueue<Role> roles = new LinkedBlockingQueue<>();
        var b = join(options -> options.name("b"));
        b.onRoleChange(roles::add);
        b.awaitPrimary(LONG);
        assertThat(b.submit("last").join()).isEqualTo(101);
        expected.add("last");
        awaitEqual(expected, a, b);
    }

    @Test
    void whatTheStateMachineThrowsIsTheResult() {
        var a = join(options -> options.founder(true));
        assertThatThrownBy(() -> a.submit("").join()).hasCauseInstanceOf(IllegalArgumentException.class);
        assertThat(a.submit("x").join()).isEqualTo(1);
    }

    @Test
    void aTooLargeCommandIsRefused() {
        var a = join(options -> options.founder(true));
        assertThatThrownBy(() -> a.submit("x".repeat(100_000)).join())
                .cause()
                .isInstanceOfSatisfying(
                        ReplicaException.class, e -> assertThat(e.reason()).isEqualTo(Failure.TOO_LARGE));
        assertThat(a.submit("x".repeat(89_000)).join()).isEqualTo(1);
    }

    @Test
    void commandsOnALostConnectionAreUncertainAndTheMemberComesBack() throws Exception {
        var a = join("a", 3);
        var b = join("b", 3);
        var c = join("c", 3);
        a.awaitPrimary(LONG);
        List<CompletableFuture<Integer>> results = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            results.add(a.submit("a" + i));
            if (i == 1000) {
                results.get(0).get(60, TimeUnit.SECONDS);
                daemon.drop("#a#t1");
            }
        }
        int known = 0;
        List<String> confirmed = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            try {
                results.get(i).get(60, TimeUnit.SECONDS);
                confirmed.add("a" + i);
                known++;
            } catch (java.util.concurrent.ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(UncertainException.class);
            }
        }
        assertThat(known).isPositive();
        // Then nothing of the lost connection is on its way any more, and no result can be uncertain.
        Wait.until(() -> a.status().toString(), () -> a.status().role() == Role.PRIMARY);
        b.submit("end").join();
        List<String> all = b.readOrdered(log -> List.copyOf(log.commands)).join();
        assertThat(all).containsAll(confirmed).doesNotHaveDuplicates();
        awaitEqual(all, a, b, c);
    }

    /** Reads run on the same thread as everything else; they must not keep it from its regular work. */
    @Test
    void aMemberThatIsReadAllTheTimeComesBackAfterALostConnection() {
        var a = join("a", 1);
        a.awaitPrimary(LONG);
        a.submit("one").join();
        BlockingQueue<Role> roles = new LinkedBlockingQueue<>();
        a.onRoleChange(roles::add);
        AtomicBoolean over = new AtomicBoolean();
        for (int i = 0; i < 3; i++) {
            new Thread(() -> {
                        while (!over.get()) {
                            commands(a);
                        }
                    })
                    .start();
        }
        try {
            daemon.drop("#a#t1");
            // Who looks at the role itself may be too slow to see it pass.
            Wait.until(() -> "still " + a, () -> roles.contains(Role.MINORITY));
            a.awaitPrimary(LONG);
        } finally {
            over.set(true);
        }
        assertThat(commands(a)).containsExactly("one");
    }

    @Test
    void durableMembersThatAreAllStartedAgainHaveLostNothing() {
        List<String> expected = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            var a = durable("a", 3);
            var b = durable("b", 3);
            a.awaitPrimary(LONG);
            if (round > 0) {
                var c = durable("c", 3);
                c.awaitPrimary(LONG);
                c.submit("c" + round).join();
                expected.add("c" + round);
            }
            for (int i = 0; i < 50; i++) {
                String command = round + "." + i;
                assertThat(b.submit(command).join()).isEqualTo(expected.size() + 1);
                expected.add(command);
            }
            awaitEqual(expected, a, b);
            open.forEach(ReplicatedStateMachine::close);
            open.clear();
        }
    }

    @Test
    void snapshotsTakeThePlaceOfTheLog() {
        for (int round = 0; round < 2; round++) {
            var a = join(options ->
                    options.primary(Quorum.majorityOf(1)).store(directory).snapshotEvery(10));
            for (int i = 0; i < 95; i++) {
                assertThat(a.submit("x").join()).isEqualTo(95 * round + i + 1);
            }
            a.close();
        }
    }

    @Test
    void anotherProgramInTheGroupIsNamed() {
        try (FlushConnection stranger = FlushConnection.connect(daemon.name(), "stranger")) {
            FlushGroup group = stranger.join("log");
            group.awaitView(1, LONG);
            var a = join("a", 1);
            group.awaitView(2, LONG);
            group.multicast(Service.AGREED, "hello, who are you?");
            Wait.until(
                    reports::toString,
                    () -> reports.stream().anyMatch(text -> text.startsWith("NOT_THIS_PROTOCOL: #stranger#t1")));
            assertThat(a.status().explanation()).contains("#stranger#t1");
            group.leave();
            a.awaitPrimary(LONG);
        }
    }

    @Test
    void aPersonCanFoundAgainWhenTooManyAreLostForEver() {
        var a = join("a", 2);
        var b = join("b", 2);
        a.awaitPrimary(LONG);
        a.submit("kept").join();
        b.close();
        Wait.until(() -> a.status().toString(), () -> a.role() == Role.MINORITY);
        Wait.until(() -> a.status().toString(), a::bootstrap);
        a.awaitPrimary(LONG);
        assertThat(a.submit("more").join()).isEqualTo(2);
        var c = join("c", 2);
        c.awaitPrimary(LONG);
        awaitEqual(List.of("kept", "more"), a, c);
    }

    @Test
    void submittersWaitWhileTooManyCommandsAreOutstanding() {
        var a = join(options -> options.primary(Quorum.majorityOf(2)).maxOutstanding(5, Duration.ofMillis(50)));
        List<CompletableFuture<Integer>> first = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            first.add(a.submit("x" + i));
        }
        assertThatThrownBy(() -> a.submit("y").join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .hasMessageContaining("5 commands are outstanding");
        var b = join("b", 2);
        first.forEach(CompletableFuture::join);
        awaitEqual(List.of("x0", "x1", "x2", "x3", "x4"), a, b);
    }
}
