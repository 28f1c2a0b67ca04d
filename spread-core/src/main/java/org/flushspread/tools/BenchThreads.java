package org.flushspread.tools;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flushspread.client.ConnectOptions;

/** Members of a benchmark as threads of this process. */
final class BenchThreads {
    private static final int NAME_DIGITS = 36;
    /** A private name of ten characters has room for five such digits. */
    private static final long NAMES = 36L * 36 * 36 * 36 * 36;

    private BenchThreads() {}

    /** A private name; one of an earlier run may still be taken for a moment, so the time makes them differ for a minute. */
    static String name(int index) {
        return "b" + index + "-" + Long.toString(System.nanoTime() / 1000 % NAMES, NAME_DIGITS);
    }

    /** Runs {@code count} members, spread over the daemons of these names, to their end. */
    static List<BenchResult> run(List<String> daemons, int count, Duration spin, BenchLoad load) {
        ExecutorService pool = Executors.newFixedThreadPool(count);
        try {
            List<Future<BenchResult>> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ConnectOptions options = ConnectOptions.of(daemons.get(i % daemons.size()), name(i))
                        .withSpin(spin);
                BenchMember member = new BenchMember(options, i, count, load);
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
}
