package org.flushspread.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.flushspread.client.Service;
import org.flushspread.flush.Codec;
import org.flushspread.flush.ReplicatedStateMachine;
import org.flushspread.flush.replica.Quorum;

/** Members of one replicated counter that submit commands without waiting for their results. */
final class ReplicaBench {
    private static final int WINDOW = 20_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration WARMUP = Duration.ofSeconds(3);

    private final List<String> daemons;
    private final int members;
    private final int bytes;
    private final Service service;
    private final int seconds;
    private final LongAdder done = new LongAdder();
    private final LongAdder failed = new LongAdder();

    ReplicaBench(List<String> daemons, int members, int bytes, Service service, int seconds) {
        this.daemons = daemons;
        this.members = members;
        this.bytes = bytes;
        this.service = service;
        this.seconds = seconds;
    }

    void run() {
        List<ReplicatedStateMachine<Counter, byte[], Long>> all = new ArrayList<>();
        try {
            for (int i = 0; i < members; i++) {
                all.add(join(i));
            }
            all.forEach(each -> each.awaitPrimary(PATIENCE));
            measure(all);
        } finally {
            all.forEach(ReplicatedStateMachine::close);
        }
    }

    private ReplicatedStateMachine<Counter, byte[], Long> join(int index) {
        return ReplicatedStateMachine.join(
                daemons.get(index % daemons.size()),
                "bench-rsm",
                new Counter(),
                Codec.bytes(),
                options -> options.name(FlushBench.name("r", index))
                        .primary(Quorum.majorityOf(members))
                        .service(service)
                        .maxOutstanding(WINDOW, PATIENCE));
    }

    private void measure(List<ReplicatedStateMachine<Counter, byte[], Long>> all) {
        long end = System.nanoTime() + WARMUP.toNanos() + TimeUnit.SECONDS.toNanos(seconds);
        List<Callable<Double>> tasks = new ArrayList<>();
        for (ReplicatedStateMachine<Counter, byte[], Long> each : all) {
            tasks.add(() -> {
                submit(each, end);
                return 0.0;
            });
        }
        tasks.add(() -> {
            // These two are the times of the measurement itself; nothing is waited for.
            Thread.sleep(WARMUP.toMillis());
            long before = done.sum();
            long start = System.nanoTime();
            Thread.sleep(TimeUnit.SECONDS.toMillis(seconds));
            return (done.sum() - before) * 1e9 / (System.nanoTime() - start);
        });
        double rate = FlushBench.inParallel(tasks).get(members);
        System.out.printf(
                Locale.ROOT,
                "replica daemons=%d members=%d service=%s bytes=%d seconds=%d rate=%.0f failed=%d%n",
                daemons.size(),
                members,
                service.name().toLowerCase(Locale.ROOT),
                bytes,
                seconds,
                rate,
                failed.sum());
    }

    private void submit(ReplicatedStateMachine<Counter, byte[], Long> to, long end) {
        byte[] command = new byte[bytes];
        Semaphore open = new Semaphore(WINDOW);
        while (System.nanoTime() < end) {
            open.acquireUninterruptibly();
            var unused = to.submit(command).whenComplete((result, error) -> {
                open.release();
                (error == null ? done : failed).increment();
            });
        }
        open.acquireUninterruptibly(WINDOW);
    }
}
