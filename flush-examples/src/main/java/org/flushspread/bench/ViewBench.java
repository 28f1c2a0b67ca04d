package org.flushspread.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.SpreadException;
import org.flushspread.flush.FlushConnection;
import org.flushspread.flush.FlushEvent;
import org.flushspread.flush.FlushGroup;
import org.flushspread.flush.FlushRequest;
import org.flushspread.flush.View;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/** The last of the members joins and leaves; the others flush as soon as they are asked. */
final class ViewBench {
    private static final String GROUP = "bench-views";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int WARMUP = 100;

    private final List<String> daemons;
    private final int members;
    private final int changes;

    /** One change: who has its view, and when the last flush call and the last view were. */
    private static final class Change {
        final int size;
        final CompletableFuture<Long> done = new CompletableFuture<>();
        private int left;
        private long lastFlush;

        /** @param size of the view to come; so many have to install it */
        Change(int size) {
            this.size = size;
            this.left = size;
        }

        synchronized void flushed(long now) {
            lastFlush = Math.max(lastFlush, now);
        }

        synchronized void installed(long now) {
            if (--left == 0) {
                done.complete(now - lastFlush);
            }
        }
    }

    private volatile Change change = new Change(0);

    ViewBench(List<String> daemons, int members, int changes) {
        this.daemons = daemons;
        this.members = members;
        this.changes = changes;
    }

    void run() {
        if (members < 2) {
            throw new IllegalStateException("a view change takes 2 members at least");
        }
        List<FlushConnection> connections = new ArrayList<>();
        try {
            for (int i = 0; i < members - 1; i++) {
                await(() -> join(connections), i + 1);
            }
            FlushConnection last = connect(members - 1);
            connections.add(last);
            Histogram joins = new Histogram(PATIENCE.toNanos(), 3);
            Histogram leaves = new Histogram(PATIENCE.toNanos(), 3);
            for (int i = -WARMUP; i < changes; i += 2) {
                List<FlushGroup> joined = new ArrayList<>();
                long took = await(() -> joined.add(last.join(GROUP)), members);
                long tookLeaving = await(() -> joined.get(0).leave(), members - 1);
                while (!joined.get(0).hasLeft()) {
                    Thread.onSpinWait();
                }
                if (i >= 0) {
                    joins.recordValue(took);
                    leaves.recordValue(tookLeaving);
                }
            }
            print("join", joins);
            print("leave", leaves);
        } finally {
            connections.forEach(FlushConnection::close);
        }
    }

    private void print(String cause, Histogram times) {
        System.out.printf(
                Locale.ROOT,
                "views daemons=%d members=%d cause=%s changes=%d p50_ms=%.3f p90_ms=%.3f p99_ms=%.3f max_ms=%.3f%n",
                daemons.size(),
                members,
                cause,
                times.getTotalCount(),
                times.getValueAtPercentile(50) / 1e6,
                times.getValueAtPercentile(90) / 1e6,
                times.getValueAtPercentile(99) / 1e6,
                times.getMaxValue() / 1e6);
    }

    /** Makes a change and waits until all have its view; answers the nanoseconds from the last flush call to the last view. */
    private long await(Runnable cause, int size) {
        Change awaited = new Change(size);
        change = awaited;
        cause.run();
        try {
            return awaited.done.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            throw new IllegalStateException("no view of " + size + " members within " + PATIENCE, e);
        }
    }

    private void join(List<FlushConnection> connections) {
        FlushConnection connection = connect(connections.size());
        connections.add(connection);
        connection.join(GROUP);
    }

    private FlushConnection connect(int index) {
        FlushConnection connection = FlushConnection.connect(
                ConnectOptions.of(daemons.get(index % daemons.size()), FlushBench.name("v", index)));
        Thread thread = new Thread(() -> receive(connection), "member " + index);
        thread.setDaemon(true);
        thread.start();
        return connection;
    }

    private void receive(FlushConnection connection) {
        try {
            while (connection.isOpen()) {
                @Nullable FlushEvent event = connection.receive(PATIENCE);
                if (event instanceof FlushRequest request) {
                    change.flushed(System.nanoTime());
                    flush(request);
                } else if (event instanceof View view && view.members().size() == change.size) {
                    change.installed(System.nanoTime());
                }
            }
        } catch (SpreadException e) {
            // The end of the measurement.
        }
    }

    /** A member that has asked to leave is still asked for its consent, which it cannot give. */
    private static void flush(FlushRequest request) {
        try {
            request.flush();
        } catch (SpreadException e) {
            if (e.code() != SpreadCode.ILLEGAL_GROUP) {
                throw e;
            }
        }
    }
}
