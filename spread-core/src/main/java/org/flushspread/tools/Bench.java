package org.flushspread.tools;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadException;
import org.flushspread.daemon.LogSetup;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The program bench: throughput and latency of ordered messages, through our daemon, the C daemon, or any that is named. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures throughput and latency of ordered messages.",
            "Without --spread it starts daemons of this project and, where SPREAD_C_HOME names an installed C Spread 4.4,",
            "C daemons after them, gives both the same load and prints the ratios.",
            ""
        },
        footer = {
            "",
            "One line 'member ...' for each member, one 'summary ...' for each load and daemon, 'ratio ...' between daemons.",
            "rate: messages a second sent by one member; delivered: messages of all received by one member (summary: by the",
            "slowest); latency: from sending to the own delivery, in an open loop from the time planned for sending."
        })
public final class Bench implements Callable<Integer> {
    private static final String OURS = "ours";
    private static final String C = "c";

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

    @Option(names = "--messages", paramLabel = "N", description = "Measured messages of each member (default: 100000).")
    private int messages = 100_000;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            description = "Messages of each member before that (default: a quarter).")
    private int warmup = -1;

    @Option(names = "--repeat", paramLabel = "N", description = "Measure so many times, by turns (default: 1).")
    private int repeat = 1;

    @Option(names = "--processes", description = "Each member in a process of its own, not a thread.")
    private boolean processes;

    @Option(names = "--unix", description = "Connect by unix domain socket; with one daemon only.")
    private boolean unix;

    @Option(
            names = "--spin",
            paramLabel = "US",
            description = "Microseconds a receiver looks before it sleeps (default: 0).")
    private int spin;

    @Option(names = "--accelerated", description = "With the accelerated ring protocol.")
    private boolean accelerated;

    @Option(names = "--conf", paramLabel = "LINE", description = "A further line of spread.conf; may be repeated.")
    private List<String> conf = new ArrayList<>();

    @Option(names = "--port", paramLabel = "N", description = "Port of the started daemons (default: 14870).")
    private int port = 14_870;

    @Option(names = "--only", paramLabel = "ours|c", description = "Start only these daemons.")
    private @Nullable String only;

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
        if (members < 1 || members > 200 || daemons < 1 || daemons > 128 || (unix && daemons > 1)) {
            throw wrong("--members takes 1 to 200, --daemons 1 to 128, and --unix goes with one daemon");
        }
        try {
            for (int i = 0; i < repeat; i++) {
                measureAll(loads);
            }
        } catch (SpreadException | IllegalStateException | UncheckedIOException e) {
            System.err.println("bench: " + e.getMessage());
            return 1;
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
        int before = warmup < 0 ? messages / 4 : warmup;
        for (String name : services) {
            for (int size : bytes) {
                closed.forEach(window -> loads.add(load(name, size, window, 0, before)));
                rates.forEach(rate -> loads.add(load(name, size, 0, rate, before)));
            }
        }
        return loads;
    }

    private BenchLoad load(String name, int size, int window, int rate, int before) {
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
                || window + rate == 0) {
            throw wrong("a load needs a service from fifo on, 16 bytes and a window or rate above 0");
        }
        return new BenchLoad(service, size, window, rate, before, messages);
    }

    private void measureAll(List<BenchLoad> loads) {
        if (!spread.isEmpty()) {
            loads.forEach(load -> measure(String.join(",", spread), spread, load));
            return;
        }
        String cHome = System.getenv("SPREAD_C_HOME");
        Map<BenchLoad, Summary> ours = new LinkedHashMap<>();
        if (!C.equals(only)) {
            try (BenchDaemons started = start(OURS, ourDaemon())) {
                loads.forEach(load -> ours.put(load, measure(OURS, started.names(), load)));
                System.out.println("memory daemon=" + OURS + " resident_mb=" + started.residentMegabytes());
            }
        }
        if (cHome == null) {
            System.err.println("bench: SPREAD_C_HOME is not set, so there is no C daemon to compare with");
        } else if (!OURS.equals(only)) {
            Path home = Path.of(cHome);
            try (BenchDaemons started =
                    start(C, List.of(home.resolve("sbin/spread").toString()))) {
                for (BenchLoad load : loads) {
                    compare(load, ours.get(load), measure(C, started.names(), load), "our client on both");
                }
                System.out.println("memory daemon=" + C + " resident_mb=" + started.residentMegabytes());
                if (members == 1) {
                    loads.stream()
                            .filter(load -> load.window() == CFlooder.WINDOW)
                            .forEach(load ->
                                    compareWithCClient(home, started.names().get(0), load, ours.get(load)));
                }
            }
        }
    }

    private BenchDaemons start(String whose, List<String> program) {
        List<String> options = new ArrayList<>(conf);
        options.add("AcceleratedRing = " + (accelerated ? "yes" : "no"));
        System.out.println(
                "start daemon=" + whose + " daemons=" + daemons + " port=" + port + " accelerated=" + accelerated);
        return BenchDaemons.start(program, daemons, port, unix, options);
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

    /** What all members together measured. */
    private record Summary(double rate, double delivered, Histogram latency) {}

    private Summary measure(String whose, List<String> names, BenchLoad load) {
        List<BenchResult> results = processes ? runProcesses(names, load) : runThreads(names, load);
        String head = "daemon=" + whose + " daemons=" + (spread.isEmpty() ? daemons : names.size()) + " members="
                + members + " " + load.fields() + " ";
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
        return new Summary(rate, slowest, all);
    }

    private List<BenchResult> runThreads(List<String> names, BenchLoad load) {
        ExecutorService pool = Executors.newFixedThreadPool(members);
        try {
            List<Future<BenchResult>> running = new ArrayList<>();
            for (int i = 0; i < members; i++) {
                ConnectOptions options = ConnectOptions.of(names.get(i % names.size()), name(i))
                        .withSpin(Duration.ofNanos(spin * 1000L));
                BenchMember member = new BenchMember(options, i, members, load);
                running.add(pool.submit(member::run));
            }
            List<BenchResult> results = new ArrayList<>();
            for (Future<BenchResult> each : running) {
                results.add(each.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(String.valueOf(e.getCause()), e);
        } finally {
            pool.shutdownNow();
        }
    }

    /** A name of an earlier run may still be taken for a moment. */
    private String name(int index) {
        return "b" + index + "-" + (System.nanoTime() / 1000) % 100_000;
    }

    private List<BenchResult> runProcesses(List<String> names, BenchLoad load) {
        List<Process> running = new ArrayList<>();
        try {
            for (int i = 0; i < members; i++) {
                running.add(startMember(names.get(i % names.size()), i, load));
            }
            List<BenchResult> results = new ArrayList<>();
            for (Process each : running) {
                results.add(result(each));
            }
            return results;
        } catch (IOException e) {
            throw new UncheckedIOException("a member could not be started: " + e.getMessage(), e);
        } finally {
            running.forEach(Process::destroyForcibly);
        }
    }

    private Process startMember(String daemon, int index, BenchLoad load) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-Xmx256m", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Bench.class.getName(), "--member", daemon, name(index)));
        command.addAll(List.of("" + index, "" + members, "" + spin * 1000L, load.encode()));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
    }

    private static BenchResult result(Process member) throws IOException {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(member.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            if (line == null) {
                throw new IllegalStateException("a member ended without a result");
            }
            return BenchResult.decode(line);
        }
    }

    private static void compare(BenchLoad load, @Nullable Summary ours, Summary theirs, String clients) {
        if (ours != null) {
            System.out.println("ratio ours/c " + load.fields() + " clients=\"" + clients + "\" "
                    + String.format(
                            Locale.ROOT,
                            "rate=%.2f p50=%.2f p99=%.2f",
                            ours.delivered() / theirs.delivered(),
                            ratio(ours.latency(), theirs.latency(), 50),
                            ratio(ours.latency(), theirs.latency(), 99)));
        }
    }

    private static double ratio(Histogram ours, Histogram theirs, double percentile) {
        return (double) ours.getValueAtPercentile(percentile) / Math.max(1, theirs.getValueAtPercentile(percentile));
    }

    private void compareWithCClient(Path home, String daemon, BenchLoad load, @Nullable Summary ours) {
        double rate = CFlooder.rate(home, daemon, load.bytes(), load.messages());
        System.out.println(
                "summary daemon=c daemons=" + daemons + " members=1 client=c-spflooder service=reliable bytes="
                        + load.bytes() + " window=" + CFlooder.WINDOW + String.format(Locale.ROOT, " rate=%.0f", rate));
        if (ours != null) {
            System.out.println("ratio ours/c " + load.fields() + " clients=\"our client on ours, C client on C\" "
                    + String.format(Locale.ROOT, "rate=%.2f", ours.delivered() / rate));
        }
    }
}
