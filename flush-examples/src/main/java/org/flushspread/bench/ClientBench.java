package org.flushspread.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.flushspread.flush.Codec;
import org.flushspread.flush.Consistency;
import org.flushspread.flush.ReplicatedStateMachine;
import org.flushspread.flush.client.ReplicaClient;
import org.flushspread.flush.replica.Quorum;

/** Clients of a replicated counter that are no members, each with some requests on their way. */
final class ClientBench {
    private static final int IN_FLIGHT = 1_000;
    private static final int WINDOW = 250;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration WARMUP = Duration.ofSeconds(3);
    private static final String GROUP = "bench-clients";

    private final List<String> daemons;
    private final int members;
    private final int bytes;
    private final int seconds;

    /** One way of asking, by all clients at once. */
    private static final class Load {
        final boolean reads;
        final byte[] command;
        final LongAdder done = new LongAdder();
        final LongAdder failed = new LongAdder();
        final Histogram micros = new ConcurrentHistogram(3);
        final AtomicLong open = new AtomicLong();
        volatile boolean measured;
        volatile boolean over;

        Load(boolean reads, int bytes) {
            this.reads = reads;
            this.command = new byte[bytes];
        }

        /** Asks again as soon as there is an answer. */
        void ask(ReplicaClient<byte[], Long> client) {
            long begun = System.nanoTime();
            open.incrementAndGet();
            var answer = reads ? client.read(Consistency.LINEARIZABLE, command) : client.submit(command);
            var unused = answer.whenComplete((result, error) -> {
                (error == null ? done : failed).increment();
                if (measured) {
                    micros.recordValue((System.nanoTime() - begun) / 1_000);
                }
                if (!over) {
                    ask(client);
                }
                open.decrementAndGet();
            });
        }
    }

    ClientBench(List<String> daemons, int members, int bytes, int seconds) {
        this.daemons = daemons;
        this.members = members;
        this.bytes = bytes;
        this.seconds = seconds;
    }

    /** @param counts how many clients, one run behind the other */
    void run(List<Integer> counts) throws InterruptedException {
        List<ReplicatedStateMachine<Counter, byte[], Long>> all = new ArrayList<>();
        try {
            for (int i = 0; i < members; i++) {
                all.add(join(i));
            }
            all.forEach(each -> each.awaitPrimary(PATIENCE));
            for (int count : counts) {
                measure(count, false);
                measure(count, true);
            }
        } finally {
            all.forEach(ReplicatedStateMachine::close);
        }
    }

    private ReplicatedStateMachine<Counter, byte[], Long> join(int index) {
        return ReplicatedStateMachine.join(
                daemons.get(index % daemons.size()),
                GROUP,
                new Counter(),
                Codec.bytes(),
                options -> options.name(FlushBench.name("r", index))
                        .primary(Quorum.majorityOf(members))
                        .serveClients());
    }

    private void measure(int count, boolean reads) throws InterruptedException {
        int window = Math.max(1, Math.min(WINDOW, IN_FLIGHT / count));
        Load load = new Load(reads, bytes);
        List<ReplicaClient<byte[], Long>> clients = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                clients.add(
                        ReplicaClient.connect(daemons.get(i % daemons.size()), GROUP, Codec.bytes(), Codec.longs()));
            }
            for (int i = 0; i < count * window; i++) {
                load.ask(clients.get(i % count));
            }
            // These two are the times of the measurement itself; nothing is waited for.
            Thread.sleep(WARMUP.toMillis());
            load.measured = true;
            long before = load.done.sum();
            long start = System.nanoTime();
            Thread.sleep(TimeUnit.SECONDS.toMillis(seconds));
            double rate = (load.done.sum() - before) * 1e9 / (System.nanoTime() - start);
            load.measured = false;
            load.over = true;
            System.out.printf(
                    Locale.ROOT,
                    "clients daemons=%d members=%d clients=%d window=%d %s bytes=%d seconds=%d rate=%.0f p50_us=%d"
                            + " p99_us=%d failed=%d%n",
                    daemons.size(),
                    members,
                    count,
                    window,
                    reads ? "linearizable_reads" : "commands",
                    bytes,
                    seconds,
                    rate,
                    load.micros.getValueAtPercentile(50),
                    load.micros.getValueAtPercentile(99),
                    load.failed.sum());
        } finally {
            load.over = true;
            clients.forEach(ReplicaClient::close);
        }
    }
}
