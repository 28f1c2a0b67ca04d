package org.flushspread.daemon.admin;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * The answer to {@code /metrics}: this daemon's families and whatever the program has registered in {@link
 * PrometheusRegistry#defaultRegistry}. The only class, with {@link MetricFamilies}, that needs the metrics library.
 */
final class MetricsText {
    private static final ExpositionFormatWriter TEXT =
            PrometheusTextFormatWriter.builder().build();
    private static final ExpositionFormatWriter OPEN_METRICS =
            OpenMetricsTextFormatWriter.builder().build();

    private MetricsText() {}

    static HttpResponse of(
            HttpRequest request, AdminSnapshot snapshot, About about, Map<String, Long> refusedRequests) {
        MetricSnapshots own = MetricFamilies.of(snapshot, about, refusedRequests);
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        own.forEach(all::metricSnapshot);
        for (MetricSnapshot each : PrometheusRegistry.defaultRegistry.scrape()) {
            if (!all.containsMetricName(each.getMetadata().getName())) {
                all.metricSnapshot(each);
            }
        }
        ExpositionFormatWriter writer =
                request.header("accept").contains("application/openmetrics-text") ? OPEN_METRICS : TEXT;
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            writer.write(out, all.build());
            return new HttpResponse(200, writer.getContentType(), out.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
