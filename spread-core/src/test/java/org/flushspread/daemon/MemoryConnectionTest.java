package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.flushspread.Wait;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever waits at either end of a connection in memory is told when it may go on. */
@Timeout(120)
class MemoryConnectionTest {
    private static final UnpooledByteBufAllocator ALLOCATOR = UnpooledByteBufAllocator.DEFAULT;
    private static final int PIECE = 1024;

    private final EventLoop loop = new DefaultEventLoop();

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static ByteBuf bytes(int count) {
        return ALLOCATOR.buffer(count).writeZero(count);
    }

    private static int fill(MemoryConnection connection) {
        int offered = 0;
        while (true) {
            ByteBuf piece = bytes(PIECE);
            if (!connection.offer(piece)) {
                piece.release();
                return offered;
            }
            offered++;
        }
    }

    @Test
    void aClientThatFillsUpWhileTheDaemonReadsIsToldOfTheRoom() {
        AtomicInteger told = new AtomicInteger();
        AtomicBoolean filled = new AtomicBoolean();
        MemoryConnection[] made = new MemoryConnection[1];
        // The first bytes reach the daemon: at this very moment the client offers all that fits, and would wait.
        ClientConnections inputs = new ClientConnections(
                ALLOCATOR,
                () -> {
                    if (!filled.getAndSet(true)) {
                        assertThat(fill(made[0])).isPositive();
                    }
                },
                () -> {});
        MemoryConnection connection = new MemoryConnection(loop, inputs, told::incrementAndGet, 1, 2);
        made[0] = connection;
        assertThat(connection.offer(bytes(PIECE))).isTrue();
        Wait.until("the client is told", () -> told.get() > 0);
        assertThat(connection.room()).isPositive();
        connection.disconnect();
        Wait.until("all is read", () -> connection.isEnded());
        loop.submit(connection::discard).syncUninterruptibly();
    }

    @Test
    void whatTheClientTakesAtOnceLeavesTheConnectionWritable() throws InterruptedException {
        ClientConnections inputs = new ClientConnections(ALLOCATOR, () -> {}, () -> {});
        MemoryConnection connection = new MemoryConnection(loop, inputs, () -> {}, 0, 1);
        AtomicBoolean over = new AtomicBoolean();
        Thread client = new Thread(() -> {
            while (!over.get() || connection.isReadable()) {
                ByteBuf next = connection.poll();
                if (next != null) {
                    next.release();
                }
            }
        });
        client.start();
        // What went wrong did so within a second, at the latest.
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
        while (System.nanoTime() < end) {
            connection.write(bytes(2));
            for (int i = 0; i < 1000 && !(connection.writable() && !connection.isReadable()); i++) {
                Thread.yield();
            }
            Wait.until("the connection is writable again", () -> connection.writable() && !connection.isReadable());
        }
        over.set(true);
        client.join();
    }

    /** Whatever ends a connection, the member goes with it. */
    @Test
    void anAbortedConnectionLeavesNoMemberBehind() {
        org.flushspread.config.Configuration configuration =
                org.flushspread.config.Configuration.local(TestPorts.free());
        try (SpreadDaemon daemon = SpreadDaemon.start(
                configuration, configuration.daemons().get(0), DaemonOptions.DEFAULTS.withNetwork(false))) {
            for (int i = 0; i < 2; i++) {
                MemoryConnection[] made = new MemoryConnection[1];
                // The daemon's loop runs this when it has written the list of methods: the name is taken by then.
                made[0] = daemon.connect(() -> {
                    MemoryConnection connection = made[0];
                    if (connection != null && connection.isReadable() && !connection.isClosed()) {
                        connection.abort();
                    }
                });
                assertThat(made[0].offer(ALLOCATOR
                                .buffer()
                                .writeInt(0x04040001)
                                .writeByte(1)
                                .writeByte('a')))
                        .isTrue();
                Wait.until("it is aborted", () -> made[0].isClosed());
                Wait.until("its list has come", () -> made[0].isReadable());
                ByteBuf list = java.util.Objects.requireNonNull(made[0].poll());
                assertThat(list.getByte(list.readerIndex()))
                        .as("a refusal would be negative")
                        .isEqualTo((byte) 5);
                list.release();
            }
        }
    }
}
