package org.flushspread.bench;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.flushspread.client.SpreadException;
import org.flushspread.daemon.LogSetup;
import org.flushspread.examples.KeyValueStore.Command;
import org.flushspread.flush.ReplicatedStateMachine;
import org.flushspread.tools.BenchDaemons;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The program bench --snapshots. */
@CommandLine.Command(
        name = "bench --snapshots",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures what snapshots and joiners cost the commands of a replicated key-value store with a large state: its "
                    + "members have stores, forced for each batch, and each is a process with the flags of replicated-kv.",
            ""
        },
        footer = {
            "",
            "Times of commands during which no snapshot was written (calm), during which one was (snapshots), and while a member "
                    + "without a state joined (join); parts counts the parts of the state that had changed, at_once the most "
                    + "members that wrote at one time. The sleeper is a thread that only sleeps: what held it up is the machine "
                    + "or the collector of the first member. Each member takes two to three times the state, and "
                    + "FLUSH_SPREAD_REPLICA_HEAP (3g) at the most."
        })
public final class SnapshotBench implements Callable<Integer> {
    private static final int VALUE = 1_000;
    private static final int FILL_WINDOW = 2_000;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final long AFTERWARDS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final String PADDING = "x".repeat(VALUE - 20);
    private static final double MILLI = 1e6;

    @Option(names = "--members", paramLabel = "N", description = "Members (default: ${DEFAULT-VALUE}).")
    private int members = 3;

    @Option(names = "--state", paramLabel = "MB", description = "Size of the state (default: ${DEFAULT-VALUE}).")
    private int megabytes = 100;

    @Option(names = "--every", paramLabel = "N", description = "Commands of a log (default: ${DEFAULT-VALUE}).")
    private int every = 20_000;

