package org.flushspread.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flushspread.Wait;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;

/** Daemons on real sockets of this host, one segment each on 127.0.1.1, 127.0.2.1, ... (ring-protocol 1). */
final class TestDaemons implements AutoCloseable {
    /**
     * A fifth of the usual timers, as all daemons of a ring must have them, but for those of tokens: a busy machine must not break a ring
     * that is to stand.
     */
    static final String FAST = """
            TokenTimeout = 2000
            HurryTimeout = 100
            AliveTimeout = 50
            JoinTimeout = 50
            RepTimeout = 125
            SegTimeout = 100
            GatherTimeout = 250
            FormTimeout = 1000
            LookupTimeout = 1000
            """;

    private final List<SpreadDaemon> daemons = new ArrayList<>();
    private final Path directory;

    TestDaemons() {
        try {
            directory = Files.createTempDirectory("spread");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(int count, int port, String options) {
        StringBuilder text = new StringBuilder(options);
        for (int i = 1; i <= count; i++) {
            text.append("Spread_Segment 127.0.")
                    .append(i)
                    .append(".255:")
                    .append(port)
                    .append(" { d" + i + " 127.0." + i + ".1 { 127.0." + i + ".1 } }\n");
        }
        return text.toString();
    }

    static Configuration configuration(int count, int port, String options) {
        return Configuration.parse(text(count, port, options), "test", HostResolver.LOCALHOST_ONLY);
    }

    DaemonOptions options() {
        return DaemonOptions.DEFAULTS.withSocketDirectory(Optional.of(directory));
    }

    Path directory() {
        return directory;
    }

    SpreadDaemon start(Configuration configuration, String name, DaemonOptions options) {
        SpreadDaemon daemon = SpreadDaemon.start(configuration, configuration.requireByName(name), options);
        daemons.add(daemon);
        return daemon;
    }

    /** The daemon that was started last. */
    SpreadDaemon last() {
        return daemons.get(daemons.size() - 1);
    }

    SpreadDaemon start(Configuration configuration, String name) {
        return start(configuration, name, options());
    }

    static void awaitMembership(SpreadDaemon daemon, String... names) {
        Wait.until(
                daemon.name() + " in a ring of " + String.join(" ", names),
                () -> daemon.membership().equals(List.of(names)));
    }

    @Override
    public void close() {
        daemons.forEach(SpreadDaemon::close);
        try {
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("the daemons left something behind", e);
        }
    }
}
