package org.flushspread.bench;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.DataInput;
import java.io.DataOutput;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.flushspread.client.SpreadException;
import org.flushspread.daemon.LogSetup;
import org.flushspread.examples.KeyValueStore;
import org.flushspread.examples.KeyValueStore.Command;
import org.flushspread.flush.ReplicatedStateMachine;
import org.flushspread.flush.Snapshotter;
import org.flushspread.flush.StateMachine;
import org.flushspread.flush.replica.Quorum;
import org.flushspread.flush.replica.Role;
import org.flushspread.flush.store.Fsync;
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
                    + "members have stores, forced for each batch, and are in this process.",
            ""
        },
        footer = {
            "",
            "Times of commands that ended while no snapshot was written (calm), while one was (snapshots), and while a member "
                    + "without a state joined (join). Memory: about four times the state for each member; BENCH_HEAP=4g "
                    + "scripts/bench --snapshots ... gives more than the 2 GB that is standard."
        })
public final class SnapshotBench implements Callable<Integer> {
    private static final int VALUE = 1_000;
    private static final int FILL_WINDOW = 2_000;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
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

    private final AtomicInteger writing = new AtomicInteger();
    private final AtomicInteger written = new AtomicInteger();
    private final Histogram calm = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(5), 3);
    private final Histogram snapshots = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(5), 3);
    private final Histogram join = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(5), 3);
    private volatile boolean joining;
    private long submitted;

    /** The store of the example, with a look at when its snapshots are written. */
    private final class Watched implements StateMachine<Command, Optional<String>> {
        private final KeyValueStore store = new KeyValueStore();

        @Override
        public Optional<String> apply(Command command) {
            return store.apply(command);
        }

        @Override
        public void save(DataOutput out) throws IOException {
            store.save(out);
        }

        @Override
        public void load(DataInput in) throws IOException {
            store.load(in);
        }

        @Override
        public Snapshotter snapshotter() {
            Snapshotter its = store.snapshotter();
            return () -> {
                Snapshotter.Frozen frozen = its.freeze();
                return out -> {
                    writing.incrementAndGet();
                    try {
                        frozen.write(out);
                        written.incrementAndGet();
                    } finally {
                        writing.decrementAndGet();
                    }
                };
            };
        }
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
        List<ReplicatedStateMachine<Watched, Command, Optional<String>>> all = new ArrayList<>();
        try {
            for (int i = 0; i < members; i++) {
                all.add(member(daemon, stores, i));
            }
            all.forEach(each -> each.awaitPrimary(PATIENCE));
            int keys = megabytes * 1_000_000 / VALUE;
            submit(all.get(0), 0, keys, Long.MAX_VALUE);
            calm.reset();
            snapshots.reset();
            written.set(0);
            long begun = submitted;
            submit(all.get(0), keys, Integer.MAX_VALUE, System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds));
            say("calm", calm, submitted - begun);
            say("snapshots", snapshots, submitted - begun);
            joins(daemon, stores, all, keys);
        } finally {
            all.forEach(ReplicatedStateMachine::close);
        }
    }

    private void joins(
            String daemon,
            Path stores,
            List<ReplicatedStateMachine<Watched, Command, Optional<String>>> all,
            int keys) {
        joining = true;
        long begun = System.nanoTime();
        var joiner = member(daemon, stores, members);
        all.add(joiner);
        long before = submitted;
        while (joiner.role() != Role.PRIMARY) {
            submit(all.get(0), keys, Integer.MAX_VALUE, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200));
            if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                throw new IllegalStateException("the joiner has no state after " + PATIENCE.toSeconds() + " s: "
                        + joiner.status().explanation());
            }
        }
        System.out.printf(Locale.ROOT, "join seconds=%.1f%n", (System.nanoTime() - begun) / 1e9);
        say("join", join, submitted - before);
    }

    private ReplicatedStateMachine<Watched, Command, Optional<String>> member(String daemon, Path stores, int index) {
        return ReplicatedStateMachine.join(
                daemon,
                "bench-snapshots",
                new Watched(),
                Command.CODEC,
                options -> options.name(FlushBench.name("s", index))
                        .primary(Quorum.majorityOf(members))
                        .store(stores.resolve("member" + index), Fsync.ALWAYS)
                        .snapshotEvery(every)
                        .onReport((reason, text) -> System.out.println("report " + reason + " " + text)));
    }

    /** Puts keys from the first on, {@code keys} of them in a circle, until the time or the keys are over. */
    private void submit(
            ReplicatedStateMachine<Watched, Command, Optional<String>> to, int from, int count, long until) {
        String padding = "x".repeat(VALUE - 20);
        int atATime = from == 0 ? FILL_WINDOW : window;
        Semaphore open = new Semaphore(atATime);
        int keys = megabytes * 1_000_000 / VALUE;
        for (int i = 0; i < count && System.nanoTime() < until; i++) {
            open.acquireUninterruptibly();
            long begun = System.nanoTime();
            String key = "key" + (from == 0 ? i : Math.floorMod(submitted * 7919L, keys));
            submitted++;
            var unused = to.submit(new Command(key, begun + padding)).whenComplete((result, error) -> {
                ended(System.nanoTime() - begun);
                open.release();
                if (error != null) {
                    System.out.println("report " + error.getMessage());
                }
            });
        }
        open.acquireUninterruptibly(atATime);
    }

    private void ended(long nanos) {
        (joining ? join : writing.get() > 0 ? snapshots : calm).recordValue(nanos);
    }

    private void say(String what, Histogram times, long commands) {
        System.out.printf(
                Locale.ROOT,
                "%s members=%d state_mb=%d window=%d snapshots_written=%d commands=%d of=%d p50_ms=%.2f p99_ms=%.2f"
                        + " p999_ms=%.2f max_ms=%.1f%n",
                what,
                members,
                megabytes,
                window,
                written.get(),
                times.getTotalCount(),
                commands,
                times.getValueAtPercentile(50) / MILLI,
                times.getValueAtPercentile(99) / MILLI,
                times.getValueAtPercentile(99.9) / MILLI,
                times.getMaxValue() / MILLI);
    }
}
