package org.flushspread.bench;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadException;
import org.flushspread.daemon.LogSetup;
import org.flushspread.tools.BenchDaemons;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The program bench --flush. */
@Command(
        name = "bench --flush",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures the flush layer on daemons of this project: messages in a stable view against the "
                    + "same traffic without it, the time of a view change, and the commands of a replicated state "
                    + "machine.",
            ""
        },
        footer = {
            "",
            "messages: closed loop, api=spread and api=flush by turns; 'ratio' compares the middle runs, by "
                    + "the slowest member.",
            "views: one member joins and leaves again and again; the time is from the last flush call to "
                    + "the last view.",
            "replica: all members submit without waiting; 'rate' counts completed futures of all.",
            "clients: programs that are no members submit, then read, with 1,000 requests on their way in all."
        })
public final class FlushBench implements Callable<Integer> {
    enum What {
        MESSAGES,
        VIEWS,
        REPLICA,
        CLIENTS
    }

    @Option(
            names = "--only",
            paramLabel = "WHAT",
            split = ",",
            description = "messages, views, replica, clients (default: all).")
    private List<What> only = List.of(What.values());

    @Option(names = "--daemons", paramLabel = "N", description = "Daemons, forming one ring (default: 1; for views 3).")
    private int daemons;

    @Option(
            names = "--members",
            paramLabel = "N",
            description = "Members, spread over the daemons (default: messages 1, views 10, replica 3).")
    private int members;

    @Option(
            names = "--bytes",
            paramLabel = "N",
            description = "Size of a body or command (default: messages 1000, replica 16).")
    private int bytes;

    @Option(
            names = "--service",
            paramLabel = "NAME",
            description = "fifo, causal, agreed, safe (default: messages agreed, replica safe).")
    private @Nullable Service service;

    @Option(names = "--window", paramLabel = "N", description = "Own messages on their way at the most (default: 200).")
    private int window = 200;

    @Option(names = "--messages", paramLabel = "N", description = "Measured messages of a member (default: 300000).")
    private int messages = 300_000;

    @Option(names = "--repeat", paramLabel = "N", description = "Runs of each API for messages (default: 3).")
    private int repeat = 3;

    @Option(names = "--changes", paramLabel = "N", description = "Measured view changes (default: 400).")
    private int changes = 400;

    @Option(names = "--seconds", paramLabel = "N", description = "Measured seconds for replica (default: 10).")
    private int seconds = 10;

    @Option(
            names = "--clients",
            paramLabel = "N",
            split = ",",
            description = "How many clients that are no members, one run behind the other (default: 1,100,1000).")
    private List<Integer> clients = List.of(1, 100, 1000);

    @Option(names = "--port", paramLabel = "N", description = "Port of the started daemons (default: 14870).")
    private int port = 14_870;

    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    public static void main(String[] args) {
        LogSetup.quiet();
        System.exit(new CommandLine(new FlushBench())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args));
    }

    @Override
    public Integer call() {
        if (members < 0
                || members > 200
                || daemons < 0
                || daemons > 128
                || bytes < 0
                || window < 1
                || repeat < 1
                || messages < 1
                || changes < 1
                || seconds < 1
                || clients.stream().anyMatch(each -> each < 1 || each > 10_000)) {
            CommandLine.Model.CommandSpec known = spec;
            throw new ParameterException(
                    known == null ? new CommandLine(this) : known.commandLine(),
                    "--members takes 1 to 200, --daemons 1 to 128, the others 1 and more");
        }
        try {
            for (What each : only) {
                measure(each);
            }
        } catch (SpreadException | IllegalStateException | UncheckedIOException e) {
            System.err.println("bench: " + e.getMessage());
            return 1;
        }
        return 0;
    }

    private void measure(What what) {
        int count = daemons > 0 ? daemons : what == What.VIEWS ? 3 : 1;
        try (BenchDaemons started = BenchDaemons.start(daemon(), count, port, false, List.of())) {
            System.out.println("start daemons=" + count + " port=" + port);
            switch (what) {
                case MESSAGES -> messages(started.names());
                case VIEWS -> new ViewBench(started.names(), members > 0 ? members : 10, changes).run();
                case CLIENTS ->
                    new ClientBench(started.names(), members > 0 ? members : 3, bytes > 0 ? bytes : 16, seconds)
                            .run(clients);
                case REPLICA ->
                    new ReplicaBench(
                                    started.names(),
                                    members > 0 ? members : 3,
                                    bytes > 0 ? bytes : 16,
                                    service == null ? Service.SAFE : service,
                                    seconds)
                            .run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** The command that starts a daemon. */
    static List<String> daemon() {
        String home = System.getenv("FLUSH_SPREAD_HOME");
        Path script = Path.of(home == null ? "." : home, "scripts", "spread");
        if (!Files.isExecutable(script)) {
            throw new IllegalStateException(
                    "there is no " + script + " to start a daemon with; set FLUSH_SPREAD_HOME to the checkout");
        }
        return List.of(script.toAbsolutePath().toString());
    }

    // ---- messages

    private void messages(List<String> names) {
        int count = members > 0 ? members : 1;
        List<Double> plain = new ArrayList<>();
        List<Double> flush = new ArrayList<>();
        // The first of each warms up everything that is compiled while it runs, here and in the daemons.
        run("warmup", names, count, false);
        run("warmup", names, count, true);
        for (int i = 0; i < repeat; i++) {
            plain.add(run("messages", names, count, false));
            flush.add(run("messages", names, count, true));
        }
        plain.sort(null);
        flush.sort(null);
        System.out.printf(
                Locale.ROOT,
                "ratio messages flush_to_spread=%.3f spread=%.0f flush=%.0f%n",
                flush.get(repeat / 2) / plain.get(repeat / 2),
                plain.get(repeat / 2),
                flush.get(repeat / 2));
    }

    /** Messages a second that the slowest member received. */
    private double run(String line, List<String> names, int count, boolean withViews) {
        Service with = service == null ? Service.AGREED : service;
        int size = Math.max(8, bytes > 0 ? bytes : 1000);
        List<Callable<Double>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String daemon = names.get(i % names.size());
            int index = i;
            all.add(() -> {
                try (Traffic traffic =
                        withViews ? new FlushTraffic(daemon, index, with) : new SpreadTraffic(daemon, index, with)) {
                    return new MessageMember(traffic, index, count, size, window, messages).run();
                }
            });
        }
        double slowest = Double.MAX_VALUE;
        for (double each : inParallel(all)) {
            slowest = Math.min(slowest, each);
        }
        System.out.printf(
                Locale.ROOT,
                "%s api=%s daemons=%d members=%d service=%s bytes=%d window=%d delivered=%.0f%n",
                line,
                withViews ? "flush" : "spread",
                names.size(),
                count,
                with.name().toLowerCase(Locale.ROOT),
                size,
                window,
                slowest);
        return slowest;
    }

    /** A thread for each; their results in order. */
    static <T> List<T> inParallel(List<Callable<T>> tasks) {
        ExecutorService pool = Executors.newFixedThreadPool(tasks.size());
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> each : pool.invokeAll(tasks)) {
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
    static String name(String prefix, int index) {
        return prefix + index + "-" + (System.nanoTime() / 1000) % 10_000;
    }
}
