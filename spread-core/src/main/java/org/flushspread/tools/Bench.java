package org.flushspread.tools;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import org.flushspread.client.ClientTls;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadException;
import org.flushspread.daemon.LogSetup;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The program bench: throughput and latency of ordered messages, through our daemon, the C daemon, or any that is named.
 *
 * <p>One class because it is one command line, and each way to measure needs most of it.
 */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures throughput and latency of ordered messages.",
            "Without --spread it starts daemons of this project and, where SPREAD_C_HOME names an installed "
                    + "C Spread 4.4, C daemons after them, gives both the same load through the same client (ours) "
                    + "and prints the ratios. With one member and a window of 200 it also runs the C program "
                    + "spflooder at the C daemon, for a ratio of ours with our client to C with its own; spflooder "
                    + "sends RELIABLE, which a daemon alone treats as AGREED.",
            "Without --window or --rate: a closed loop of 200 messages.",
            ""
        },
        footer = {
            "",
            "One line 'member ...' for each member, one 'summary ...' for each load and daemon, 'ratio ...' "
                    + "between daemons.",
            "rate: messages a second sent by one member (summary: by all); delivered: messages of all "
                    + "members a second received by one (summary: by the slowest); latency: from sending to the own "
                    + "delivery, in an open loop from the time planned for sending. In a ratio above 1, ours delivers "
                    + "more (rate) or takes longer (p50, p99)."
        })
public final class Bench implements Callable<Integer> {
    private static final String OURS = "ours";
    private static final String C = "c";
    private static final double MAX_SECONDS = 1e6;
    private static final int LEAST_FLOOD = 20_000;
    /** Ports of the second ring are so many further. */
    private static final int SECOND_RING = 10;
    /** And the TLS port so many. */
    private static final int TLS_PORT = 5;

    @Option(names = "--spread", paramLabel = "NAME", split = ",", description = "Measure the daemons of these names.")
    private List<String> spread = List.of();

    @Option(names = "--daemons", paramLabel = "N", description = "Daemons to start, forming one ring (default: 1).")
    private int daemons = 1;

    @Option(
            names = "--members",
            paramLabel = "N",
            description = "Members of the group, spread over the daemons (default: 1).")
    private int members = 1;

    @Option(
            names = "--bytes",
            paramLabel = "N",
            split = ",",
            description = "Sizes of a body, 16 at least (default: 1000).")
    private List<Integer> bytes = List.of(1000);

    @Option(
            names = "--service",
            paramLabel = "NAME",
            split = ",",
            description = "fifo, causal, agreed, safe (default: agreed).")
    private List<String> services = List.of("agreed");

    @Option(
            names = "--window",
            paramLabel = "N",
            split = ",",
            description = "Closed loop: own messages on their way at the most (default: 200).")
    private List<Integer> windows = List.of();

    @Option(
            names = "--rate",
            paramLabel = "N",
            split = ",",
            description = "Open loop: messages a second of each member.")
    private List<Integer> rates = List.of();

