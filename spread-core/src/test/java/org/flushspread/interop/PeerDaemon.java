package org.flushspread.interop;

import com.google.common.net.InetAddresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.flushspread.Wait;
import org.flushspread.config.Configuration;
import org.flushspread.config.ConfigurationReading;
import org.flushspread.config.HostResolver;
import org.flushspread.daemon.TestPorts;
import org.flushspread.embedded.EmbeddedDaemon;

/** A daemon for clients of all kinds, on a loopback address. A C daemon is a process, ours is in this JVM. */
public final class PeerDaemon implements AutoCloseable {
    private static final String OPTIONS = "SocketPortReuse = ON\nDaemonUser = root\nDaemonGroup = root\n"
            + "RuntimeDir = /tmp\nMaxSessionMessages = 100000\n";
    /**
     * A ring on one machine need not wait as long as the default says, but for the token: a daemon that a busy machine lets stand still must
     * not part it.
     */
    private static final String TIMERS =
            "TokenTimeout = 15000\nHurryTimeout = 800\nAliveTimeout = 200\nJoinTimeout = 200\n"
                    + "RepTimeout = 500\nSegTimeout = 400\nGatherTimeout = 1000\nFormTimeout = 1000\nLookupTimeout = 2000\n";

    /** How it is ended, by a crash or in order, and what it has printed so far. */
    private record Running(Consumer<Boolean> ending, Supplier<String> log) {
        void end(boolean crash) {
            ending.accept(crash);
        }
    }

    private final DaemonKind kind;
    private final int port;
    private final String host;
    private final Running running;

    private PeerDaemon(DaemonKind kind, int port, String host, Running running) {
        this.kind = kind;
        this.port = port;
        this.host = host;
        this.running = running;
    }

    /** Starts d1 alone and waits until it listens; skips the test if it is a C daemon that is not installed. */
    public static PeerDaemon start(DaemonKind kind) {
        int port = TestPorts.free();
        return start(kind, 1, port, kind.host(), kind.segment(1, kind.loneAddress(), port) + OPTIONS);
    }

    /** Starts d1, d2 and so on, which form one ring in their time. The caller closes each. */
    public static List<PeerDaemon> ring(DaemonKind kind, int count) {
        int port = TestPorts.free(2 * count);
        StringBuilder text = new StringBuilder(OPTIONS + TIMERS);
        for (int i = 1; i <= count; i++) {
            text.append(kind.segment(i, kind.address(i), port + 4 * (i - 1)));
        }
        List<PeerDaemon> started = new ArrayList<>();
        try {
            for (int i = 1; i <= count; i++) {
                String host = kind.isIpv6() ? kind.host() : kind.address(i);
                started.add(start(kind, i, port + 4 * (i - 1), host, text.toString()));
            }
            return started;
        } finally {
            if (started.size() < count) {
                started.forEach(PeerDaemon::close);
            }
        }
    }

    private static PeerDaemon start(DaemonKind kind, int number, int port, String host, String text) {
        String name = "d" + number;
        Running running = kind.c().isPresent()
                ? c(kind.c().get().home(), name, new InetSocketAddress(InetAddresses.forString(host), port), text)
                : ours(kind, name, text);
        return new PeerDaemon(kind, port, host, running);
    }

    private static Running ours(DaemonKind kind, String name, String text) {
        Configuration configuration = ConfigurationReading.parse(
                        text, "test", HostResolver.LOCALHOST_ONLY, Optional.of(kind.ring()))
                .configuration();
        EmbeddedDaemon daemon = EmbeddedDaemon.start(configuration, name);
        return new Running(crash -> daemon.close(), () -> "");
    }

    private static Running c(Path home, String name, InetSocketAddress at, String text) {
        try {
            Path directory = Files.createTempDirectory("c-daemon");
            Path configuration = Files.writeString(directory.resolve("spread.conf"), text);
            Path log = directory.resolve("log");
            Process process = new ProcessBuilder(
                            home.resolve("sbin/spread").toString(), "-n", name, "-c", configuration.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            awaitListening(process, at, log);
            Consumer<Boolean> ending = crash -> {
                end(process, crash);
                try {
                    Files.deleteIfExists(log);
                    Files.deleteIfExists(configuration);
                    Files.deleteIfExists(directory);
                    // a C daemon leaves it behind when it crashes
                    Files.deleteIfExists(Path.of("/tmp", Integer.toString(at.getPort())));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            };
            return new Running(ending, () -> text(log));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitListening(Process process, InetSocketAddress at, Path log) {
        Wait.until(() -> "the C daemon to listen; it says: " + text(log), () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("the C daemon has ended: " + text(log));
            }
            try (SocketChannel channel = SocketChannel.open(at)) {
                return channel.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
    }

    private static String text(Path log) {
        try {
            return Files.readString(log, java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void end(Process process, boolean crash) {
        if (crash) {
            process.destroyForcibly();
        } else {
            process.destroy();
        }
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the C daemon does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public DaemonKind kind() {
        return kind;
    }

    /** The spread name for clients over TCP. */
    public String name() {
        return port + "@" + host;
    }

    /** The spread name for clients of its unix domain socket. */
    public String unixName() {
        return Integer.toString(port);
    }

    /** What a C daemon has printed so far; nothing of ours. */
    public String log() {
        return running.log().get();
    }

    public int port() {
        return port;
    }

    /** Ends it as a crash does, one of ours in order. */
    public void kill() {
        running.end(true);
    }

    @Override
    public void close() {
        running.end(false);
    }
}
