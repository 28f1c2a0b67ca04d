package org.flushspread.tools;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A network namespace for each daemon and its members, joined by a bridge in one more, with the usual MTU of 1500 and a segment with a
 * multicast address. Nothing of it shows outside these namespaces. Needs root and the ip command.
 */
final class NamespaceNetwork implements BenchNetwork {
    private static final String SUBNET = "10.217.0.";
    private static final String GROUP = "239.217.0.1";
    private static final int SECONDS = 20;

    private final int daemons;
    private final String names = "spreadbench" + ProcessHandle.current().pid();

    private boolean closed;

    NamespaceNetwork(int daemons) {
        this.daemons = daemons;
    }

    /** Makes it; until {@link #close} it stands. */
    synchronized void make() {
        if (closed) {
            throw new IllegalStateException("interrupted");
        }
        ip("netns", "add", bridge());
        ip("-n", bridge(), "link", "add", "br0", "type", "bridge", "mcast_snooping", "0");
        ip("-n", bridge(), "link", "set", "br0", "up");
        for (int i = 0; i < daemons; i++) {
            String host = host(i);
            String port = "p" + i;
            ip("netns", "add", host);
            ip("-n", host, "link", "set", "lo", "up");
            ip("-n", host, "link", "add", "eth0", "type", "veth", "peer", "name", port, "netns", bridge());
            ip("-n", bridge(), "link", "set", port, "master", "br0", "up");
            ip("-n", host, "addr", "add", address(i) + "/24", "brd", "+", "dev", "eth0");
            ip("-n", host, "link", "set", "eth0", "mtu", "1500", "up");
            // C Spread leaves the choice of the interface to the routes (ring-protocol 1).
            ip("-n", host, "route", "add", "224.0.0.0/4", "dev", "eth0");
        }
    }

    private String bridge() {
        return names + "br";
    }

    private String host(int index) {
        return names + "d" + (index + 1);
    }

    private static String address(int index) {
        return SUBNET + (index + 1);
    }

    @Override
    public String name() {
        return "namespaces";
    }

    @Override
    public List<String> segments(int port) {
        List<String> lines = new ArrayList<>();
        lines.add("Spread_Segment " + GROUP + ":" + port + " {");
        IntStream.range(0, daemons).forEach(i -> lines.add("\td" + (i + 1) + " " + address(i)));
        lines.add("}");
        return lines;
    }

    @Override
    public String spreadName(int index, int port) {
        return port + "@" + address(index);
    }

    @Override
    public List<String> prefix(int index) {
        return List.of("ip", "netns", "exec", host(index));
    }

    /** With the namespaces go their devices and routes; the processes in them must have ended. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (int i = 0; i < daemons; i++) {
            run("netns", "del", host(i));
        }
        run("netns", "del", bridge());
    }

    private static void ip(String... arguments) {
        String error = run(arguments);
        if (!error.isEmpty()) {
            throw new IllegalStateException("--namespaces needs root and the ip command: ip "
                    + String.join(" ", arguments) + " said '" + error + "'");
        }
    }

    /** What went wrong, empty if nothing did. */
    private static String run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "nothing for " + SECONDS + " s";
            }
            return process.exitValue() == 0 ? "" : said.isEmpty() ? "exit code " + process.exitValue() : said;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }
}
