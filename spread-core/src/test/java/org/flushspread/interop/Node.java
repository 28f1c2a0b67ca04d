package org.flushspread.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.flushspread.Wait;
import org.flushspread.config.RingVersion;
import org.jspecify.annotations.Nullable;

/** A daemon process of a ring under test. */
final class Node implements AutoCloseable {
    /** What a C daemon says before it aborts. */
    private static final List<String> LAST_WORDS = List.of("Assertion", "Exit caused", "Segmentation");

    final String name;
    final int index;
    Kind kind;
    /** Its id, where data and tokens go. */
    final String address;
    /** Where its clients connect. */
    final String clientAddress;

    final int port;
    final List<String> options = new ArrayList<>();

    private final Path directory;
    private final Path configuration;
    private final List<String> prefix;
    private @Nullable Process process;
    private boolean ended = true;
    private int starts;
    private boolean wasC;

    /** @param prefix the beginning of the command that puts a process into the node's network */
    Node(
            String name,
            int index,
            Kind kind,
            String address,
            String clientAddress,
            int port,
            Path directory,
            List<String> prefix) {
        this(name, index, kind, address, clientAddress, port, directory, prefix, directory.resolve("spread.conf"));
    }

    private Node(
            String name,
            int index,
            Kind kind,
            String address,
            String clientAddress,
            int port,
            Path directory,
            List<String> prefix,
            Path configuration) {
        this.configuration = configuration;
        this.name = name;
        this.index = index;
        this.kind = kind;
        this.address = address;
        this.clientAddress = clientAddress;
        this.port = port;
        this.directory = directory;
        this.prefix = prefix;
    }

    /** A C daemon that believes to be this one, on the host of another. */
    Node on(Net net, int host) {
        return new Node(
                name,
                host,
                kind.ring == RingVersion.SPREAD4 ? Kind.C : Kind.C5,
                net.address(host),
                net.clientAddress(host),
                port,
                directory.resolve("elsewhere"),
                net.prefix(host),
                configuration());
    }

    Path configuration() {
        return configuration;
    }

    private Path log() {
        return directory.resolve(name + ".log");
    }

    /** Where the unix socket would be; a directory of its own, as ports may be equal. */
    private Path own() {
        return directory.resolve(name);
    }

    /** What it is from its next start on. */
    void become(Kind other) {
        kind = other;
    }

    /** Of a daemon of ours, where people who look after it ask. */
    Path adminSocket() {
        return own().resolve(port + ".admin");
    }

    /** Starts the process; does not wait. */
    void start() {
        List<String> command = new ArrayList<>(prefix);
        if (kind.ours) {
            command.addAll(Programs.java("org.flushspread.daemon.SpreadMain"));
            command.addAll(List.of("--socket-directory", own().toString(), "--log-level", "INFO"));
            command.addAll(List.of("--ring", Integer.toString(kind.ring.major())));
            command.addAll(options);
        } else {
            wasC = true;
            command.add(kind.installed().home().resolve("sbin/spread").toString());
        }
        command.addAll(List.of("-n", name, "-c", configuration().toString()));
        try {
            Files.createDirectories(own());
            process = new ProcessBuilder(command)
                    .directory(own().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ended = false;
        starts++;
    }

    /** Waits until clients can connect. */
    void awaitListening() {
        Wait.until(() -> name + " listens" + "\n" + logText(), () -> {
            requireAlive();
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(clientAddress, port), 1000);
                return true;
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    boolean isRunning() {
        return !ended;
    }

    /** How often it was started. */
    int starts() {
        return starts;
    }

    private Process running() {
        Process now = process;
        if (now == null || ended) {
            throw new IllegalStateException(name + " does not run");
        }
        return now;
    }

    /** Fails if the process ended although nobody ended it. */
    void requireAlive() {
        if (!ended && !running().isAlive()) {
            throw new AssertionError(name + " (" + kind + ") ended by itself with status "
                    + running().exitValue() + ":\n" + logText());
        }
        if (!kind.ours && LAST_WORDS.stream().anyMatch(logText()::contains)) {
            throw new AssertionError(name + " aborted:\n" + logText());
        }
    }

    /** As kill -9. */
    void kill() {
        Process now = running();
        ended = true;
        now.destroyForcibly();
        await(now);
    }

    /** As kill: the daemon says goodbye. */
    void stop() {
        Process now = running();
        ended = true;
        signal(now, "CONT");
        now.destroy();
        await(now);
    }

    /** Suspends it: SIGSTOP. */
    void pause() {
        signal(running(), "STOP");
    }

    /** Lets it go on: SIGCONT. */
    void resume() {
        signal(running(), "CONT");
    }

    private static void signal(Process to, String signal) {
        Programs.run("kill", "-" + signal, Long.toString(to.pid()));
    }

    private void await(Process now) {
        try {
            if (!now.waitFor(60, TimeUnit.SECONDS)) {
                now.destroyForcibly();
                throw new AssertionError(name + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The end of what it printed. */
    String logText() {
        String all = wholeLog();
        return "---- " + name + " (" + kind + "), start " + starts + "\n"
                + all.substring(Math.max(0, all.length() - 3000));
    }

    /** All that it printed, at every start. */
    String wholeLog() {
        try {
            return Files.exists(log()) ? Files.readString(log(), java.nio.charset.StandardCharsets.ISO_8859_1) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What packets call it. */
    int id() {
        return kind.ring == RingVersion.SPREAD4 ? Net.number(address) : RingVersion.idOf(name);
    }

    /** The spread name for clients. */
    String spreadName() {
        return port + "@" + clientAddress;
    }

    /** Ends whatever still runs. */
    @Override
    public void close() {
        Process now = process;
        if (now != null && now.isAlive()) {
            ended = true;
            now.destroyForcibly();
            await(now);
        }
        if (wasC) {
            try {
                Files.deleteIfExists(Path.of("/tmp", Integer.toString(port)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public String toString() {
        return name + "(" + kind + ")";
    }
}
