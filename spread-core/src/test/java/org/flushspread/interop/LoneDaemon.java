package org.flushspread.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.flushspread.Wait;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.flushspread.daemon.TestPorts;
import org.flushspread.embedded.EmbeddedDaemon;

/** Daemon d1, alone on the loopback address of its family, for clients of all kinds. A C daemon is a process, ours is in this JVM. */
public final class LoneDaemon implements AutoCloseable {
    private static final String OPTIONS = "SocketPortReuse = ON\nDaemonUser = root\nDaemonGroup = root\n"
            + "RuntimeDir = /tmp\nMaxSessionMessages = 100000\n";

    /** How it is ended, by a crash or in order. */
    private interface Running {
        void end(boolean crash);
    }

    private final DaemonKind kind;
    private final int port;
    private final Running running;

    private LoneDaemon(DaemonKind kind, int port, Running running) {
        this.kind = kind;
        this.port = port;
        this.running = running;
    }

    /** Starts it and waits until it listens; skips the test if it is a C daemon that is not installed. */
    public static LoneDaemon start(DaemonKind kind) {
        int port = TestPorts.free();
        String text = kind.segment(port) + OPTIONS;
        Running running = kind.c().isPresent() ? c(kind, kind.c().get().home(), port, text) : ours(text);
        return new LoneDaemon(kind, port, running);
    }

    private static Running ours(String text) {
        EmbeddedDaemon daemon =
                EmbeddedDaemon.start(Configuration.parse(text, "test", HostResolver.LOCALHOST_ONLY), "d1");
        return crash -> daemon.close();
    }

    private static Running c(DaemonKind kind, Path home, int port, String text) {
        try {
            Path directory = Files.createTempDirectory("c-daemon");
            Path configuration = Files.writeString(directory.resolve("spread.conf"), text);
            Path log = directory.resolve("log");
            Process process = new ProcessBuilder(
                            home.resolve("sbin/spread").toString(), "-n", "d1", "-c", configuration.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            awaitListening(process, new InetSocketAddress(InetAddress.getByName(kind.host()), port), log);
            return crash -> {
                end(process, crash);
                try {
                    Files.deleteIfExists(log);
                    Files.deleteIfExists(configuration);
                    Files.deleteIfExists(directory);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            };
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
        return port + "@" + kind.host();
    }

    /** The spread name for clients of its unix domain socket. */
    public String unixName() {
        return Integer.toString(port);
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
