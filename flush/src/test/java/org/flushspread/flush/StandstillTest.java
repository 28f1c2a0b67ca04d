package org.flushspread.flush;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.flushspread.flush.replica.Quorum;
import org.flushspread.flush.replica.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A member that makes no progress says so, and who it waits for since when. */
@Timeout(120)
class StandstillTest {
    private static void await(BooleanSupplier condition, Supplier<String> what) {
        long end = System.nanoTime() + ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void aPrimaryThatWaitsForSomebodyWhoDoesNotAnswerSaysSo() {
        List<String> reports = new CopyOnWriteArrayList<>();
        try (TestDaemon daemon = new TestDaemon();
                ReplicatedStateMachine<ReplicatedLog, String, Integer> a = ReplicatedStateMachine.join(
                        daemon.name(),
                        "log",
                        new ReplicatedLog(),
                        Codec.strings(),
                        // Nobody is left out while this looks: who hangs for that long is another test's.
                        options -> options.name("a")
                                .primary(Quorum.majorityOf(1))
                                .suspectAfter(ofSeconds(60))
                                .onReport((reason, text) -> reports.add(reason + ": " + text)));
                FlushConnection deaf = FlushConnection.connect(daemon.name(), "deaf")) {
            a.submit("one").join();
            assertThat(a.status().waiting()).isZero();
            assertThat(a.status().oldestWaiting()).isEqualTo(Duration.ZERO);
            assertThat(a.status().explanation()).isEqualTo("in the primary component, with [#a#t1]");
            deaf.join("log");
            await(() -> a.status().delayed() != null, () -> a.status().toString());
            CompletableFuture<Integer> waits = a.submit("two");
            await(
                    () -> a.status().explanation().contains("no progress"),
                    () -> a.status().toString());
            ReplicaStatus status = a.status();
            assertThat(status.role()).isEqualTo(Role.PRIMARY);
            assertThat(status.waiting()).isEqualTo(1);
            assertThat(status.oldestWaiting()).isPositive();
            assertThat(status.delayed()).isNotNull();
            assertThat(status.delayed().missing()).containsExactly("#deaf#t1");
            assertThat(status.delayed().age()).isGreaterThan(Duration.ofSeconds(1));
            assertThat(status.explanation()).contains("#deaf#t1", " s ");
            await(
                    () -> reports.stream().anyMatch(each -> each.startsWith("DELAYED") && each.contains("#deaf#t1")),
                    reports::toString);
            daemon.drop("#deaf#t1");
            assertThat(waits.join()).isEqualTo(2);
            await(
                    () -> !a.status().explanation().contains("no progress"),
                    () -> a.status().toString());
        }
    }
}
