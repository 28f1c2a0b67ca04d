package org.flushspread.flush;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a registry is told of connections and members, as it is at the scrape. */
@Timeout(180)
class FlushMetricsTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final TestDaemon daemon = new TestDaemon();
    private final FlushMetrics metrics = new FlushMetrics();
    private final PrometheusRegistry registry = new PrometheusRegistry();

    @AfterEach
    void close() {
        daemon.close();
    }

    private double counter(String name, Labels labels) {
        return registry.scrape().stream()
                .filter(each -> each.getMetadata().getName().equals(name))
                .flatMap(each -> ((CounterSnapshot) each).getDataPoints().stream())
                .filter(each -> each.getLabels().equals(labels))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    private double gauge(String name, Labels labels) {
        return registry.scrape().stream()
                .filter(each -> each.getMetadata().getName().equals(name))
                .flatMap(each -> ((GaugeSnapshot) each).getDataPoints().stream())
                .filter(each -> each.getLabels().equals(labels))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    @Test
    void theRoundsOfAConnectionAreCounted() {
        registry.register(metrics);
        try (FlushConnection connection = FlushConnection.connect(FlushOptions.of(daemon.name(), "a"))) {
            connection.join("room").awaitView(1, LONG);
            metrics.watch("mine", connection);
            assertThat(counter("flush_views_installed", Labels.of("connection", "mine")))
                    .isEqualTo(connection.counters().viewsInstalled)
                    .isPositive();
            assertThat(counter("flush_oks_sent", Labels.of("connection", "mine")))
                    .isPositive();
        }
        metrics.forget("mine");
        assertThat(registry.scrape().stream()
                        .mapToLong(FlushMetricsTest::points)
                        .sum())
                .isZero();
    }

    private static long points(MetricSnapshot family) {
        return family.getDataPoints().size();
    }

    @Test
    void theRoleAndTheCommandsOfAMemberAreTold() throws Exception {
        registry.register(metrics);
        try (var member = ReplicatedStateMachine.join(
                daemon.name(),
                "log",
                new ReplicatedLog(),
                Codec.strings(),
                options -> options.name("a").founder(true))) {
            member.awaitPrimary(LONG);
            member.submit("one").get(60, TimeUnit.SECONDS);
            metrics.watch("mine", member);
            assertThat(counter("replica_commands", Labels.of("member", "mine"))).isEqualTo(1);
            assertThat(gauge("replica_role", Labels.of("member", "mine", "role", "primary")))
                    .isEqualTo(1);
            assertThat(gauge("replica_waiting", Labels.of("member", "mine"))).isZero();
        }
    }

    @Test
    void aStateThatIsGivenToAnotherMemberIsCountedAndTimedAtBoth() throws Exception {
        registry.register(metrics);
        try (var first = ReplicatedStateMachine.join(
                daemon.name(),
                "log",
                new ReplicatedLog(),
                Codec.strings(),
                options -> options.name("a").founder(true))) {
            first.awaitPrimary(LONG);
            first.submit("one").get(60, TimeUnit.SECONDS);
            try (var second = ReplicatedStateMachine.join(
                    daemon.name(), "log", new ReplicatedLog(), Codec.strings(), options -> options.name("b"))) {
                second.awaitPrimary(LONG);
                metrics.watch("first", first);
                metrics.watch("second", second);
                assertThat(summary("replica_snapshot_save_seconds", "first").getCount())
                        .isPositive();
                assertThat(summary("replica_snapshot_save_seconds", "first").getSum())
                        .isPositive();
                assertThat(summary("replica_snapshot_load_seconds", "second").getCount())
                        .isPositive();
                assertThat(gauge("replica_snapshot_bytes", Labels.of("member", "first")))
                        .isPositive();
            }
        }
    }

    private SummarySnapshot.SummaryDataPointSnapshot summary(String name, String member) {
        return registry.scrape().stream()
                .filter(each -> each.getMetadata().getName().equals(name))
                .flatMap(each -> ((SummarySnapshot) each).getDataPoints().stream())
                .filter(each -> each.getLabels().equals(Labels.of("member", member)))
                .findFirst()
                .orElseThrow();
    }
}
