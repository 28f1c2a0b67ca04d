package org.flushspread.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.flushspread.client.SpreadConnection;
import org.flushspread.client.SpreadException;
import org.flushspread.client.View;

/** Daemons started for a benchmark, one segment each on 127.0.1.1, 127.0.2.1 ..., and stopped after it. */
public final class BenchDaemons implements AutoCloseable {
    private static final long START_SECONDS = 60;

    private final List<Process> processes = new ArrayList<>();
    private final Path directory;
    private final int port;
    private final int count;
    private final boolean unix;

    private BenchDaemons(Path directory, int count, int port, boolean unix) {
        this.directory = directory;
        this.count = count;
        this.port = port;
        this.unix = unix;
    }

    /**
     * Starts daemons and waits until they listen and form one ring.
     *
     * @param program what starts one, to which {@code -n NAME -c FILE} is added
     * @param options further lines of spread.conf
     */
    public static BenchDaemons start(List<String> program, int count, int port, boolean unix, List<String> options) {
        try {
            BenchDaemons daemons =
                    new BenchDaemons(Files.createTempDirectory("spread-bench"), count, port, unix && count == 1);
            boolean started = false;
            try {
                daemons.startAll(program, options);
                started = true;
                return daemons;
            } finally {
                if (!started) {
                    daemons.close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the daemons could not be started: " + e.getMessage(), e);
        }
    }

    private void startAll(List<String> program, List<String> options) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            lines.add("Spread_Segment 127.0." + i + ".255:" + port + " {");
            lines.add("\td" + i + " 127.0." + i + ".1 { 127.0." + i + ".1 }");
            lines.add("}");
        }
        lines.add("SocketPortReuse = ON");
        lines.add("MaxSessionMessages = 999999");
        if ("root".equals(System.getProperty("user.name"))) {
            lines.add("DaemonUser = root");
            lines.add("DaemonGroup = root");
            lines.add("RuntimeDir = /tmp");
        }
        lines.addAll(options);
        Path file = Files.write(directory.resolve("spread.conf"), lines);
        for (int i = 1; i <= count; i++) {
            List<String> command = new ArrayList<>(program);
            command.addAll(List.of("-n", "d" + i, "-c", file.toString()));
            processes.add(new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("d" + i + ".log").toFile())
                    .start());
        }
        for (int i = 0; i < count; i++) {
            awaitListening(i);
        }
        awaitRing();
    }

    private void awaitListening(int index) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try (SocketChannel probe = SocketChannel.open()) {
                probe.connect(new InetSocketAddress(address(index), port));
                return;
            } catch (IOException e) {
                if (!processes.get(index).isAlive() || System.nanoTime() > end) {
                    throw new IOException(
                            "daemon d" + (index + 1) + " does not listen on port " + port + ":\n"
                                    + Files.readString(directory.resolve("d" + (index + 1) + ".log")),
                            e);
                }
                pause();
            }
        }
    }

    /** A ring is one when clients of all daemons see each other. */
    private void awaitRing() throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        List<SpreadConnection> probes = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                probes.add(connectPatiently(i, end));
                probes.get(i).join("bench-ring");
            }
            View view = probes.get(0).join("bench-ring").awaitView(count, Duration.ofSeconds(START_SECONDS));
            if (view.members().size() != count) {
                throw new IOException("the daemons form no ring");
            }
        } finally {
            probes.forEach(SpreadConnection::close);
        }
    }

    private SpreadConnection connectPatiently(int index, long end) throws IOException {
        while (true) {
            try {
                return SpreadConnection.connect(port + "@127.0." + (index + 1) + ".1", "probe" + index);
            } catch (SpreadException e) {
                if (System.nanoTime() > end) {
                    throw new IOException("daemon d" + (index + 1) + " takes no client: " + e.getMessage(), e);
                }
                pause();
            }
        }
    }

    private static InetAddress address(int index) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, (byte) (index + 1), 1});
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Spread names of the daemons. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            names.add(unix ? Integer.toString(port) : port + "@127.0." + i + ".1");
        }
        return names;
    }

    /** Resident memory of the first daemon in megabytes, or -1 where the system does not tell. */
    long residentMegabytes() {
        // A launcher replaces itself by the daemon, so its process is the daemon.
        Path status = Path.of("/proc/" + processes.get(0).pid() + "/status");
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst()
                    .orElse(-1);
        } catch (IOException e) {
            return -1;
        }
    }

    @Override
    public void close() {
        processes.forEach(Process::destroy);
        for (Process process : processes) {
            try {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(BenchDaemons::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
