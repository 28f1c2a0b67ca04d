/**
 * A Spread daemon and client. The programs (a daemon's command line and logging) need the modules that are only asked for here; the
 * client and the embedded daemon do not.
 */
@SuppressWarnings({"requires-automatic", "opens"}) // HdrHistogram and the metrics library have no descriptor
module org.flushspread.core {
    requires transitive io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires transitive com.google.common;
    requires org.slf4j;
    requires java.management;
    requires jdk.management;
    requires jdk.net;
    requires static jdk.jfr;
    requires static transitive org.jspecify;
    requires static info.picocli;
    requires static ch.qos.logback.classic;
    requires static ch.qos.logback.core;
    requires static HdrHistogram;
    requires static com.google.gson;
    requires static io.prometheus.metrics.model;
    requires static io.prometheus.writer.text;
    requires static org.jline.terminal;

    exports org.flushspread.client;
    exports org.flushspread.config;
    exports org.flushspread.daemon;
    exports org.flushspread.embedded;
    exports org.flushspread.kernel;
    exports org.flushspread.kernel.base;
    exports org.flushspread.wire;
    exports spread;

    opens org.flushspread.daemon to
            info.picocli;
    opens org.flushspread.tools to
            info.picocli;
    opens org.flushspread.tools.monitor to
            info.picocli;
}