    @Option(
            names = "--window",
            paramLabel = "N",
            description = "Commands on their way at a time (default: ${DEFAULT-VALUE}).")
    private int window = 20;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description =
                    "Commands a second, each timed from when it was due (default: as many as the window lets through).")
    private int rate;

    @Option(
            names = "--hot",
            paramLabel = "N",
            description =
                    "Change the values of so many keys only, so that few parts of the state differ from the snapshot before"
                            + " (default: all).")
    private int hot;

    @Option(names = "--seconds", paramLabel = "N", description = "Measured seconds (default: ${DEFAULT-VALUE}).")
    private int seconds = 30;

    @Option(
            names = "--store",
            paramLabel = "DIR",
            description =
                    "Where the stores are, in a directory of their own that is removed (default: that for temporary"
                            + " files).")
    private @Nullable Path directory;

    @Option(names = "--port", paramLabel = "N", description = "Port of the started daemon (default: ${DEFAULT-VALUE}).")
    private int port = 14_890;

    private final Snapshots snapshots = new Snapshots();
    private final Histogram calm = histogram();
    private final Histogram busy = histogram();
    private final Histogram join = histogram();
    private final Histogram held = histogram();
    private volatile boolean joining;
    private long submitted;

    /** What members say of their snapshots. */
    private static final class Snapshots {
        private int now;
        private int most;
        private int written;
        private long parts;
        private volatile long calmFrom = System.nanoTime();

        /** By the threads that listen to members. */
        synchronized void said(String line) {
            if (line.equals(SnapshotBenchMember.BEGINS)) {
                calmFrom = Long.MAX_VALUE;
                most = Math.max(most, ++now);
            } else if (line.startsWith(SnapshotBenchMember.ENDS)) {
                written++;
                parts += Long.parseLong(line.substring(SnapshotBenchMember.ENDS.length()));
                if (--now == 0) {
                    calmFrom = System.nanoTime() + AFTERWARDS;
                }
            } else {
                System.out.println(line);
            }
        }

        synchronized void reset() {
            most = now;
            written = 0;
            parts = 0;
        }

        boolean isCalm() {
            long from = calmFrom;
            return from != Long.MAX_VALUE && System.nanoTime() - from > 0;
        }

        @Override
        public synchronized String toString() {
            return "snapshots=" + written + " parts=" + parts + " at_once=" + most;
        }
    }

    private static Histogram histogram() {
        return new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(5), 3);
    }

    public static void main(String[] args) {
        LogSetup.quiet();
        System.exit(new CommandLine(new SnapshotBench()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        if (members < 1 || megabytes < 1 || every < 1 || window < 1 || seconds < 1) {
            System.err.println("bench: all numbers are 1 and more");
            return 2;
        }
        Path stores = directory == null
                ? Files.createTempDirectory("snapshots")
                : Files.createTempDirectory(Files.createDirectories(directory), "snapshots");
        Thread sleeper = new Thread(this::sleep, "sleeper");
        sleeper.setDaemon(true);
        sleeper.start();
        try (BenchDaemons started = BenchDaemons.start(FlushBench.daemon(), 1, port, false, List.of())) {
            run(started.names().get(0), stores);
            return 0;
        } catch (SpreadException | IllegalStateException | UncheckedIOException e) {
            System.err.println("bench: " + e.getMessage());
            return 1;
        } finally {
            MoreFiles.deleteRecursively(stores, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    private void run(String daemon, Path stores) {
        List<SnapshotBenchProcess> others = new ArrayList<>();
        try (var member = SnapshotBenchMember.join(daemon, stores, 0, members, every, snapshots::said)) {
            for (int i = 1; i < members; i++) {
                others.add(new SnapshotBenchProcess(daemon, stores, i, members, every, snapshots::said));
            }
            member.awaitPrimary(PATIENCE);
            fill(member);
            snapshots.reset();
            calm.reset();
            busy.reset();
            held.reset();
            long begun = submitted;
            change(member, System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds));
            System.out.println("load members=" + members + " state_mb=" + megabytes + " window=" + window + " commands="
                    + (submitted - begun) + " seconds=" + seconds + " " + snapshots);
            say("calm", calm);
            say("snapshots", busy);
            say("sleeper", held);
            joining = true;
            joins(daemon, stores, member, others);
        } finally {
            others.forEach(SnapshotBenchProcess::close);
        }
    }

    private void joins(
            String daemon,
            Path stores,
            ReplicatedStateMachine<?, Command, Optional<String>> member,
            List<SnapshotBenchProcess> others) {
        held.reset();
        long begun = System.nanoTime();
        SnapshotBenchProcess joiner =
                new SnapshotBenchProcess(daemon, stores, members, members, every, snapshots::said);
        others.add(joiner);
        while (!joiner.isPrimary()) {
            change(member, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200));
            if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                throw new IllegalStateException("the joiner has no state after " + PATIENCE.toSeconds() + " s");
            }
        }
        System.out.printf(Locale.ROOT, "join seconds=%.1f%n", (System.nanoTime() - begun) / 1e9);
        say("join", join);
        say("sleeper", held);
    }

    private int keys() {
        return megabytes * 1_000_000 / VALUE;
    }

    /** Puts each key once. */
    private void fill(ReplicatedStateMachine<?, Command, Optional<String>> to) {
        Semaphore open = new Semaphore(FILL_WINDOW);
        for (int i = 0; i < keys(); i++) {
            submit(to, open, i, 0);
        }
        open.acquireUninterruptibly(FILL_WINDOW);
    }

    /** Puts new values of keys here and there until the time is over. */
    private void change(ReplicatedStateMachine<?, Command, Optional<String>> to, long until) {
        Semaphore open = new Semaphore(window);
        int changing = hot > 0 ? Math.min(hot, keys()) : keys();
        long begun = System.nanoTime();
        for (long i = 0; System.nanoTime() < until; i++) {
            submit(to, open, Math.floorMod(submitted * 7919L, changing), rate > 0 ? awaitTurn(begun, i) : 0);
        }
        open.acquireUninterruptibly(window);
    }

    /** When the next command is due. */
    private long awaitTurn(long begun, long count) {
        long due = begun + count * TimeUnit.SECONDS.toNanos(1) / rate;
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        return due;
    }

    /** @param due when it should have been submitted; 0 if that is now */
    private void submit(ReplicatedStateMachine<?, Command, Optional<String>> to, Semaphore open, int key, long due) {
        open.acquireUninterruptibly();
        long begun = due == 0 ? System.nanoTime() : due;
        boolean calmThen = snapshots.isCalm();
        submitted++;
        var unused = to.submit(new Command("key" + key, begun + PADDING)).whenComplete((result, error) -> {
            Histogram times = joining ? join : calmThen && snapshots.isCalm() ? calm : busy;
            times.recordValue(System.nanoTime() - begun);
            open.release();
            if (error != null) {
                System.out.println("report " + error.getMessage());
            }
        });
    }

    /** What the machine and the JVM hold up: a thread that does nothing but sleep a millisecond. */
    private void sleep() {
        try {
            while (true) {
                long begun = System.nanoTime();
                Thread.sleep(1);
                held.recordValue(Math.max(0, System.nanoTime() - begun - TimeUnit.MILLISECONDS.toNanos(1)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void say(String what, Histogram times) {
        System.out.printf(
                Locale.ROOT,
                "%s count=%d p50_ms=%.2f p99_ms=%.2f p999_ms=%.2f max_ms=%.1f%n",
                what,
                times.getTotalCount(),
                times.getValueAtPercentile(50) / MILLI,
                times.getValueAtPercentile(99) / MILLI,
                times.getValueAtPercentile(99.9) / MILLI,
                times.getMaxValue() / MILLI);
    }
}
