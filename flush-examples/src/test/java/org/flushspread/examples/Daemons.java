package org.flushspread.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.flushspread.daemon.DaemonOptions;
import org.flushspread.daemon.SpreadDaemon;
import org.flushspread.daemon.TestPorts;

/** One daemon in this JVM, on a port of 127.0.1.1 that nobody uses. */
final class Daemons implements AutoCloseable {
    private final List<SpreadDaemon> running = new ArrayList<>();
    final int port;

    Daemons() {
        port = TestPorts.free();
        Configuration configuration = Configuration.parse(
                "Spread_Segment 127.0.1.255:" + port + " { d1 127.0.1.1 { 127.0.1.1 } }\n",
                "test",
                HostResolver.LOCALHOST_ONLY);
        running.add(SpreadDaemon.start(
                configuration,
                configuration.requireByName("d1"),
                DaemonOptions.DEFAULTS.withSocketDirectory(Optional.empty())));
    }

    /** What a client connects to. */
    String name() {
        return port + "@127.0.1.1";
    }

    @Override
    public void close() {
        running.forEach(SpreadDaemon::close);
    }
}
