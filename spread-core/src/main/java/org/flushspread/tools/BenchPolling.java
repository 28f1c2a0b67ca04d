package org.flushspread.tools;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.flushspread.tools.admin.AdminClient;

/** Asks daemons for all that their admin endpoints tell, each second, as those do who watch them (operations 2). */
final class BenchPolling implements AutoCloseable {
    private static final List<String> PATHS = List.of("/metrics", "/status", "/ring");

    private final List<Path> sockets;
    private final ScheduledExecutorService clock;
    private final ScheduledFuture<?> polling;

    BenchPolling(List<Path> sockets) {
        this.sockets = sockets;
        clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "polling");
            thread.setDaemon(true);
            return thread;
        });
        polling = clock.scheduleAtFixedRate(this::poll, 0, 1, TimeUnit.SECONDS);
    }

    private void poll() {
        for (Path socket : sockets) {
            for (String path : PATHS) {
                try {
                    new AdminClient(socket).text(path);
                } catch (IOException e) {
                    throw new IllegalStateException(socket + " does not answer: " + e.getMessage(), e);
                }
            }
        }
    }

    /** @throws IllegalStateException if a daemon did not answer */
    @Override
    public void close() {
        polling.cancel(false);
        clock.shutdown();
        try {
            if (!polling.isCancelled()) {
                polling.get();
            }
        } catch (ExecutionException e) {
            Throwable why = e.getCause() == null ? e : e.getCause();
            throw new IllegalStateException(String.valueOf(why.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
