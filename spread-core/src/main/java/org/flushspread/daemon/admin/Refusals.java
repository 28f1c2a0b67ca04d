package org.flushspread.daemon.admin;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what was refused, and logs the first of each kind. Of the server's thread. */
final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

    private final EnumMap<HttpRefusal, Long> counts = new EnumMap<>(HttpRefusal.class);

    void count(HttpRefusal why, String detail) {
        if (counts.merge(why, 1L, Long::sum) == 1) {
            LOG.info(
                    "an admin request was refused: {}{} (said once, then counted)",
                    why.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '),
                    detail.isEmpty() ? "" : ", " + detail);
        }
    }

    Map<String, Long> byName() {
        Map<String, Long> named = new TreeMap<>();
        counts.forEach((why, count) -> named.put(why.name(), count));
        return named;
    }
}
