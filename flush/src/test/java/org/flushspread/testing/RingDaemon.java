package org.flushspread.testing;

import java.net.InetSocketAddress;
import java.util.List;
import org.flushspread.client.SpreadConnection;
import org.flushspread.config.Configuration;
import org.flushspread.daemon.DaemonOptions;
import org.flushspread.daemon.SpreadDaemon;
import org.flushspread.flush.FlushConnection;

/** A daemon of a {@link Ring}. Any thread. */
public final class RingDaemon {
    private final Ring ring;
    private final int index;
    private final Configuration configuration;
    private final DaemonOptions options;
    private final InetSocketAddress address;
    private volatile SpreadDaemon daemon;

    RingDaemon(Ring ring, int index, Configuration configuration, DaemonOptions options) {
        this.ring = ring;
        this.index = index;
        this.configuration = configuration;
        this.options = options;
        daemon = begin();
        address = new InetSocketAddress(
                daemon.me().address().toString(), daemon.me().port());
    }

    private SpreadDaemon begin() {
        return SpreadDaemon.start(configuration, configuration.daemons().get(index), options);
    }

    /** Its place in the ring, from 0. */
    public int index() {
        return index;
    }

    /** The name it has in the configuration: {@code d1} for the first. */
    public String name() {
        return daemon.name();
    }

    /** Where its clients connect, as C programs write it, {@code port@host}: for everything that takes the name of a daemon. */
    public String spreadName() {
        return address.getPort() + "@" + address.getAddress().getHostAddress();
    }

    /** The same as host and port, for package {@code spread}. */
    public InetSocketAddress address() {
        return address;
    }

    /** Connects to it with membership messages; the connection ends with the ring, if not before. */
    public SpreadConnection connect(String privateName) {
        return ring.closing(SpreadConnection.connect(spreadName(), privateName));
    }

    /** As {@link #connect}, for groups with views that all agree on. */
    public FlushConnection connectFlush(String privateName) {
        return ring.closing(FlushConnection.connect(spreadName(), privateName));
    }

    /** Names of the daemons in its ring now, itself among them; empty while it is crashed. */
    public List<String> membership() {
        return isRunning() ? daemon.membership() : List.of();
    }

    /** False between {@link Network#crash} and {@link Network#restart}. */
    public boolean isRunning() {
        return daemon.isRunning();
    }

    void crash() {
        daemon.halt();
    }

    void restart() {
        if (isRunning()) {
            throw new IllegalStateException(name() + " is running");
        }
        daemon = begin();
    }

    @Override
    public String toString() {
        return name() + (isRunning() ? " in a ring of " + membership() : " (crashed)");
    }
}
