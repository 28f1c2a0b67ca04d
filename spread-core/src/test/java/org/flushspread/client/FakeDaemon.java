package org.flushspread.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A listening socket whose every byte the test decides. */
public final class FakeDaemon implements AutoCloseable {
    /** A thread for each task: newer JDKs run asynchronous tasks in a pool that may have a single thread. */
    static final Executor THREADS = task -> {
        Thread thread = new Thread(task, "test task");
        thread.setDaemon(true);
        thread.start();
    };

    private static final HexFormat HEX = HexFormat.of();
    private final ServerSocketChannel server;
    private final CompletableFuture<SocketChannel> accepted;

    private FakeDaemon(ServerSocketChannel server) {
        this.server = server;
        this.accepted = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return server.accept();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                THREADS);
    }

    public static FakeDaemon listen() {
        try {
            ServerSocketChannel server = ServerSocketChannel.open();
            server.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
            return new FakeDaemon(server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String name() {
        return port() + "@127.0.0.1";
    }

    public int port() {
        return server.socket().getLocalPort();
    }

    /** Starts the usual handshake for a client of that name in the background. */
    public CompletableFuture<Void> acceptAs(String privateName) {
        return CompletableFuture.runAsync(
                () -> {
                    receive(5 + privateName.length());
                    send("054e554c4c20");
                    receive(90);
                    byte[] group = ("#" + privateName + "#d1").getBytes(StandardCharsets.ISO_8859_1);
                    send("01040400" + HEX.toHexDigits((byte) group.length) + HEX.formatHex(group));
                },
                THREADS);
    }

    public void send(String hex) {
        send(HEX.parseHex(hex));
    }

    public void send(byte[] bytes) {
        try {
            ByteBuffer out = ByteBuffer.wrap(bytes);
            while (out.hasRemaining()) {
                client().write(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next bytes of the client. */
    public byte[] receive(int length) {
        try {
            ByteBuffer in = ByteBuffer.allocate(length);
            while (in.hasRemaining()) {
                if (client().read(in) < 0) {
                    throw new IllegalStateException("the client closed after " + in.position() + " of " + length);
                }
            }
            return in.array();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String receiveHex(int length) {
        return HEX.formatHex(receive(length));
    }

    /** True if the client closes without another byte. */
    public boolean clientCloses() {
        try {
            return client().read(ByteBuffer.allocate(1)) < 0;
        } catch (IOException e) {
            return true;
        }
    }

    public void closeClient() {
        try {
            client().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    SocketChannel client() {
        try {
            return accepted.get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("no client connected", e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            if (accepted.isDone() && !accepted.isCompletedExceptionally()) {
                accepted.join().close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
