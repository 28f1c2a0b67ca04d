package org.flushspread.flush;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.flushspread.client.Service;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.flushspread.embedded.EmbeddedDaemon;
import org.flushspread.flush.replica.Quorum;
import org.flushspread.flush.store.Fsync;

/**
 * Measures commands per second of a replicated counter: {@code members} on {@code daemons} rings of one host or on a given daemon, each
 * submitting all the time.
 *
 * <pre>ReplicaThroughput [--connect PORT@HOST] [--daemons N] [--port P] [--members N] [--seconds N] [--bytes N] [--agreed]
 *     [--store DIRECTORY [--fsync always|never]] [--window N]</pre>
 */
public final class ReplicaThroughput {
    /** Adds up commands; their bytes do not matter. */
    private static final class Counter implements StateMachine<byte[], Long> {
        private long count;

        @Override
        public Long apply(byte[] command) {
            return ++count;
        }

        @Override
        public void save(DataOutput out) throws IOException {
            out.writeLong(count);
        }

        @Override
        public void load(DataInput in) throws IOException {
            count = in.readLong();
        }
    }

    private String connect = "";
    private int daemons = 1;
    private int port = 15980;
    private int members = 3;
    private int seconds = 5;
    private int bytes = 16;
    private boolean agreed;
    private Path store = Path.of("");
    private boolean durable;
    private Fsync fsync = Fsync.ALWAYS;
    private int window = 20_000;

    private ReplicaThroughput() {}

    public static void main(String[] args) throws Exception {
        ReplicaThroughput measurement = new ReplicaThroughput();
        measurement.read(args);
        measurement.run();
    }

    private void read(String[] args) {
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--connect" -> connect = args[++i];
                case "--daemons" -> daemons = Integer.parseInt(args[++i]);
                case "--port" -> port = Integer.parseInt(args[++i]);
                case "--members" -> members = Integer.parseInt(args[++i]);
                case "--seconds" -> seconds = Integer.parseInt(args[++i]);
                case "--bytes" -> bytes = Integer.parseInt(args[++i]);
                case "--window" -> window = Integer.parseInt(args[++i]);
                case "--agreed" -> agreed = true;
                case "--store" -> {
                    durable = true;
                    store = Path.of(args[++i]);
                }
                case "--fsync" -> fsync = args[++i].equals("never") ? Fsync.NEVER : Fsync.ALWAYS;
                default -> throw new IllegalArgumentException("unknown argument " + args[i]);
            }
        }
    }

    private void run() throws Exception {
        List<EmbeddedDaemon> ring = new ArrayList<>();
        if (connect.isEmpty()) {
            StringBuilder text = new StringBuilder("MaxSessionMessages = 100000\n");
            for (int i = 1; i <= daemons; i++) {
                text.append("Spread_Segment 127.0." + i + ".255:" + port + " { d" + i + " 127.0." + i + ".1 { 127.0."
                        + i + ".1 } }\n");
            }
            Configuration configuration =
                    Configuration.parse(text.toString(), "measurement", HostResolver.LOCALHOST_ONLY);
            for (int i = 1; i <= daemons; i++) {
                ring.add(EmbeddedDaemon.start(configuration, "d" + i));
            }
        }
        List<ReplicatedStateMachine<Counter, byte[], Long>> all = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            all.add(join(i));
        }
        for (ReplicatedStateMachine<Counter, byte[], Long> each : all) {
            each.awaitPrimary(Duration.ofSeconds(60));
        }
        measure(all);
        all.forEach(ReplicatedStateMachine::close);
        ring.forEach(EmbeddedDaemon::close);
    }

    private ReplicatedStateMachine<Counter, byte[], Long> join(int number) throws IOException {
        String address = connect.isEmpty() ? port + "@127.0." + (number % daemons + 1) + ".1" : connect;
        Path directory = durable ? Files.createTempDirectory(store, "member") : store;
        return ReplicatedStateMachine.join(address, "measure", new Counter(), Codec.bytes(), options -> {
            ReplicaOptions own = options.name("m" + number)
                    .primary(Quorum.majorityOf(members))
                    .service(agreed ? Service.AGREED : Service.SAFE)
                    .maxOutstanding(window, Duration.ofSeconds(60));
            return durable ? own.store(directory, fsync) : own;
        });
    }

    private void measure(List<ReplicatedStateMachine<Counter, byte[], Long>> all) throws InterruptedException {
        AtomicLong done = new AtomicLong();
        AtomicLong failed = new AtomicLong();
        List<Thread> submitters = new ArrayList<>();
        long end = System.nanoTime() + Duration.ofSeconds(seconds + 2L).toNanos();
        for (ReplicatedStateMachine<Counter, byte[], Long> each : all) {
            Thread submitter = new Thread(() -> submit(each, end, done, failed));
            submitter.start();
            submitters.add(submitter);
        }
        Thread.sleep(2000); // warm up
        long start = System.nanoTime();
        long before = done.get();
        Thread.sleep(1000L * seconds);
        long commands = done.get() - before;
        double took = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%d members on %s, %d bytes, %s, %s: %,.0f commands/s; %d failed%n",
                members,
                connect.isEmpty() ? daemons + " daemon(s)" : connect,
                bytes,
                agreed ? "AGREED" : "SAFE",
                durable ? "store, fsync " + (fsync == Fsync.ALWAYS ? "always" : "never") : "in memory",
                commands / took,
                failed.get());
        for (Thread submitter : submitters) {
            submitter.join();
        }
    }

    private void submit(
            ReplicatedStateMachine<Counter, byte[], Long> to, long end, AtomicLong done, AtomicLong failed) {
        byte[] command = "x".repeat(bytes).getBytes(UTF_8);
        Semaphore open = new Semaphore(window);
        while (System.nanoTime() < end) {
            open.acquireUninterruptibly();
            var unused = to.submit(command).whenComplete((result, error) -> {
                open.release();
                (error == null ? done : failed).incrementAndGet();
            });
        }
    }
}
