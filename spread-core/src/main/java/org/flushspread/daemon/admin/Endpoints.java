package org.flushspread.daemon.admin;

import java.util.LinkedHashMap;
import java.util.Map;

/** What stands under which path (operations 2). */
final class Endpoints {
    /** Makes an answer from a snapshot. */
    private interface Endpoint {
        HttpResponse answer(HttpRequest request, AdminSnapshot snapshot);
    }

    private final Map<String, Endpoint> paths = new LinkedHashMap<>();

    Endpoints(About about, Refusals refusals) {
        paths.put(
                "/status",
                (request, snapshot) ->
                        HttpResponse.of(200, HttpResponse.JSON, StatusDocument.of(snapshot, about, refusals.byName())));
        paths.put("/health/live", (request, snapshot) -> HttpResponse.of(200, HttpResponse.TEXT, "live\n"));
        paths.put("/health/ready", (request, snapshot) -> ready(snapshot));
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

    boolean has(String path) {
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

    HttpResponse refusal(HttpRefusal why, String detail) {
        return HttpResponse.of(
                why.status,
                HttpResponse.TEXT,
                why.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
                        + (detail.isEmpty() ? "" : ": " + detail)
                        + "\n");
    }
}
