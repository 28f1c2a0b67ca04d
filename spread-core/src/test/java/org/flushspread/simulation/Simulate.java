package org.flushspread.simulation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.flushspread.diagram.DrawnRun;
import org.flushspread.simulation.trace.Excuses;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program {@code scripts/simulate}: many seeds in parallel, or one seed with a log to read. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description =
                "Runs the daemon's kernel in a deterministic hostile world, one seed after another, and checks every property.")
public final class Simulate implements Callable<Integer> {
    @Option(names = "--seeds", description = "how many seeds (default ${DEFAULT-VALUE})", defaultValue = "500")
    private long seeds;

    @Option(names = "--from", description = "the first seed (default ${DEFAULT-VALUE})", defaultValue = "1")
    private long from;

    @Option(
            names = "--daemons",
            description = "number of daemons; drawn from each seed if not given",
            defaultValue = "0")
    private int daemons;

    @Option(
            names = "--clients",
            description = "clients at each daemon; drawn from each seed if not given",
            defaultValue = "-1")
    private int clients;

    @Option(
            names = "--profile",
            description = "kind of world: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE})",
            defaultValue = "swarm")
    private Profile profile = Profile.SWARM;

    @Option(names = "--set", description = "sets one component of the swarm, for example --set loss=0.1")
    private Map<String, Double> settings = new TreeMap<>();

    @Option(names = "--fingerprints", description = "print the trace hash of each seed and nothing else")
    private boolean fingerprints;

    @Option(names = "--minutes", description = "stop after this time, whatever --seeds says", defaultValue = "0")
    private double minutes;

    @Option(names = "--threads", description = "seeds run at one time (default: one per core)", defaultValue = "0")
    private int threads;

    @Option(names = "--replay", description = "run the seed of --from alone and print its event log")
    private boolean replay;

