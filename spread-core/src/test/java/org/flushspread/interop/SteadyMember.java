package org.flushspread.interop;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.flushspread.client.DataMessage;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadConnection;
import org.flushspread.client.SpreadEvent;
import org.flushspread.client.SpreadException;
import org.flushspread.client.View;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.flushspread.embedded.EmbeddedDaemon;

/**
 * A program with one connection that reads all the time and keeps 100 messages of its own on the way, as fast as it goes, and that stands
 * still for a moment now and then. Prints how many messages it received, or why its connection ended.
 *
 * <p>Arguments: {@code embedded} with a configuration file and the name of a daemon in it, or {@code client} with a spread name and a
 * private name; then members, seconds, milliseconds of a pause (0 for none), and bytes of a socket's buffers (0 for what they are).
 */
final class SteadyMember {
    private static final String GROUP = "steady";
    private static final int ON_THE_WAY = 100;
    private static final int LENGTH = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SpreadConnection connection;
    private final long pauseMillis;
    private final byte[] body = new byte[LENGTH];
    private long received;
    private long sent;
    private long own;

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
            Configuration configuration =
                    Configuration.parse(Files.readString(Path.of(args[1])), args[1], HostResolver.LOCALHOST_ONLY);
            try (EmbeddedDaemon daemon = EmbeddedDaemon.start(configuration, args[2]);
                    SpreadConnection connection = daemon.connect("m")) {
                new SteadyMember(connection, pause).run(members, time);
            }
        } else {
            try (SpreadConnection connection = SpreadConnection.connect(args[1], args[2])) {
                if (buffers > 0 && connection.channel() instanceof SocketChannel socket) {
                    socket.setOption(StandardSocketOptions.SO_RCVBUF, buffers);
                    socket.setOption(StandardSocketOptions.SO_SNDBUF, buffers);
                }
                new SteadyMember(connection, pause).run(members, time);
            }
        }
    }

    private void run(int members, Duration time) throws InterruptedException {
        try {
            connection.join(GROUP);
            while (!(next() instanceof View view && view.members().size() >= members)) {
                // Not all are there.
            }
            long begin = System.nanoTime();
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
            System.out.println("ended after " + received + ": " + e.getMessage());
        }
    }

    private SpreadEvent next() {
        SpreadEvent event = connection.receive(PATIENCE);
        if (event == null) {
            throw new IllegalStateException("nothing comes any more");
        }
        return event;
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
