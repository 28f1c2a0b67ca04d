package org.flushspread.flush;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.flushspread.client.Service;
import org.flushspread.flush.replica.Quorum;
import org.flushspread.flush.store.Fsync;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A time of any length is a time: what is too long for a count of nanoseconds is for ever, what is below nothing is nothing. */
@Timeout(120)
class DurationsTest {
    private final TestDaemon daemon = new TestDaemon();

    @TempDir
    private Path directory;

    @AfterEach
    void close() throws Exception {
        daemon.closeAll();
    }

    private FlushConnection connect(FlushOptions options) {
        FlushConnection connection = FlushConnection.connect(options);
        return daemon.keep(connection);
    }

    private ReplicatedStateMachine<ReplicatedLog, String, Integer> join(UnaryOperator<ReplicaOptions> options) {
        ReplicatedStateMachine<ReplicatedLog, String, Integer> joined =
                ReplicatedStateMachine.join(daemon.name(), "log", new ReplicatedLog(), Codec.strings(), options);
        return daemon.keep(joined);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE / 1_000_000_000L, Long.MAX_VALUE / 2_000_000_000L})
    void everyTimeOfAGroupMayBeForEver(long seconds) {
        Duration ever = ofSeconds(seconds, 999_999_999);
        FlushGroup a = connect(FlushOptions.of(daemon.name(), "a")
                        .withFlushDeadline(ever)
                        .withSuspectAfter(ever))
                .join("g");
        assertThat(a.awaitView(1, ever).members()).containsExactly("#a#t1");
        a.multicast(Service.FIFO, "x");
        FlushEvent event = a.connection().receive(ever);
        while (!(event instanceof DataMessage)) {
            assertThat(event).isNotNull();
            event = a.connection().receive(ever);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE / 1_000_000_000L, Long.MAX_VALUE / 2_000_000_000L})
    void everyTimeOfAMemberMayBeForEver(long seconds) {
        Duration ever = ofSeconds(seconds, 999_999_999);
        var a = join(options -> options.name("a")
                .primary(Quorum.majorityOf(1))
                .store(directory, Fsync.every(ever))
                .maxOutstanding(1, ever)
                .closeTimeout(ever)
                .suspectAfter(ever));
        a.awaitPrimary(ever);
        List<CompletableFuture<Integer>> results = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            results.add(a.submit("x"));
            results.add(a.submit("y", ever));
        }
        results.forEach(CompletableFuture::join);
        a.close();
        assertThat(a.closed()).isDone();
        assertThat(Patience.seconds(ever)).endsWith(" s");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void aTimeOfNothingOrLessIsNoWaitOrNoOption(long seconds) {
        Duration none = ofSeconds(seconds);
        FlushOptions options = FlushOptions.of(daemon.name(), "a");
        assertThatThrownBy(() -> options.withFlushDeadline(none)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.withSuspectAfter(none)).isInstanceOf(IllegalArgumentException.class);
        FlushConnection a = connect(options);
        assertThat(a.receive(none)).isNull();
        FlushGroup group = a.join("g");
        assertThatThrownBy(() -> group.awaitView(2, none)).hasMessageContaining("has not 2 members");

        ReplicaOptions standard = ReplicaOptions.DEFAULT;
        assertThatThrownBy(() -> standard.suspectAfter(none)).isInstanceOf(IllegalArgumentException.class);
        if (none.isNegative()) {
            assertThatThrownBy(() -> standard.closeTimeout(none)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Fsync.every(none)).isInstanceOf(IllegalArgumentException.class);
        }
        var member = join(given -> given.name("b")
                .primary(Quorum.majorityOf(2))
                .maxOutstanding(1, none)
                .closeTimeout(ZERO));
        assertThatThrownBy(() -> member.awaitPrimary(none)).hasMessageContaining("no primary component within");
        member.submit("x");
        assertThatThrownBy(() -> member.submit("y").join()).hasMessageContaining("1 commands are outstanding");
        assertThatThrownBy(() -> member.submit("y", none).join()).hasMessageContaining("1 commands are outstanding");
        member.close();
        assertThat(member.closed()).isDone();
    }
}
