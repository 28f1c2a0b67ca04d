package org.flushspread.bench.services;

import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.flushspread.bench.services.ReplicatedService.Submitter;
import org.jspecify.annotations.Nullable;

/**
 * A closed loop: so many commands are on their way, and each that ends makes room for the next. What ends in the time of the measurement
 * counts, with the time since it was submitted.
 */
final class ServiceLoad {
    /** Nothing ends for so long: the system is taken for broken. */
    private static final long STUCK_SECONDS = 60;

    private final Submitter to;
    private final int bytes;
    private final int window;
    private final Semaphore room;
    private final AtomicLong failed = new AtomicLong();
    private final Histogram times = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(2), 3);
    private volatile boolean measuring;
    private volatile @Nullable Throwable lastFailure;

    ServiceLoad(Submitter to, int bytes, int window) {
        this.to = to;
        this.bytes = bytes;
        this.window = Math.min(window, to.mostOutstanding());
        room = new Semaphore(this.window);
    }

    /** What was measured, as words of a line. */
    String run(double warmup, double seconds) throws Exception {
        submitUntil(System.nanoTime() + (long) (warmup * 1e9));
        long start = System.nanoTime();
        measuring = true;
        submitUntil(start + (long) (seconds * 1e9));
        measuring = false;
        double took = (System.nanoTime() - start) / 1e9;
        awaitRoom(window);
        long done = times.getTotalCount();
        if (done == 0) {
            throw new IllegalStateException("no command ended in " + seconds + " s", lastFailure);
        }
        return String.format(
                Locale.ROOT,
                "bytes=%d window=%d rate=%.0f p50_us=%.1f p99_us=%.1f max_us=%.1f failed=%d",
                bytes,
                window,
                done / took,
                times.getValueAtPercentile(50) / 1e3,
                times.getValueAtPercentile(99) / 1e3,
                times.getMaxValue() / 1e3,
                failed.get());
    }

    private void submitUntil(long end) throws Exception {
        byte[] command = new byte[bytes];
        while (System.nanoTime() < end) {
            awaitRoom(1);
            long start = System.nanoTime();
            CompletableFuture<?> future;
            try {
                future = to.submit(command);
            } catch (RuntimeException refused) {
                future = CompletableFuture.failedFuture(refused);
            }
            var unused = future.whenComplete((result, failure) -> ended(start, failure));
        }
    }

    private void awaitRoom(int places) throws InterruptedException {
        if (!room.tryAcquire(places, STUCK_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("no command ended for " + STUCK_SECONDS + " s", lastFailure);
        }
    }

    private void ended(long start, @Nullable Throwable failure) {
        if (failure != null) {
            failed.incrementAndGet();
            lastFailure = failure;
        } else if (measuring) {
            times.recordValue(Math.min(System.nanoTime() - start, times.getHighestTrackableValue()));
        }
        room.release();
    }
}
