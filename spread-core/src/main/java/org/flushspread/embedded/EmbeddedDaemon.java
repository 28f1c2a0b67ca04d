package org.flushspread.embedded;

import java.util.List;
import java.util.Optional;
import org.flushspread.client.Link;
import org.flushspread.client.SpreadConnection;
import org.flushspread.config.Configuration;
import org.flushspread.config.ConfigurationException;
import org.flushspread.daemon.DaemonMetrics;
import org.flushspread.daemon.DaemonOptions;
import org.flushspread.daemon.DaemonStartException;
import org.flushspread.daemon.SpreadDaemon;

/**
 * A Spread daemon in this JVM. Connections of the application reach it through memory; it also listens where its configuration says, for
 * other daemons and clients, unless it was started with {@link DaemonOptions#network} off.
 */
public final class EmbeddedDaemon implements AutoCloseable {
    private final SpreadDaemon daemon;

    private EmbeddedDaemon(SpreadDaemon daemon) {
        this.daemon = daemon;
    }

    /**
     * Starts the daemon of this name.
     *
     * @throws ConfigurationException if the configuration has no such daemon
     * @throws DaemonStartException if it cannot listen where the configuration says; whatever is thrown, neither thread nor descriptor is
     *     left behind
     */
    public static EmbeddedDaemon start(Configuration configuration, String name) {
        return start(configuration, name, DaemonOptions.DEFAULTS);
    }

    /** As {@link #start(Configuration, String)}, with other options. */
    public static EmbeddedDaemon start(Configuration configuration, String name, DaemonOptions options) {
        return new EmbeddedDaemon(SpreadDaemon.start(configuration, configuration.requireByName(name), options));
    }

    /** Connects with a private name and membership messages. */
    public SpreadConnection connect(String privateName) {
        return builder(privateName).connect();
    }

    /** As {@link #connect}, with the rest to choose. */
    public SpreadConnection.Builder builder(String privateName) {
        return SpreadConnection.builder(Integer.toString(daemon.me().port()), privateName)
                .links(this::link);
    }

    /** A fresh link to this daemon, for one connection that is built by hand. */
    public Link link() {
        return MemoryLink.to(daemon);
    }

    /** The name in the configuration. */
    public String name() {
        return daemon.name();
    }

    /** Names of the daemons in the ring now; empty before the first membership. */
    public List<String> membership() {
        return daemon.membership();
    }

    /** Counts since the start. */
    public DaemonMetrics metrics() {
        return daemon.metrics();
    }

    /** False once the daemon has been closed, was told to stop by a monitor, or could not go on ({@link #failure}). */
    public boolean isRunning() {
        return daemon.isRunning();
    }

    /** Why the daemon ended by itself, if it did because it could not go on. Its connections have ended then; a new one may be started. */
    public Optional<String> failure() {
        return daemon.failure();
    }

    /** Stops the daemon; its connections end. */
    @Override
    public void close() {
        daemon.close();
    }
}
