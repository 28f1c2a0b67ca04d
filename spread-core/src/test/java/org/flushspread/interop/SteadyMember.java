package org.flushspread.interop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.flushspread.client.DataMessage;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadConnection;
import org.flushspread.client.SpreadEvent;
import org.flushspread.client.SpreadException;
import org.flushspread.client.View;
import org.flushspread.config.Configuration;
import org.flushspread.config.ConfigurationReading;
import org.flushspread.config.HostResolver;
import org.flushspread.config.RingVersion;
import org.flushspread.embedded.EmbeddedDaemon;

/**
 * A program with one connection that reads all the time and keeps 100 messages of its own on the way, as fast as it goes, and that stands
 * still for a moment, once. Prints how many messages it received, or why its connection ended, and first if it stood still for a second
 * or more before.
 *
 * <p>Arguments: {@code embedded} with a configuration file and the name of a daemon in it, or {@code client} with a spread name and a
 * private name; then members, seconds, milliseconds of a pause (0 for none), bytes of a socket's buffers (0 for what they are), and for a
 * client where unix domain sockets are, else the version of the ring.
 */
final class SteadyMember {
    private static final String GROUP = "steady";
    private static final int ON_THE_WAY = 100;
    private static final int LENGTH = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration TOLERATED = Duration.ofSeconds(1);

    private final SpreadConnection connection;
    private final long pauseMillis;
    private final byte[] body = new byte[LENGTH];
    private long received;
    private long sent;
    private long own;
    private long lastAt = System.nanoTime();
    private long longestPause;

    private SteadyMember(SpreadConnection connection, long pauseMillis) {
        this.connection = connection;
        this.pauseMillis = pauseMillis;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        int members = Integer.parseInt(args[3]);
        Duration time = Duration.ofSeconds(Integer.parseInt(args[4]));
        long pause = Long.parseLong(args[5]);
        int buffers = Integer.parseInt(args[6]);
        if (args[0].equals("embedded")) {
            Configuration configuration = ConfigurationReading.read(
                            Path.of(args[1]), HostResolver.LOCALHOST_ONLY, Optional.of(RingVersion.valueOf(args[7])))
                    .configuration();
            try (EmbeddedDaemon daemon = EmbeddedDaemon.start(configuration, args[2]);
                    SpreadConnection connection = daemon.connect("m")) {
                new SteadyMember(connection, pause).run(members, time);
            }
        } else {
            SpreadConnection.Builder builder = builder(args, args[2]);
            if (buffers > 0) {
                // A daemon waits a while for a client's name, but not for a slow JVM to load all that sends it.
                builder(args, "w" + args[2]).connect().close();
                builder.link(new NarrowLink(address(args), buffers));
            }
            try (SpreadConnection connection = builder.connect()) {
                new SteadyMember(connection, pause).run(members, time);
            }
        }
    }

    private static SpreadConnection.Builder builder(String[] args, String name) {
        return SpreadConnection.builder(args[1], name).socketDirectory(Path.of(args[7]));
    }

    private static SocketAddress address(String[] args) {
        String[] portAndHost = args[1].split("@");
        return portAndHost.length > 1
                ? new InetSocketAddress(portAndHost[1], Integer.parseInt(portAndHost[0]))
                : UnixDomainSocketAddress.of(Path.of(args[7], args[1]));
    }

    private void run(int members, Duration time) throws InterruptedException {
        try {
            connection.join(GROUP);
            while (!(next() instanceof View view && view.members().size() >= members)) {
                // Not all are there.
            }
            long begin = System.nanoTime();
            // Before, it waited for the others.
            longestPause = 0;
            long pauseAt = begin + time.toNanos() / 2;
            boolean paused = pauseMillis == 0;
            while (System.nanoTime() - begin < time.toNanos()) {
                while (sent - own < ON_THE_WAY) {
                    connection.multicast(Service.AGREED, GROUP, body);
                    sent++;
                }
                take(next());
                if (!paused && System.nanoTime() > pauseAt) {
                    paused = true;
                    // The fault itself: a member that does not read for this long.
                    Thread.sleep(pauseMillis);
                }
            }
            while (own < sent) {
                take(next());
            }
            System.out.println("received " + received);
            // The others may have something on the way, and wait for nobody who has gone.
            connection.leave(GROUP);
        } catch (SpreadException e) {
            look();
            boolean steady = longestPause < TOLERATED.toNanos();
            System.out.println((steady ? "ended" : "stood still for " + Duration.ofNanos(longestPause) + " and ended")
                    + " after " + received + ": " + e.getMessage());
        }
    }

    private SpreadEvent next() {
        SpreadEvent event = connection.receive(PATIENCE);
        if (event == null) {
            throw new IllegalStateException("nothing comes any more");
        }
        look();
        return event;
    }

    /** The machine, too, may let a member stand still. */
    private void look() {
        long now = System.nanoTime();
        longestPause = Math.max(longestPause, now - lastAt);
        lastAt = now;
    }

    private void take(SpreadEvent event) {
        if (event instanceof DataMessage message) {
            received++;
            if (message.sender().equals(connection.privateGroup())) {
                own++;
            }
        }
    }
}
