package org.flushspread.daemon.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.flushspread.config.Configuration;
import org.jspecify.annotations.Nullable;

/** What stands under which path (operations 2). */
final class Endpoints {
    /** Makes an answer from a snapshot. */
    private interface Endpoint {
        HttpResponse answer(HttpRequest request, AdminSnapshot snapshot);
    }

    private final Map<String, Endpoint> paths = new LinkedHashMap<>();

    private static final String RING = "/ring";
    /** Answered also while the daemon's own thread hangs. */
    private static final String RECORDER = "/recorder";

    /** Libraries that not every class path has. */
    private static final boolean HAS_METRICS = has(
            "io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter",
            "io.prometheus.metrics.model.registry.PrometheusRegistry");

    private static final boolean HAS_JSON = has("com.google.gson.stream.JsonWriter");

    private final FlightRecorder recorder;

    Endpoints(About about, Refusals refusals, RingSurvey survey, FlightRecorder recorder) {
        this.recorder = recorder;
        paths.put("/", (request, snapshot) -> page());
        paths.put(
                "/status",
                library(HAS_JSON, "gson", refusals, (request, snapshot) -> status(snapshot, about, refusals)));
        paths.put(
                "/metrics",
                library(
                        HAS_METRICS,
                        "prometheus-metrics-exposition-textformats",
                        refusals,
                        (request, snapshot) -> MetricsText.of(request, snapshot, about, refusals.byName())));
        paths.put(RING, library(HAS_JSON, "gson", refusals, (request, snapshot) -> ring(snapshot, survey)));
        paths.put(RECORDER, (request, snapshot) -> recorder());
        paths.put("/health/live", (request, snapshot) -> HttpResponse.of(200, HttpResponse.TEXT, "live\n"));
        paths.put("/health/ready", (request, snapshot) -> ready(snapshot));
    }

    private HttpResponse recorder() {
        return HttpResponse.of(200, HttpResponse.TEXT, recorder.text());
    }

    private static HttpResponse page() {
        try (InputStream page = Endpoints.class.getResourceAsStream("page.html")) {
            return new HttpResponse(
                    200,
                    "text/html; charset=utf-8",
                    Objects.requireNonNull(page).readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean has(String... classes) {
        try {
            for (String each : classes) {
                Class.forName(each, false, Endpoints.class.getClassLoader());
            }
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    /** The endpoint, or what says that its library is missing. */
    private Endpoint library(boolean there, String artifact, Refusals refusals, Endpoint endpoint) {
        if (there) {
            return endpoint;
        }
        String mend = "put " + artifact + " on the class path";
        return (request, snapshot) -> {
            refusals.count(HttpRefusal.NOT_AVAILABLE, mend);
            return refusal(HttpRefusal.NOT_AVAILABLE, mend);
        };
    }

    private static HttpResponse status(AdminSnapshot snapshot, About about, Refusals refusals) {
        return HttpResponse.of(200, HttpResponse.JSON, StatusDocument.of(snapshot, about, refusals.byName()));
    }

    private static HttpResponse ring(AdminSnapshot snapshot, RingSurvey survey) {
        Configuration configuration = snapshot.kernel().configuration();
        long now = System.nanoTime();
        survey.ask(configuration, snapshot.kernel().me(), snapshot.seal().keys(), now);
        return HttpResponse.of(
                200, HttpResponse.JSON, RingDocument.of(configuration, survey, now, System.currentTimeMillis()));
    }

    private static HttpResponse ready(AdminSnapshot snapshot) {
        return StatusDocument.isReady(snapshot)
                ? HttpResponse.of(200, HttpResponse.TEXT, "ready\n")
                : HttpResponse.of(
                        503,
                        HttpResponse.TEXT,
                        "not ready: the daemon is in no operational ring, its membership is in state "
                                + StatusDocument.state(snapshot.kernel().membershipState()) + "\n");
    }

    boolean hasPath(String path) {
        return paths.containsKey(path);
    }

    /** All of them, for a person. */
    String paths() {
        return String.join(" ", paths.keySet());
    }

    HttpResponse answer(HttpRequest request, AdminSnapshot snapshot) {
        Endpoint endpoint = paths.get(request.path());
        if (endpoint == null) {
            throw new IllegalArgumentException(request.path());
        }
        return endpoint.answer(request, snapshot);
    }

    /** What is answered without the daemon's thread, or null. */
    @Nullable
    HttpResponse atOnce(HttpRequest request) {
        return request.path().equals(RECORDER) ? recorder() : null;
    }

    HttpResponse refusal(HttpRefusal why, String detail) {
        return HttpResponse.of(
                why.status,
                HttpResponse.TEXT,
                why.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
                        + (detail.isEmpty() ? "" : ": " + detail)
                        + "\n");
    }
}
