package org.flushspread.daemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.daemon.seal.SealFigures;
import org.flushspread.daemon.tls.TlsFigures;
import org.flushspread.kernel.KernelSnapshot;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.ServiceCount;
import org.flushspread.kernel.base.Session;
import org.flushspread.kernel.ring.RingFigures;
import org.flushspread.kernel.ring.RotationFigures;
import org.flushspread.kernel.session.QueueFigures;
import org.flushspread.kernel.session.SessionFigures;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.Name;
import org.junit.jupiter.api.Test;

/** operations 3: what a scraper reads. */
class MetricsTest {
    private static final Configuration ALONE = Configuration.local();
    private static final About ABOUT = new About("d1", "1.0", 1000, List.of());

    private static AdminSnapshot snapshot() {
        Daemon me = ALONE.daemons().get(0);
        List<Long> counts = new ArrayList<>(Collections.nCopies(RotationFigures.BOUNDS.size() + 1, 0L));
        counts.set(1, 3L);
        counts.set(RotationFigures.BOUNDS.size(), 2L);
        RingFigures ring = new RingFigures(
                new DaemonMembership(new MembershipId(me.id(), 7), ImmutableList.of(me)),
                5,
                6,
                9,
                2,
                40,
                11,
                60,
                15,
                false,
                0,
                4,
                400,
                new RotationFigures(counts, 2_500_000_000L, 1, 1));
        SessionFigures session = new SessionFigures(
                new Session(1, 0, "") {}, Name.of("#a\"b\\#d1"), true, true, 0, 12, 3400, 0, false, true);
        KernelSnapshot kernel = new KernelSnapshot(
                0,
                ALONE,
                me,
                1,
                1,
                List.of(5_000_000_000L, 0L, 0L, 0L, 0L, 0L),
                ring,
                List.of(new ServiceCount("SAFE", 8, 800)),
                3,
                List.of(),
                1,
                List.of(session),
                new QueueFigures(12, 2000, 4096, 65536));
        return new AdminSnapshot(
                2000,
                kernel,
                List.of(new AdminSnapshot.Client(session, "tcp", "here", "", 100)),
                Map.of("unicastRetransmissions", 17L),
                Map.of("BAD_HINT", 2L),
                SealFigures.NONE,
                Optional.of(new TlsFigures(4805, "CN=d1", Instant.ofEpochSecond(2_000_000_000), 3)),
                Optional.empty(),
                new Observations("d1").copy(),
                1,
                2);
    }

    private static String scrape(String accept) {
        HttpRequest request = new HttpRequest("GET", "/metrics", Map.of("accept", accept));
        HttpResponse response = MetricsText.of(request, snapshot(), ABOUT, Map.of("NOT_FOUND", 1L));
        assertThat(response.type()).startsWith(accept.isEmpty() ? "text/plain" : "application/openmetrics-text");
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static void check(MetricsParser parsed) {
        assertThat(parsed.types.get("spread_token_rotation_seconds")).isEqualTo("histogram");
        parsed.checkHistogram("spread_token_rotation_seconds");
        assertThat(parsed.value("spread_token_rotation_seconds_bucket", Map.of("le", "0.001")))
                .isEqualTo(3);
        assertThat(parsed.value("spread_token_rotation_seconds_sum", Map.of())).isEqualTo(2.5);
        assertThat(parsed.value("spread_ready", Map.of())).isEqualTo(1);
        assertThat(parsed.value("spread_ring_holes", Map.of())).isEqualTo(2);
        assertThat(parsed.value("spread_ring_sent_in_rotation_packets", Map.of()))
                .isEqualTo(11);
        assertThat(parsed.value("spread_ordered_messages_total", Map.of("service", "SAFE")))
                .isEqualTo(8);
        assertThat(parsed.value("spread_ordered_bytes_total", Map.of("service", "SAFE")))
                .isEqualTo(800);
        assertThat(parsed.value("spread_membership_state_seconds_total", Map.of("state", "OP")))
                .isEqualTo(5);
        assertThat(parsed.value("spread_unicast_retransmissions_total", Map.of()))
                .isEqualTo(17);
        assertThat(parsed.value("spread_refused_total", Map.of("reason", "BAD_HINT")))
                .isEqualTo(2);
        assertThat(parsed.value("spread_session_queued_messages", Map.of("session", "#a\\\"b\\\\#d1")))
                .isEqualTo(12);
        assertThat(parsed.value("spread_session_queued_bytes", Map.of("session", "#a\\\"b\\\\#d1")))
                .isEqualTo(3500);
        assertThat(parsed.value("spread_queued_messages", Map.of())).isEqualTo(12);
        assertThat(parsed.value("spread_queued_messages_limit", Map.of())).isEqualTo(2000);
        assertThat(parsed.value("spread_queued_bytes", Map.of())).isEqualTo(4096);
        assertThat(parsed.value("spread_queued_bytes_limit", Map.of())).isEqualTo(65536);
        assertThat(parsed.value("process_start_time_seconds", Map.of())).isEqualTo(1);
    }

    @Test
    void aScraperReadsThePrometheusText() {
        check(new MetricsParser(scrape(""), false));
    }

    @Test
    void aScraperThatAsksForOpenMetricsGetsIt() {
        check(new MetricsParser(scrape("application/openmetrics-text; version=1.0.0"), true));
    }

    @Test
    void whatTheProgramRegisteredIsThereToo() {
        Collector program = () -> GaugeSnapshot.builder()
                .name("program_figure")
                .dataPoint(
                        GaugeSnapshot.GaugeDataPointSnapshot.builder().value(42).build())
                .build();
        PrometheusRegistry.defaultRegistry.register(program);
        try {
            assertThat(new MetricsParser(scrape(""), false).value("program_figure", Map.of()))
                    .isEqualTo(42);
        } finally {
            PrometheusRegistry.defaultRegistry.unregister(program);
        }
    }
}
