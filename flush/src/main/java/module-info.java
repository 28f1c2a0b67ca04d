/** View synchrony, and what builds on it, over the client of {@code org.flushspread.core}. */
@SuppressWarnings({"requires-automatic", "opens"}) // the metrics library has no descriptor
module org.flushspread.flush {
    requires transitive org.flushspread.core;
    requires org.slf4j;
    requires static transitive org.jspecify;
    requires static io.prometheus.metrics.model;
    requires static info.picocli;

    exports org.flushspread.flush;
    exports org.flushspread.flush.client;
    exports org.flushspread.flush.kernel;
    exports org.flushspread.flush.replica;
    exports org.flushspread.flush.requests;
    exports org.flushspread.flush.store;

    opens org.flushspread.flush.store to
            info.picocli;
}
