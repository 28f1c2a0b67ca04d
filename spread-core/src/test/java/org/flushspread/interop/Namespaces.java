package org.flushspread.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.flushspread.config.RingVersion;
import org.flushspread.daemon.TestPorts;
import org.junit.jupiter.api.Assumptions;

/**
 * A network namespace for each daemon. Their eth0 meet at bridges in a namespace of their own, so that moving a port to another bridge
 * partitions the network; clients and monitors of the test reach them through eth1. Loss and one-way cuts are filters at eth0, for UDP
 * alone. Needs root and the ip and tc commands.
 */
final class Namespaces extends Net {
    /** How segments address all their daemons at once. */
    enum Cast {
        MULTICAST,
        BROADCAST,
        /** Multicast over IPv6, for rings of Spread 5. */
        MULTICAST_IPV6,
        /** The same among addresses that are valid on one link only, which no monitor of the test reaches. */
        LINK_LOCAL_IPV6
    }

    private static final int PORT = 4803;
    private static final int SEGMENT_PORTS = 10;
    private static final int BRIDGES = 3;
    /** Names are never used twice: the kernel takes its time to forget a namespace. */
    private static final AtomicInteger COUNT = new AtomicInteger();

    private static final long PID = ProcessHandle.current().pid();
    /** Tells apart the networks of test runs at the same time on one machine. */
    private static final Pattern OF_A_TEST = Pattern.compile("^(spread(\\d+)n\\d+\\w*)");

    private static final Pattern DEVICE = Pattern.compile("^\\d+: (spr(\\d+)n\\d)[:@]");
    private static final int NET = TestPorts.share() + 1;
    /** So many networks of one test run may stand at once; each number stands for addresses of its own. */
    private static final int AT_ONCE = 4;

    private static final BlockingQueue<Integer> FREE =
            IntStream.range(0, AT_ONCE).boxed().collect(Collectors.toCollection(LinkedBlockingQueue::new));

    private final int number = COUNT.incrementAndGet();
    private final int place;

    private final Cast cast;
    /** Whether daemons are told their interfaces, or bind to 0.0.0.0. */
    private final boolean interfaces;

    private final List<Integer> segmentOf = new ArrayList<>();
    private final Set<Integer> segments = new TreeSet<>();
    private final List<Set<Integer>> cuts = new ArrayList<>();
    private double loss;

