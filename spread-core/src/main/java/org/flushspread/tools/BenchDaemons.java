package org.flushspread.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Daemons started for a benchmark, and stopped after it. */
public final class BenchDaemons implements AutoCloseable {
    private static final int LINES_OF_A_LOG = 5;
    private static final long STOP_SECONDS = 10;

    private final List<Process> processes = new ArrayList<>();
    private final BenchNetwork network;
    private final int port;
    private final Path directory;
    private final List<Path> adminSockets = new ArrayList<>();
    private boolean closed;

    BenchDaemons(BenchNetwork network, int port) {
        this.network = network;
        this.port = port;
        try {
            directory = Files.createTempDirectory("spread-bench");
        } catch (IOException e) {
            throw new UncheckedIOException("there is no room for the daemons' files: " + e.getMessage(), e);
        }
    }

    /**
     * Starts daemons on loopback addresses and waits until they form one ring.
     *
     * @param program what starts one, to which {@code -n NAME -c FILE} is added
     * @param options further lines of spread.conf
     */
    public static BenchDaemons start(List<String> program, int count, int port, boolean unix, List<String> options) {
        BenchDaemons daemons = new BenchDaemons(new BenchNetwork.Loopback(count, unix), port);
        boolean started = false;
        try {
            daemons.start(program, count, options, false);
            BenchThreads.run(daemons.names(), count, Duration.ZERO, BenchLoad.TRIAL);
            started = true;
            return daemons;
        } finally {
            if (!started) {
                daemons.close();
            }
        }
    }

    /** Spread names of the daemons. */
    public synchronized List<String> names() {
        return IntStream.range(0, processes.size())
                .mapToObj(i -> network.spreadName(i, port))
                .toList();
    }

    /**
     * Starts the daemons; it takes some seconds until they form a ring.
     *
     * @param program what starts one, to which {@code -n NAME -c FILE} is added
     * @param options further lines of spread.conf
     * @param watched each of our daemons has its sockets in a directory of its own, where it can be asked
     */
    synchronized void start(List<String> program, int count, List<String> options, boolean watched) {
        if (closed) {
            throw new IllegalStateException("interrupted");
        }
        List<String> lines = new ArrayList<>(network.segments(port));
        lines.add("SocketPortReuse = ON");
        lines.add("MaxSessionMessages = 999999");
        if ("root".equals(System.getProperty("user.name"))) {
            lines.add("DaemonUser = root");
            lines.add("DaemonGroup = root");
        }
        lines.addAll(options);
        try {
            for (int i = 0; i < count; i++) {
                Path file = configuration(lines, i, count);
                List<String> command = new ArrayList<>(network.prefix(i));
                command.addAll(program);
                command.addAll(List.of("-n", "d" + (i + 1), "-c", file.toString()));
                if (watched) {
                    Path own = count == 1 ? Path.of("/tmp") : directory.resolve("d" + (i + 1));
                    command.addAll(List.of("--socket-directory", own.toString()));
                    adminSockets.add(own.resolve(port + ".admin"));
                }
                processes.add(new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log(i).toFile())
                        .start());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the daemons could not be started: " + e.getMessage(), e);
        }
    }

    /** Where the daemons can be asked, if they are watched (operations 2). */
    synchronized List<Path> adminSockets() {
        return List.copyOf(adminSockets);
    }

    /**
     * The file of one daemon. C daemons of one port that start at one moment would take each other's unix socket away and end, so each of
     * several has a directory of its own for it; the hash of the configuration does not cover that line.
     */
    private Path configuration(List<String> common, int index, int count) throws IOException {
        Path runtime = count == 1 ? Path.of("/tmp") : Files.createDirectory(directory.resolve("d" + (index + 1)));
        List<String> lines = new ArrayList<>(common);
        lines.add("RuntimeDir = " + runtime);
        return Files.write(directory.resolve("d" + (index + 1) + ".conf"), lines);
    }

    private Path log(int index) {
        return directory.resolve("d" + (index + 1) + ".log");
    }

    /** What has become of the daemons, for a person who wants to know why a measurement failed. */
    synchronized String state() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < processes.size(); i++) {
            Process process = processes.get(i);
            text.append("\n  d" + (i + 1) + (process.isAlive() ? " runs" : " ended with code " + process.exitValue()));
            try {
                // A C daemon writes what it likes.
                List<String> said = Files.readAllLines(log(i), StandardCharsets.ISO_8859_1);
                said.subList(Math.max(0, said.size() - LINES_OF_A_LOG), said.size())
                        .forEach(line -> text.append("\n    " + line));
            } catch (IOException e) {
                text.append("\n    its log cannot be read: " + e.getMessage());
            }
        }
        return text.toString();
    }

    /** Resident memory of the first daemon in megabytes, or -1 where the system does not tell. */
    synchronized long residentMegabytes() {
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
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        processes.forEach(Process::destroy);
        for (Process process : processes) {
            try {
                if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
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
