package org.flushspread.flush;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.flushspread.flush.replica.Failure;
import org.flushspread.flush.replica.Lineage;
import org.flushspread.flush.replica.Quorum;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands that are withdrawn or given up, and reads that do not go through the log (replica-protocol R10, R17). */
@Timeout(120)
class CommandsAndReadsTest {
    private static final Duration LONG = ofSeconds(60);

    private final TestDaemon daemon = new TestDaemon();

    @TempDir
    private Path directory;

    @AfterEach
    void close() throws Exception {
        daemon.closeAll();
    }

    private ReplicatedStateMachine<ReplicatedLog, String, Integer> join(
            String name, int members, UnaryOperator<ReplicaOptions> options) {
        ReplicatedStateMachine<ReplicatedLog, String, Integer> joined = ReplicatedStateMachine.join(
                daemon.name(),
                "log",
                new ReplicatedLog(),
                Codec.strings(),
                given -> options.apply(given.name(name).primary(Quorum.majorityOf(members))));
        return daemon.keep(joined);
    }

    private static Failure reason(CompletableFuture<?> future) {
        Throwable why = future.handle((result, e) -> e).join();
        return ((ReplicaException) (why.getCause() == null ? why : why.getCause())).reason();
    }

    @Test
    void whatIsCancelledBeforeItWasSentTakesNoEffect() {
        var a = join("a", 2, options -> options.maxOutstanding(3));
        CompletableFuture<Integer> first = a.submit("one");
        CompletableFuture<Integer> second = a.submit("two");
        CompletableFuture<Integer> third = a.submit("three");
        assertThat(reason(a.submit("four"))).isEqualTo(Failure.QUEUE_FULL);
        assertThat(second.cancel(false)).isTrue();
        assertThat(second).isCancelled();
        CompletableFuture<Integer> fourth = a.submitBlocking("four", LONG);
        var b = join("b", 2, options -> options);
        assertThat(List.of(first.join(), third.join(), fourth.join())).containsExactly(1, 2, 3);
        assertThat(first.cancel(false)).as("it has a result").isFalse();
        assertThat(b.read(Consistency.LINEARIZABLE, state -> List.copyOf(state.commands))
                        .join())
                .containsExactly("one", "three", "four");
    }

    @Test
    void aCommandEndsInItsTimeAsNotSentOrUncertain() throws Exception {
        var a = join("a", 1, options -> options);
        a.awaitPrimary(LONG);
        assertThat(a.submitWithin("one", LONG).join()).isEqualTo(1);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try {
            CompletableFuture<Integer> held = a.read(Consistency.LOCAL, state -> {
                inside.countDown();
                awaitQuietly(release);
                return 0;
            });
            assertThat(inside.await(60, TimeUnit.SECONDS)).isTrue();
            // The internal thread hangs, and the time is over all the same.
            CompletableFuture<Integer> late = a.submitWithin("late", ofMillis(50));
            assertThat(reason(late)).isEqualTo(Failure.TIMED_OUT);
            assertThat(held).isNotDone();
        } finally {
            release.countDown();
        }
        assertThat(a.submit("two").join()).isEqualTo(2);
        List<String> commands = a.read(state -> List.copyOf(state.commands));
        assertThat(commands).containsExactly("one", "two");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aLinearizableReadSeesWhatAnotherMemberHasAcknowledgedAndLogsNothing() {
        var a = join("a", 2, options -> options.store(directory.resolve("a")));
        var b = join("b", 2, options -> options.store(directory.resolve("b")));
        a.awaitPrimary(LONG);
        b.awaitPrimary(LONG);
        for (int i = 1; i <= 50; i++) {
            assertThat(a.submit("x" + i).join()).isEqualTo(i);
            assertThat(b.read(Consistency.LINEARIZABLE, state -> state.commands.size())
                            .join())
                    .isEqualTo(i);
        }
        assertThat(b.status().version().index()).isEqualTo(50);
        List<CompletableFuture<Integer>> many = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            many.add(b.read(Consistency.LINEARIZABLE, state -> state.commands.size()));
        }
        assertThat(many).allSatisfy(each -> assertThat(each.join()).isEqualTo(50));
    }

    @Test
    void aTokenTakesAPlaceToAnotherMember() {
        var a = join("a", 2, options -> options);
        var b = join("b", 2, options -> options);
        a.awaitPrimary(LONG);
        b.awaitPrimary(LONG);
        for (int i = 1; i <= 50; i++) {
            a.submit("x" + i).join();
            Token token = Token.parse(a.token().toString());
            assertThat(token.index()).isGreaterThanOrEqualTo(i);
            assertThat(b.read(token, state -> state.commands.size()).join()).isGreaterThanOrEqualTo(i);
        }
        assertThat(reason(b.read(new Token(new Lineage(3, 4), 1), state -> 0))).isEqualTo(Failure.OTHER_HISTORY);
        a.close();
        // Alone and no primary, but it has nothing that could be taken back.
        assertThat(b.read(Consistency.SEQUENTIAL, state -> state.commands.size())
                        .join())
                .isEqualTo(50);
        CompletableFuture<Integer> newest = b.read(Consistency.LINEARIZABLE, state -> 0);
        assertThat(newest.cancel(false)).isTrue();
        assertThatThrownBy(() -> Token.parse("7")).hasMessageContaining("'7'");
    }

    @Test
    void readsOutsideOfAPrimaryAreRefusedWhereThatIsChosenAndAllEndWithTheMember() {
        var a = join("a", 2, options -> options.rejectOutsidePrimary());
        assertThat(reason(a.read(Consistency.LINEARIZABLE, state -> 0))).isEqualTo(Failure.NOT_PRIMARY);
        var waiting = join("c", 2, options -> options.primary(Quorum.majorityOf(7)));
        CompletableFuture<Integer> read = waiting.read(Consistency.LINEARIZABLE, state -> 0);
        CompletableFuture<Integer> placed = waiting.read(new Token(new Lineage(3, 4), 1), state -> 0);
        CompletableFuture<Integer> command = waiting.submit("x");
        waiting.close();
        for (CompletableFuture<?> each : List.of(read, placed, command)) {
            assertThat(reason(each)).isEqualTo(Failure.CLOSED);
        }
    }
}
