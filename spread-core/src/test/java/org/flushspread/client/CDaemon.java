package org.flushspread.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.flushspread.Wait;
import org.junit.jupiter.api.Assumptions;

/** A C Spread daemon of its own, from {@code SPREAD_C_HOME}; tests without it are skipped. */
public final class CDaemon implements AutoCloseable {
    private final Process process;
    private final Path directory;
    private final int port;

    private CDaemon(Process process, Path directory, int port) {
        this.process = process;
        this.directory = directory;
        this.port = port;
    }

    /** The installed C Spread 4.4; skips the test if there is none. */
    public static Path home() {
        return home("SPREAD_C_HOME");
    }

    private static Path home(String variable) {
        String home = System.getenv(variable);
        Assumptions.assumeTrue(home != null, variable + " is not set: no C Spread to test against");
        return Path.of(home);
    }

    /** Starts daemon d1 of C Spread 4.4 on 127.0.0.1 and waits until it listens. */
    public static CDaemon start(int port) {
        return start(port, "SPREAD_C_HOME");
    }

    /** As {@link #start(int)}, of the C Spread whose place is in this environment variable. */
    public static CDaemon start(int port, String variable) {
        Path home = home(variable);
        try {
            Path directory = Files.createTempDirectory("c-daemon");
            Path configuration = directory.resolve("spread.conf");
            Files.writeString(
                    configuration,
                    "Spread_Segment 127.0.0.255:" + port + " {\n d1 127.0.0.1 { 127.0.0.1 }\n}\n"
                            + "SocketPortReuse = ON\nDaemonUser = root\nDaemonGroup = root\nRuntimeDir = /tmp\n"
                            + "MaxSessionMessages = 100000\n");
            Process process = new ProcessBuilder(
                            home.resolve("sbin/spread").toString(), "-n", "d1", "-c", configuration.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile())
                    .start();
            CDaemon daemon = new CDaemon(process, directory, port);
            daemon.awaitListening();
            return daemon;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitListening() {
        Wait.until(() -> "the C daemon to listen; it says: " + log(), () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("the C daemon has ended: " + log());
            }
            try (SocketChannel channel =
                    SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
                return channel.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String name() {
        return port + "@127.0.0.1";
    }

    public String unixName() {
        return Integer.toString(port);
    }

    public int port() {
        return port;
    }

    /** Ends it as a crash does. */
    public void kill() {
        process.destroyForcibly();
        await();
    }

    private void await() {
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the C daemon does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        process.destroy();
        await();
        try {
            Files.deleteIfExists(directory.resolve("log"));
            Files.deleteIfExists(directory.resolve("spread.conf"));
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