    /** @param sizes daemons in each segment */
    Namespaces(Cast cast, boolean interfaces, int... sizes) {
        this.cast = cast;
        this.interfaces = interfaces;
        for (int segment = 0; segment < sizes.length; segment++) {
            segments.add(segment);
            for (int i = 0; i < sizes[segment]; i++) {
                segmentOf.add(segment);
                cuts.add(new LinkedHashSet<>());
            }
        }
        Assumptions.assumeTrue(
                "root".equals(System.getProperty("user.name")) && Programs.succeeds("ip", "netns", "add", probe()),
                "needs root and the ip command to make network namespaces");
        Programs.run("ip", "netns", "del", probe());
        clearTheDead();
        place = takePlace();
        try {
            make();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static int takePlace() {
        try {
            return FREE.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while other networks stand", e);
        }
    }

    /** The part of the addresses that tells networks apart: of hosts among each other, and, the next, of their clients. */
    private int family() {
        return 213 + 2 * place;
    }

    /** What tests that were killed left behind would take the packets of these. */
    private static void clearTheDead() {
        Programs.run("ip", "netns", "list")
                .lines()
                .map(OF_A_TEST::matcher)
                .filter(each -> each.find() && !lives(each.group(2)))
                .forEach(each -> Programs.succeeds("ip", "netns", "del", each.group(1)));
        Programs.run("ip", "-o", "link")
                .lines()
                .map(DEVICE::matcher)
                .filter(each -> each.find() && !lives(each.group(2)))
                .forEach(each -> Programs.succeeds("ip", "link", "del", each.group(1)));
    }

    private static boolean lives(String pid) {
        return ProcessHandle.of(Long.parseLong(pid)).isPresent();
    }

    private String probe() {
        return "spread" + PID + "n" + number + "probe";
    }

    private String sw() {
        return "spread" + PID + "n" + number + "sw";
    }

    private String ns(int daemon) {
        return "spread" + PID + "n" + number + "d" + (daemon + 1);
    }

    private String device() {
        return "spr" + PID + "n" + place;
    }

    private void make() {
        String sw = sw();
        Programs.run("ip", "netns", "add", sw);
        for (int i = 0; i < BRIDGES; i++) {
            Programs.run("ip", "-n", sw, "link", "add", "br" + i, "type", "bridge", "mcast_snooping", "0");
            Programs.run("ip", "-n", sw, "link", "set", "br" + i, "up");
        }
        Programs.run("ip", "-n", sw, "link", "add", "control", "type", "bridge");
        Programs.run("ip", "-n", sw, "link", "set", "control", "up");
        Programs.run("ip", "link", "add", device(), "type", "veth", "peer", "name", "root", "netns", sw);
        Programs.run("ip", "-n", sw, "link", "set", "root", "master", "control", "up");
        Programs.run("ip", "link", "set", device(), "up");
        addAddress(List.of("ip"), monitorAddress(), device());
        for (int i = 0; i < size(); i++) {
            make(i);
        }
    }

    private void make(int i) {
        String sw = sw();
        String ns = ns(i);
        Programs.run("ip", "netns", "add", ns);
        Programs.run("ip", "-n", ns, "link", "set", "lo", "up");
        Programs.run("ip", "-n", ns, "link", "add", "eth0", "type", "veth", "peer", "name", "p" + i, "netns", sw);
        Programs.run("ip", "-n", ns, "link", "add", "eth1", "type", "veth", "peer", "name", "c" + i, "netns", sw);
        Programs.run("ip", "-n", sw, "link", "set", "p" + i, "master", "br0", "up");
        Programs.run("ip", "-n", sw, "link", "set", "c" + i, "master", "control", "up");
        Programs.run("ip", "-n", ns, "link", "set", "eth0", "up");
        Programs.run("ip", "-n", ns, "link", "set", "eth1", "up");
        addAddress(List.of("ip", "-n", ns), address(i), "eth0");
        addAddress(List.of("ip", "-n", ns), clientAddress(i), "eth1");
        // C Spread leaves the choice of the interface to the routes (ring-protocol 1). In IPv6 the card that came up
        // first is taken.
        if (!isIpv6()) {
            Programs.run("ip", "-n", ns, "route", "add", "224.0.0.0/4", "dev", "eth0");
        }
        if (cast != Cast.LINK_LOCAL_IPV6) {
            Programs.run("ip", "route", "add", address(i) + (isIpv6() ? "/128" : "/32"), "via", clientAddress(i));
        }
        Programs.run("tc", "-n", ns, "qdisc", "add", "dev", "eth0", "clsact");
    }

    private boolean isIpv6() {
        return cast == Cast.MULTICAST_IPV6 || cast == Cast.LINK_LOCAL_IPV6;
    }

    private void addAddress(List<String> ip, String address, String device) {
        List<String> command = new ArrayList<>(ip);
        command.addAll(List.of("addr", "add"));
        // Without a search for duplicates, which keeps an IPv6 address from being used for seconds.
        command.addAll(
                isIpv6()
                        ? List.of(address.replaceFirst("%.*", "") + "/64", "nodad")
                        : List.of(address + "/24", "brd", "+"));
        command.addAll(List.of("dev", device));
        Programs.run(command.toArray(String[]::new));
    }

    private String segmentAddress(int segment) {
        return switch (cast) {
            case BROADCAST -> "10." + family() + "." + NET + ".255";
            case MULTICAST -> "239." + family() + "." + NET + "." + (segment + 1);
            case MULTICAST_IPV6, LINK_LOCAL_IPV6 -> "[ff02::" + family() + ":" + NET + ":" + (segment + 1) + "]";
        };
    }

    @Override
    String segments(RingVersion ring) {
        StringBuilder text = new StringBuilder();
        if (ring == RingVersion.SPREAD5) {
            // Who asks such daemons has to be one of the file (spread5 5); this one is never started. It is the first:
            // C daemons bear new ones at the end only (spread5 6.4).
            text.append("Spread_Segment " + segmentAddress(segments.size()) + ":4999 { monitor " + monitorAddress()
                    + " }\n");
        }
        for (int segment : segments) {
            text.append("Spread_Segment " + segmentAddress(segment) + ":" + (PORT + SEGMENT_PORTS * segment) + " {\n");
            for (int i = 0; i < size(); i++) {
                if (segmentOf.get(i) == segment) {
                    text.append("    " + name(i) + " " + address(i));
                    if (interfaces) {
                        text.append(" { D " + address(i) + " C " + clientAddress(i)
                                + (ring == RingVersion.SPREAD4 ? " M " + monitorAddress() : "") + " }");
                    }
                    text.append('\n');
                }
            }
            text.append("}\n");
        }
        return text.toString();
    }

    @Override
    int size() {
        return segmentOf.size();
    }

    @Override
    String address(int daemon) {
        return switch (cast) {
            case MULTICAST, BROADCAST -> "10." + family() + "." + NET + "." + (daemon + 1);
            case MULTICAST_IPV6 -> "fd34:" + family() + ":" + NET + "::" + (daemon + 1);
            case LINK_LOCAL_IPV6 -> "fe80::213:" + (daemon + 1) + "%eth0";
        };
    }

    @Override
    String clientAddress(int daemon) {
        return isIpv6()
                ? "fd34:" + (family() + 1) + ":" + NET + "::" + (daemon + 1)
                : "10." + (family() + 1) + "." + NET + "." + (daemon + 1);
    }

    @Override
    int port(int daemon) {
        return PORT + SEGMENT_PORTS * segmentOf.get(daemon);
    }

    @Override
    List<String> prefix(int daemon) {
        return List.of("ip", "netns", "exec", ns(daemon));
    }

    @Override
    String monitorAddress() {
        return isIpv6() ? "fd34:" + (family() + 1) + ":" + NET + "::254" : "10." + (family() + 1) + "." + NET + ".254";
    }

    /** Splits the network: for each daemon, the number of its component. */
    void partition(int... components) {
        StringBuilder moves = new StringBuilder();
        for (int i = 0; i < components.length; i++) {
            moves.append("link set p" + i + " master br" + components[i] + "\n");
        }
        // By one program, so that no daemons find time to form rings across a network that is half moved.
        try {
            Path batch = Files.createTempFile("partition", ".ip");
            try {
                Files.writeString(batch, moves);
                Programs.run("ip", "-n", sw(), "-batch", batch.toString());
            } finally {
                Files.delete(batch);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void heal() {
        partition(new int[size()]);
    }

    /** What {@code from} sends does not reach {@code to} any more; the other direction stays. */
    void cut(int from, int to) {
        cuts.get(to).add(isIpv6() ? from + 1 : Net.number(address(from)));
        filter(to);
    }

    /** No cut is left. */
    void uncut() {
        for (int i = 0; i < size(); i++) {
            cuts.get(i).clear();
            filter(i);
        }
    }

    /** Share of incoming datagrams, or runs of them, that are lost at each daemon. */
    void loss(double share) {
        loss = share;
        for (int i = 0; i < size(); i++) {
            filter(i);
        }
    }

    /** Datagrams leave one by one, so that each is lost by itself. */
    void segmentEarly() {
        for (int i = 0; i < size(); i++) {
            Programs.run("ip", "-n", ns(i), "link", "set", "eth0", "gso_max_segs", "1");
        }
    }

    void mtu(int bytes) {
        for (int i = 0; i < size(); i++) {
            Programs.run("ip", "-n", ns(i), "link", "set", "eth0", "mtu", Integer.toString(bytes));
        }
    }

    /** Packets that left at eth0, a run counted as one. */
    long framesSent(int daemon) {
        String[] lines = Programs.run("ip", "-n", ns(daemon), "-s", "link", "show", "eth0")
                .split("\n");
        return Long.parseLong(lines[lines.length - 1].strip().split("\\s+")[1]);
    }

    private void filter(int daemon) {
        String[] remove = {"tc", "-n", ns(daemon), "filter", "del", "dev", "eth0", "ingress"};
        Programs.run(remove);
        if (loss > 0 || !cuts.get(daemon).isEmpty()) {
            Programs.run(
                    "tc",
                    "-n",
                    ns(daemon),
                    "filter",
                    "add",
                    "dev",
                    "eth0",
                    "ingress",
                    "bpf",
                    "da",
                    "bytecode",
                    program(cuts.get(daemon)));
        }
    }

    /** Classic BPF: drops UDP from the given sources (in IPv4 all that comes from them), and the share of UDP that is to be lost. */
    private String program(Set<Integer> sources) {
        if (isIpv6()) {
            return programIpv6(sources);
        }
        int length = 2 + (sources.isEmpty() ? 0 : 1 + sources.size()) + 4 + 2;
        int pass = length - 2;
        int drop = length - 1;
        List<String> code = new ArrayList<>();
        code.add("40 0 0 12");
        code.add("21 0 " + (pass - 2) + " 2048");
        if (!sources.isEmpty()) {
            code.add("32 0 0 26");
            for (int source : sources) {
                code.add("21 " + (drop - code.size() - 1) + " 0 " + Integer.toUnsignedString(source));
            }
        }
        code.add("48 0 0 23");
        code.add("21 0 " + (pass - code.size() - 1) + " 17");
        code.add("32 0 0 4294963256");
        code.add("53 0 1 " + (long) (loss * 0xffffffffL));
        code.add("6 0 0 0");
        code.add("6 0 0 2");
        StringJoiner text = new StringJoiner(",");
        text.add(Integer.toString(code.size()));
        code.forEach(text::add);
        return text.toString();
    }

    /** The search for neighbours, which is no UDP, is let through. */
    private String programIpv6(Set<Integer> sources) {
        int length = 4 + 1 + sources.size() + 2 + 2;
        int pass = length - 2;
        int drop = length - 1;
        List<String> code = new ArrayList<>();
        code.add("40 0 0 12");
        code.add("21 0 " + (pass - 2) + " 34525");
        code.add("48 0 0 20");
        code.add("21 0 " + (pass - 4) + " 17");
        // The last word of the source.
        code.add("32 0 0 34");
        for (int source : sources) {
            code.add("21 " + (drop - code.size() - 1) + " 0 " + Integer.toUnsignedString(source));
        }
        code.add("32 0 0 4294963256");
        code.add("53 0 1 " + (long) (loss * 0xffffffffL));
        code.add("6 0 0 0");
        code.add("6 0 0 2");
        StringJoiner text = new StringJoiner(",");
        text.add(Integer.toString(code.size()));
        code.forEach(text::add);
        return text.toString();
    }

    /** With the namespaces go their devices, routes and filters; the processes in them must have ended. */
    @Override
    public void close() {
        for (int i = 0; i < size(); i++) {
            Programs.succeeds("ip", "netns", "del", ns(i));
        }
        Programs.succeeds("ip", "link", "del", device());
        Programs.succeeds("ip", "netns", "del", sw());
        FREE.add(place);
    }
}
