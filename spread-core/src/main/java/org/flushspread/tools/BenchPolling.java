package org.flushspread.tools;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Asks daemons for all that their admin endpoints tell, each second, as those do who watch them (operations 2). */
final class BenchPolling implements AutoCloseable {
    private static final List<String> PATHS = List.of("/metrics", "/status", "/ring");

    private final List<Path> sockets;
    private final ScheduledExecutorService clock;
    private final ScheduledFuture<?> polling;
    private final ByteBuffer answer = ByteBuffer.allocate(64 << 10);

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
                    ask(socket, path);
                } catch (IOException e) {
                    throw new IllegalStateException(socket + " does not answer: " + e.getMessage(), e);
                }
            }
        }
    }

    private void ask(Path socket, String path) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(StandardCharsets.ISO_8859_1.encode("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            String head = "";
            for (answer.clear(); channel.read(answer) >= 0; answer.clear()) {
                if (head.isEmpty()) {
                    head = new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
                }
            }
            if (!head.startsWith("HTTP/1.1 200 ")) {
                throw new IOException(path + ": " + head.lines().findFirst().orElse("no answer"));
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