    @Option(names = "--seconds", paramLabel = "N", description = "Time of the measurement (default: ${DEFAULT-VALUE}).")
    private double seconds = 5;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            description =
                    "Time of the same load before that, for each load anew: members are new processes (default: ${DEFAULT-VALUE}).")
    private double warmup = 8;

    @Option(
            names = "--messages",
            paramLabel = "N",
            description = "Measure so many messages of each member instead, however long it takes.")
    private int messages;

    @Option(names = "--repeat", paramLabel = "N", description = "Measure so many times, by turns (default: 1).")
    private int repeat = 1;

    @Option(
            names = "--processes",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Each member in a process of its own (default), or a thread of one.")
    private boolean processes;

    @Option(
            names = "--namespaces",
            description = "Each daemon with its members in a network namespace, joined by a bridge; needs root.")
    private boolean namespaces;

    @Option(names = "--unix", description = "Connect by unix domain socket; with one daemon only.")
    private boolean unix;

    @Option(
            names = "--spin",
            paramLabel = "US",
            description = "Microseconds a receiver looks before it sleeps (default: 0).")
    private int spin;

    @Option(names = "--accelerated", description = "With the accelerated ring protocol.")
    private boolean accelerated;

    @Option(
            names = "--admin-polled",
            description = "What it costs to be watched: measure our daemons left alone, and with all that their admin"
                    + " endpoints tell asked each second, by turns, and print the ratio of the medians of all rounds.")
    private boolean adminPolled;

    @Option(
            names = "--seal",
            description =
                    "What sealing costs: start two rings of our daemons that differ in that alone, measure them by"
                            + " turns, and print the ratio of the medians of all rounds.")
    private boolean seal;

    @Option(
            names = "--tls",
            description =
                    "What TLS costs: members at the TLS port and at the other one of the same daemons, measured by"
                            + " turns, and the ratio of the medians of all rounds.")
    private boolean tls;

    @Option(names = "--conf", paramLabel = "LINE", description = "A further line of spread.conf; may be repeated.")
    private List<String> conf = new ArrayList<>();

    @Option(names = "--port", paramLabel = "N", description = "Port of the started daemons (default: 14870).")
    private int port = 14_870;

    @Option(names = "--only", paramLabel = "ours|c", description = "Start only these daemons.")
    private @Nullable String only;

    private final BenchProcesses made = new BenchProcesses();

    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    /** Runs the program; {@code --member ...} is how it starts a member in a process of its own. */
    public static void main(String[] args) {
        LogSetup.quiet();
        if (args.length > 0 && args[0].equals("--member")) {
            try {
                System.out.println(member(args).encode());
            } catch (SpreadException | IllegalStateException e) {
                System.err.println("bench member " + args[3] + ": " + e.getMessage());
                System.exit(1);
            }
            return;
        }
        System.exit(new CommandLine(new Bench()).execute(args));
    }

    private static BenchResult member(String[] args) {
        ConnectOptions options =
                ConnectOptions.of(args[1], args[2]).withSpin(Duration.ofNanos(Long.parseLong(args[5])));
        return new BenchMember(options, Integer.parseInt(args[3]), Integer.parseInt(args[4]), BenchLoad.decode(args[6]))
                .run();
    }

    @Override
    public Integer call() {
        List<BenchLoad> loads = loads();
        if (members < 1 || members > 200 || daemons < 1 || daemons > 128) {
            throw wrong("--members takes 1 to 200, --daemons 1 to 128");
        }
        if ((unix && daemons > 1) || (namespaces && (unix || !processes || !spread.isEmpty()))) {
            throw wrong("--unix goes with one daemon, --namespaces with processes and daemons that are started here");
        }
        int costs = (adminPolled ? 1 : 0) + (seal ? 1 : 0) + (tls ? 1 : 0);
        if (costs > 0 && (!spread.isEmpty() || C.equals(only)) || costs > 1 || (tls && unix)) {
            throw wrong(
                    "--admin-polled, --seal and --tls are for daemons of ours that are started here, one of them at a"
                            + " time, and --tls not with --unix");
        }
        made.closeOnExit();
        try {
            if (costs > 0) {
                if (seal) {
                    measureSealed(loads);
                } else if (tls) {
                    measureTls(loads);
                } else {
                    measurePolled(loads);
                }
                return 0;
            }
            for (int i = 0; i < repeat; i++) {
                measureAll(loads);
            }
        } catch (SpreadException | IllegalStateException | UncheckedIOException e) {
            System.err.println("bench: " + e.getMessage());
            return 1;
        } finally {
            made.close();
        }
        return 0;
    }

    private ParameterException wrong(String why) {
        CommandLine.Model.CommandSpec known = spec;
        return new ParameterException(known == null ? new CommandLine(this) : known.commandLine(), why);
    }

    private List<BenchLoad> loads() {
        List<BenchLoad> loads = new ArrayList<>();
        List<Integer> closed = windows.isEmpty() && rates.isEmpty() ? List.of(200) : windows;
        for (String name : services) {
            for (int size : bytes) {
                closed.forEach(window -> loads.add(load(name, size, window, 0)));
                rates.forEach(rate -> loads.add(load(name, size, 0, rate)));
            }
        }
        return loads;
    }

    private BenchLoad load(String name, int size, int window, int rate) {
        Service service;
        try {
            service = Service.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw (ParameterException) wrong("--service " + name + ": expected fifo, causal, agreed or safe")
                    .initCause(e);
        }
        if (service.compareTo(Service.FIFO) < 0
                || size < BenchLoad.MIN_BYTES
                || window < 0
                || rate < 0
                || window + rate == 0
                || messages < 0
                || !(seconds > 0 && warmup >= 0 && seconds + warmup < MAX_SECONDS)) {
            throw wrong("a load needs a service from fifo on, 16 bytes, a window or rate above 0, and some time");
        }
        return new BenchLoad(service, size, window, rate, duration(warmup), duration(seconds), messages, Duration.ZERO);
    }

    private static Duration duration(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    private void measureAll(List<BenchLoad> loads) {
        if (!spread.isEmpty()) {
            List<BenchMembers.Place> places = spread.stream()
                    .map(name -> new BenchMembers.Place(name, List.of()))
                    .toList();
            loads.forEach(load -> measure(String.join(",", spread), places, load));
            return;
        }
        BenchNetwork network = network();
        String cHome = System.getenv("SPREAD_C_HOME");
        Map<BenchLoad, BenchSummary> ours = new LinkedHashMap<>();
        if (!C.equals(only)) {
            try (BenchDaemons started = start(OURS, network, ourDaemon(), port)) {
                loads.forEach(load -> ours.put(load, measureStarted(OURS, started, network, port, load)));
                System.out.println("memory daemon=" + OURS + " resident_mb=" + started.residentMegabytes());
            }
        }
        if (cHome == null) {
            System.err.println("bench: SPREAD_C_HOME is not set, so there is no C daemon to compare with");
        } else if (!OURS.equals(only)) {
            measureC(Path.of(cHome), network, loads, ours);
        }
        network.close();
    }

    /** The same daemons with and without, so that nothing else differs. */
    private void measurePolled(List<BenchLoad> loads) {
        BenchNetwork network = network();
        try (BenchDaemons started = start(OURS, network, ourDaemon(), port)) {
            new BenchTurns(repeat)
                    .run(
                            "polled/alone",
                            loads,
                            load -> measureWatched(started, network, load),
                            load -> measureStarted("ours-alone", started, network, port, load));
        }
        network.close();
    }

    /** Both rings run all the time, so that neither has to warm up again; the one that has nothing to do costs next to nothing. */
    private void measureSealed(List<BenchLoad> loads) {
        BenchNetwork network = network();
        BenchKey key = made.add(new BenchKey());
        try (BenchDaemons plain = start("ours-unsealed", network, ourDaemon(), port);
                BenchDaemons sealed = start("ours-sealed", network, key.seal(ourDaemon()), port + SECOND_RING)) {
            new BenchTurns(repeat)
                    .run(
                            "sealed/unsealed",
                            loads,
                            load -> measureStarted("ours-sealed", sealed, network, port + SECOND_RING, load),
                            load -> measureStarted("ours-unsealed", plain, network, port, load));
        }
        key.close();
        network.close();
    }

    /** One ring, at both of its ports. */
    private void measureTls(List<BenchLoad> loads) {
        BenchNetwork network = network();
        List<String> hosts = new ArrayList<>();
        for (int i = 0; i < daemons; i++) {
            hosts.add(BenchTls.host(network.spreadName(i, port)));
        }
        BenchCertificate certificate = made.add(new BenchCertificate(hosts));
        BenchTls behindTls = new BenchTls(network, port + TLS_PORT);
        System.setProperty(ClientTls.CA, certificate.certificate().toString());
        try (BenchDaemons started = start(OURS, network, certificate.serve(ourDaemon(), port + TLS_PORT), port)) {
            new BenchTurns(repeat)
                    .run(
                            "tls/plain",
                            loads,
                            load -> measureStarted("ours-tls", started, behindTls, port, load),
                            load -> measureStarted("ours-plain", started, network, port, load));
        }
        certificate.close();
        network.close();
    }

    @SuppressWarnings("try") // it polls as long as it is open
    private BenchSummary measureWatched(BenchDaemons started, BenchNetwork network, BenchLoad load) {
        try (BenchPolling polling = new BenchPolling(started.adminSockets())) {
            return measureStarted("ours-polled", started, network, port, load);
        }
    }

    private void measureC(Path home, BenchNetwork network, List<BenchLoad> loads, Map<BenchLoad, BenchSummary> ours) {
        try (BenchDaemons started =
                start(C, network, List.of(home.resolve("sbin/spread").toString()), port)) {
            Map<BenchLoad, BenchSummary> theirs = new LinkedHashMap<>();
            for (BenchLoad load : loads) {
                BenchSummary measured = measureStarted(C, started, network, port, load);
                theirs.put(load, measured);
                compare(load, ours.get(load), measured, "our client on both");
            }
            System.out.println("memory daemon=" + C + " resident_mb=" + started.residentMegabytes());
            if (members == 1 && !namespaces) {
                theirs.forEach((load, measured) -> {
                    if (load.window() == CFlooder.WINDOW) {
                        int count = (int) Math.max(LEAST_FLOOD, measured.rate() * seconds);
                        compareWithCClient(home, network.spreadName(0, port), load, count, ours.get(load));
                    }
                });
            }
        }
    }

    private BenchNetwork network() {
        if (!namespaces) {
            return new BenchNetwork.Loopback(daemons, unix);
        }
        NamespaceNetwork network = made.add(new NamespaceNetwork(daemons));
        network.make();
        return network;
    }

    private BenchDaemons start(String whose, BenchNetwork network, List<String> program, int at) {
        List<String> options = new ArrayList<>(conf);
        options.add("AcceleratedRing = " + (accelerated ? "yes" : "no"));
        System.out.println("start daemon=" + whose + " daemons=" + daemons + " network=" + network.name() + " port="
                + at + " accelerated=" + accelerated);
        BenchDaemons started = made.add(new BenchDaemons(network, at));
        started.start(program, daemons, options, adminPolled);
        return started;
    }

    /** Measures as soon as the daemons form a ring, in which all members see each other. */
    private BenchSummary measureStarted(
            String whose, BenchDaemons started, BenchNetwork network, int at, BenchLoad load) {
        List<BenchMembers.Place> places = new ArrayList<>();
        for (int i = 0; i < daemons; i++) {
            places.add(new BenchMembers.Place(network.spreadName(i, at), network.prefix(i)));
        }
        try {
            members(Math.max(daemons, members)).run(places, BenchLoad.TRIAL);
            return measure(whose, places, load);
        } catch (SpreadException | IllegalStateException e) {
            throw new IllegalStateException(
                    e.getMessage() + "\nbench: the daemons (" + whose + "):" + started.state(), e);
        }
    }

    private static List<String> ourDaemon() {
        String home = System.getenv("FLUSH_SPREAD_HOME");
        Path script = Path.of(home == null ? "." : home, "scripts", "spread");
        if (!Files.isExecutable(script)) {
            throw new IllegalStateException(
                    "there is no " + script + " to start a daemon with; set FLUSH_SPREAD_HOME to the checkout");
        }
        return List.of(script.toAbsolutePath().toString());
    }

    private BenchSummary measure(String whose, List<BenchMembers.Place> places, BenchLoad load) {
        List<BenchResult> results = members(members).run(places, load);
        String head =
                "daemon=" + whose + " daemons=" + places.size() + " members=" + members + " " + load.fields() + " ";
        Histogram all = new Histogram(BenchResult.HIGHEST, 3);
        double rate = 0;
        double slowest = Double.MAX_VALUE;
        for (BenchResult result : results) {
            System.out.println("member " + head + "member=" + result.index() + " " + result.fields());
            all.add(result.latency());
            rate += result.rate();
            slowest = Math.min(slowest, result.delivered());
        }
        System.out.println("summary " + head
                + String.format(
                        Locale.ROOT,
                        "rate=%.0f delivered=%.0f mbytes=%.1f ",
                        rate,
                        slowest,
                        slowest * load.bytes() / 1e6)
                + BenchResult.latencies(all));
        return new BenchSummary(rate, slowest, all);
    }

    private BenchMembers members(int count) {
        return new BenchMembers(made, count, processes, Duration.ofNanos(spin * 1000L));
    }

    private static void compare(BenchLoad load, @Nullable BenchSummary ours, BenchSummary theirs, String clients) {
        if (ours != null) {
            System.out.println(
                    "ratio ours/c " + load.fields() + " clients=\"" + clients + "\" " + ours.ratiosTo(theirs));
        }
    }

    private void compareWithCClient(Path home, String daemon, BenchLoad load, int count, @Nullable BenchSummary ours) {
        double rate = CFlooder.rate(home, daemon, load.bytes(), count);
        System.out.println(
                "summary daemon=c daemons=" + daemons + " members=1 client=c-spflooder service=reliable bytes="
                        + load.bytes() + " window=" + CFlooder.WINDOW + String.format(Locale.ROOT, " rate=%.0f", rate));
        if (ours != null) {
            System.out.println("ratio ours/c " + load.fields() + " clients=\"our client on ours, C client on C\" "
                    + String.format(Locale.ROOT, "rate=%.2f", ours.delivered() / rate));
        }
    }
}
