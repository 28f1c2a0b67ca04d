package org.flushspread.flush;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.flushspread.Wait;
import org.flushspread.flush.replica.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A member that makes no progress says so, and who it waits for since when. */
@Timeout(120)
class StandstillTest extends ReplicasOnOneDaemon {
    @Test
    void aPrimaryThatWaitsForSomebodyWhoDoesNotAnswerSaysSo() {
        try (var a = join("a", 1);
                FlushConnection deaf = FlushConnection.connect(daemon.name(), "deaf")) {
            a.submit("one").join();
            assertThat(a.status().waiting()).isZero();
            assertThat(a.status().oldestWaiting()).isEqualTo(Duration.ZERO);
            assertThat(a.status().explanation()).isEqualTo("in the primary component, with [#a#t1]");
            deaf.join("log");
            Wait.until(() -> a.status().toString(), () -> a.status().delayed() != null);
            CompletableFuture<Integer> waits = a.submit("two");
            Wait.until(
                    () -> a.status().toString(), () -> a.status().explanation().contains("no progress"));
            ReplicaStatus status = a.status();
            assertThat(status.role()).isEqualTo(Role.PRIMARY);
            assertThat(status.waiting()).isEqualTo(1);
            assertThat(status.oldestWaiting()).isPositive();
            assertThat(status.delayed()).isNotNull();
            assertThat(status.delayed().missing()).containsExactly("#deaf#t1");
            assertThat(status.delayed().age()).isGreaterThan(Duration.ofSeconds(1));
            assertThat(status.explanation()).contains("#deaf#t1", " s ");
            Wait.until(
                    reports::toString,
                    () -> reports.stream().anyMatch(each -> each.startsWith("DELAYED") && each.contains("#deaf#t1")));
            daemon.drop("#deaf#t1");
            assertThat(waits.join()).isEqualTo(2);
            Wait.until(
                    () -> a.status().toString(), () -> !a.status().explanation().contains("no progress"));
        }
    }
}