    @Option(
            names = "--leave-out",
            split = ",",
            description =
                    "fault events that do not take place, named as in the event log, for example --leave-out e1,c2.3")
    private List<String> leftOut = List.of();

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "with --replay: write a page with the run as a space-time diagram, in place of the event log")
    private @Nullable Path html;

    @Option(names = "--excuses", description = "print what checkers did not demand, and how often")
    private boolean tellExcuses;

    @Option(names = "--keep-going", description = "go on after a violation")
    private boolean keepGoing;

    private boolean hasShrunk;
    private final Excuses excuses = new Excuses();
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong simulatedMillis = new AtomicLong();
    private final AtomicLong workersAlive = new AtomicLong();
    private final AtomicLong viewChanges = new AtomicLong();
    private final AtomicLong messages = new AtomicLong();
    private final AtomicLongArray faults = new AtomicLongArray(Faults.values().length);

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Simulate())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        if (html != null && !replay) {
            System.err.println("--html draws one seed: say --replay --from SEED too");
            return 2;
        }
        if (seeds < 1) {
            System.err.println("--seeds is 1 or more");
            return 2;
        }
        if (replay) {
            // The launcher runs this in the module's directory.
            Path page = html == null
                    ? null
                    : Path.of(System.getProperty("simulate.directory", "")).resolve(html);
            Simulation simulation =
                    new Simulation(from, swarm(from), new Plan(leftOut), page == null ? System.out : null);
            Verdict verdict;
            try {
                verdict = page == null ? simulation.run() : DrawnRun.run(simulation, page);
            } catch (IOException e) {
                System.err.println("Cannot write " + page + " (" + e + ")");
                return 2;
            }
            if (page != null) {
                System.out.println("the diagram is in " + page);
            }
            System.out.println(verdict.swarm());
            System.out.printf(
                    "seed %d: trace hash %016x, %.1f simulated seconds%n",
                    from, verdict.fingerprint(), verdict.seconds());
            if (verdict.violation() != null) {
                verdict.violation().printStackTrace(System.out);
                return 1;
            }
            return 0;
        }
        if (fingerprints) {
            for (long seed = from; seed < from + seeds; seed++) {
                Verdict verdict = new Simulation(seed, swarm(seed), null).run();
                System.out.printf("%d %016x%n", seed, verdict.fingerprint());
            }
            return 0;
        }
        // Set by the launcher: a JVM cannot tell a terminal from a pipe on every version.
        boolean isTerminal = Boolean.getBoolean("simulate.terminal");
        int workers = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
        next.set(from);
        long start = System.nanoTime();
        long deadline = minutes > 0 ? start + (long) (minutes * 60e9) : Long.MAX_VALUE;
        ExecutorService pool = Executors.newFixedThreadPool(workers);
        for (int i = 0; i < workers; i++) {
            workersAlive.incrementAndGet();
            pool.execute(() -> {
                work(deadline);
                workersAlive.decrementAndGet();
            });
        }
        pool.shutdown();
        for (int second = 1; !pool.awaitTermination(1, java.util.concurrent.TimeUnit.SECONDS); second++) {
            if (!isTerminal && second % 10 == 0) {
                System.out.printf(
                        "%d of %d seeds, %d failed, %.1f seeds per second, %.2f simulated hours%n",
                        done.get(), seeds, failed.get(), done.get() * 1e9 / (System.nanoTime() - start), hours());
            }
            if (isTerminal) {
                long share = 30 * done.get() / Math.max(1, seeds);
                System.out.printf(
                        "\r[%s%s] %d of %d seeds, %d failed, %.0f simulated hours ",
                        "#".repeat((int) share),
                        " ".repeat((int) (30 - share)),
                        done.get(),
                        seeds,
                        failed.get(),
                        hours());
            }
        }
        summary((System.nanoTime() - start) / 1e9, workers);
        if (workersAlive.get() > 0) {
            System.out.println("A worker broke down, see above; not every seed was run.");
        }
        return failed.get() == 0 && workersAlive.get() == 0 ? 0 : 1;
    }

    private void work(long deadline) {
        for (long seed = next.getAndIncrement(); seed < from + seeds; seed = next.getAndIncrement()) {
            if (System.nanoTime() > deadline || (failed.get() > 0 && !keepGoing)) {
                return;
            }
            Verdict verdict = new Simulation(seed, swarm(seed), null).run();
            done.incrementAndGet();
            simulatedMillis.addAndGet((long) (verdict.seconds() * 1000));
            viewChanges.addAndGet(verdict.viewChanges());
            messages.addAndGet(verdict.messages());
            for (int i = 0; i < faults.length(); i++) {
                faults.addAndGet(i, verdict.faults().get(i));
            }
            synchronized (excuses) {
                excuses.addAll(verdict.excuses());
            }
            Violation violation = verdict.violation();
            if (violation != null) {
                failed.incrementAndGet();
                tell(seed, verdict.swarm(), violation);
            }
        }
    }

    /** One after the other; only the first is shortened, for the others have mostly the same cause. */
    private synchronized void tell(long seed, Swarm swarm, Violation violation) {
        System.out.printf("%nseed %d: %s%n", seed, shortened(violation));
        String world = "scripts/simulate --replay --from " + seed
                + (daemons > 0 ? " --daemons " + daemons : "")
                + (clients >= 0 ? " --clients " + clients : "")
                + (profile == Profile.SWARM
                        ? ""
                        : " --profile " + profile.name().toLowerCase(Locale.ROOT));
        StringBuilder replay = new StringBuilder(world);
        settings.forEach((name, value) ->
                replay.append(" --set ").append(name).append('=').append(value));
        System.out.printf("  replay the whole story: %s%n", replay);
        if (!keepGoing && !hasShrunk) {
            hasShrunk = true;
            Shrink shrink = new Shrink(seed, swarm, violation).run();
            shrink.options().forEach(each -> replay.append(' ').append(each));
            System.out.printf("  shortest story found: %s%n", shortened(shrink.violation()));
            System.out.printf(
                    "  %s%n  its events: %s%n  replay it: %s%n  (behind it, --html FILE draws a diagram)%n",
                    shrink.swarm(), shrink.remaining(), replay);
        }
    }

    private static String shortened(Violation violation) {
        String text = String.valueOf(violation.getMessage());
        return text.length() > 1500 ? text.substring(0, 1500) + " ..." : text;
    }

    private Swarm swarm(long seed) {
        Swarm drawn = Swarm.draw(seed, daemons, profile);
        for (Map.Entry<String, Double> each : settings.entrySet()) {
            drawn = drawn.with(each.getKey(), each.getValue());
        }
        return clients < 0 ? drawn : drawn.with("clientsPerDaemon", clients);
    }

    private double hours() {
        return simulatedMillis.get() / 3.6e6;
    }

    private void summary(double seconds, int workers) {
        System.out.printf(
                "%n%d seeds, %d failed; %.1f simulated hours in %.0f s (%.1f seeds per second, %.0f simulated seconds per second and core)%n",
                done.get(),
                failed.get(),
                hours(),
                seconds,
                done.get() / seconds,
                simulatedMillis.get() / 1000.0 / seconds / workers);
        System.out.printf("%d view changes, %d messages checked%n", viewChanges.get(), messages.get());
        StringBuilder text = new StringBuilder("faults:");
        for (Faults each : Faults.values()) {
            text.append(' ')
                    .append(each.name().toLowerCase(Locale.ROOT))
                    .append(' ')
                    .append(faults.get(each.ordinal()));
        }
        System.out.println(text);
        if (tellExcuses) {
            excuses.print((rule, figures) -> System.out.printf("| %s | %s |%n", rule, figures));
        }
    }
}
