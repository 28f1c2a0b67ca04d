package org.flushspread.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ThreadLocalRandom;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.flushspread.daemon.AdminOptions;
import org.flushspread.daemon.DaemonOptions;
import org.flushspread.daemon.DaemonStartException;

/**
 * Daemons in this JVM that are one ring, until its {@link #network} is broken. {@link SpreadRing} gives a test one; without JUnit it is made
 * by {@link #start}. Any thread.
 *
 * <p>The addresses are of 127.0.0.0/8, drawn so that rings of tests that run at the same time do not meet; where a system has only
 * 127.0.0.1, as macOS, they have to be added to it.
 */
public final class Ring implements AutoCloseable {
    /** What the token timeout is when nobody says, in milliseconds. */
    public static final int TOKEN_TIMEOUT = 500;

    private static final int MAX_DAEMONS = 100;
    private static final int TRIES = 20;
    /** Not where systems draw the ports of connections from. */
    private static final int FIRST_PORT = 20_000;

    private static final int PORTS = 5_000;

    private final List<RingDaemon> daemons = new ArrayList<>();
    private final ConcurrentLinkedDeque<AutoCloseable> connections = new ConcurrentLinkedDeque<>();
    private final Network network;

    private Ring(int size) {
        network = new Network(daemons, size);
    }

    /** Starts a ring of this size, 1 to 100, with the usual {@link #TOKEN_TIMEOUT}, and waits until it has formed. */
    public static Ring start(int daemons) {
        return start(daemons, TOKEN_TIMEOUT);
    }

    /**
     * As {@link #start(int)}, with another token timeout, in milliseconds (50 at least).
     *
     * @throws DaemonStartException if the daemons cannot listen on addresses of 127.0.0.0/8
     */
    public static Ring start(int daemons, int tokenTimeout) {
        if (daemons < 1 || daemons > MAX_DAEMONS) {
            throw new IllegalArgumentException("a ring has 1 to " + MAX_DAEMONS + " daemons, not " + daemons);
        }
        if (tokenTimeout < 50) {
            throw new IllegalArgumentException(
                    "a token timeout of " + tokenTimeout + " ms breaks the ring at every breath: 50 at least");
        }
        for (int tried = 1; ; tried++) {
            Ring ring = new Ring(daemons);
            try {
                ring.begin(tokenTimeout);
                return ring;
            } catch (DaemonStartException taken) {
                ring.close();
                if (tried == TRIES) {
                    throw taken;
                }
            } catch (Throwable e) {
                ring.close();
                throw e;
            }
        }
    }

    private void begin(int tokenTimeout) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int net = random.nextInt(1, 255);
        int host = random.nextInt(1, 255);
        int port = FIRST_PORT + 2 * random.nextInt(PORTS);
        StringBuilder text = new StringBuilder(timers(tokenTimeout));
        for (int i = 1; i <= network.size(); i++) {
            String prefix = "127." + net + "." + i + ".";
            String address = prefix + host;
            text.append("Spread_Segment " + prefix + "255:" + port + " { d" + i + " " + address + " { " + address
                    + " } }\n");
        }
        Configuration configuration =
                Configuration.parse(text.toString(), "the ring of a test", HostResolver.LOCALHOST_ONLY);
        for (int i = 0; i < network.size(); i++) {
            DaemonOptions options = DaemonOptions.DEFAULTS
                    .withSocketDirectory(Optional.empty())
                    .withAdmin(AdminOptions.DEFAULTS.withSocket(false))
                    .withNetworkFaults(network.faultsOf(i));
            daemons.add(new RingDaemon(this, i, configuration, options));
        }
        network.awaitRings();
    }

    /** In the proportions of membership-protocol 3, except for those that wait for tokens, which may be late on a busy machine. */
    private static String timers(int token) {
        return "TokenTimeout = " + token + "\nHurryTimeout = 20\nAliveTimeout = 10\nJoinTimeout = 10\nRepTimeout = 25\n"
                + "SegTimeout = 20\nGatherTimeout = 50\nFormTimeout = " + Math.max(200, token)
                + "\nLookupTimeout = 300\n";
    }

    /** How many daemons it has, crashed ones too. */
    public int size() {
        return daemons.size();
    }

    /** The daemon at this place, from 0. */
    public RingDaemon daemon(int index) {
        return daemons.get(index);
    }

    /** All of them, in ring order. */
    public List<RingDaemon> daemons() {
        return List.copyOf(daemons);
    }

    /** What is between them. */
    public Network network() {
        return network;
    }

    /** Has a connection closed with the ring. */
    <C extends AutoCloseable> C closing(C connection) {
        connections.push(connection);
        return connection;
    }

    /** Ends the connections that were made by its daemons, and all daemons. */
    @Override
    public void close() {
        for (AutoCloseable connection : connections) {
            try {
                connection.close();
            } catch (Exception e) {
                throw new IllegalStateException("a connection of the test does not end", e);
            }
        }
        daemons.stream().parallel().forEach(RingDaemon::crash);
    }

    @Override
    public String toString() {
        return daemons.toString();
    }
}
