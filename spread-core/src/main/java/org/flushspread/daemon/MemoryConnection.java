package org.flushspread.daemon;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.flushspread.kernel.base.Reason;
import org.jspecify.annotations.Nullable;

/**
 * A client in the same JVM: buffers change hands, no socket. The methods of the client's side ({@link #offer}, {@link #poll}, {@link
 * #isEnded}, {@link #disconnect}) may be called by any thread; each direction by one thread at a time.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on the loop ends the channel, and is seen there
public final class MemoryConnection extends ClientConnection {
    /** Bytes towards the daemon that may wait before {@link #offer} refuses. */
    private static final long ROOM = 256 << 10;
    /** Bytes handed to the daemon in one turn. */
    private static final int CHUNK = 64 << 10;

    private final EventLoop loop;
    private final ClientConnections inputs;
    private final Runnable wakeup;
    private final long lowWater;
    private final long highWater;

    private final Queue<ByteBuf> toDaemon = new ConcurrentLinkedQueue<>();
    private final AtomicLong toDaemonBytes = new AtomicLong();
    private final AtomicBoolean pumpAsked = new AtomicBoolean();
    private final Queue<ByteBuf> toClient = new ConcurrentLinkedQueue<>();
    private final AtomicLong toClientBytes = new AtomicLong();
    private final AtomicBoolean full = new AtomicBoolean();
    private volatile boolean daemonClosed;
    private volatile boolean clientClosed;
    private volatile boolean outputFinished;
    private boolean readingOn = true;

    MemoryConnection(EventLoop loop, ClientConnections inputs, Runnable wakeup, long lowWater, long highWater) {
        super(inputs, ClientAddress.LOCAL);
        this.loop = loop;
        this.inputs = inputs;
        this.wakeup = wakeup;
        this.lowWater = lowWater;
        this.highWater = highWater;
    }

    // ---- the client's side

    /**
     * Hands bytes to the daemon. On true the daemon owns the reference; on false nothing was taken: {@code wakeup} runs when there is room
     * again, or the connection has ended.
     */
    public boolean offer(ByteBuf bytes) {
        if (clientClosed || outputFinished || daemonClosed || toDaemonBytes.get() >= ROOM) {
            return false;
        }
        toDaemonBytes.addAndGet(bytes.readableBytes());
        toDaemon.add(bytes);
        if (daemonClosed) {
            drop(toDaemon);
        } else if (pumpAsked.compareAndSet(false, true)) {
            execute(this::pump);
        }
        return true;
    }

    /** Bytes {@link #offer} would take now. */
    public long room() {
        return clientClosed || daemonClosed ? 0 : Math.max(0, ROOM - toDaemonBytes.get());
    }

    /** The next bytes from the daemon, or null if none wait. The caller owns the reference. */
    public @Nullable ByteBuf poll() {
        ByteBuf next = toClient.poll();
        if (next != null
                && toClientBytes.addAndGet(-next.readableBytes()) <= lowWater
                && full.compareAndSet(true, false)) {
            execute(this::writabilityChanged);
        }
        return next;
    }

    /** True if the daemon has closed and nothing is left to {@link #poll}. */
    public boolean isEnded() {
        return daemonClosed && toClient.isEmpty();
    }

    /** Ends the connection from the client's side; what was offered before still reaches the daemon. */
    public void disconnect() {
        if (!clientClosed) {
            clientClosed = true;
            execute(this::pump);
            drop(toClient);
        }
    }

    /** True if {@link #poll} has an answer now. */
    public boolean isReadable() {
        return !toClient.isEmpty();
    }

    /** True if one of the sides has closed; there may still be something to {@link #poll}. */
    public boolean isClosed() {
        return daemonClosed || clientClosed;
    }

    /** Says that nothing more will be offered: the daemon ends the session when it has read the rest. */
    public void finishOutput() {
        outputFinished = true;
        execute(this::pump);
    }

    /** The allocator whose buffers the daemon works with. */
    public ByteBufAllocator allocator() {
        return inputs.allocator();
    }

    private void execute(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException stopped) {
            daemonClosed = true;
            drop(toDaemon);
            wakeup.run();
        }
    }

    private static void drop(Queue<ByteBuf> queue) {
        for (ByteBuf each = queue.poll(); each != null; each = queue.poll()) {
            each.release();
        }
    }

    // ---- the event loop's side

    private void pump() {
        pumpAsked.set(false);
        boolean madeRoom = false;
        int taken = 0;
        while (readingOn && taken < CHUNK) {
            ByteBuf next = toDaemon.poll();
            if (next == null) {
                break;
            }
            int length = next.readableBytes();
            taken += length;
            // The client may fill up while this runs, and wait: what counts is the step that makes room for it.
            long before = toDaemonBytes.getAndAdd(-length);
            madeRoom |= before >= ROOM && before - length < ROOM;
            received(next);
        }
        if (madeRoom) {
            wakeup.run();
        }
        if (toDaemon.isEmpty()) {
            if (clientClosed || outputFinished) {
                inputs.remove(this);
                ended();
                daemonClosed = true;
                wakeup.run();
            }
        } else if (readingOn && pumpAsked.compareAndSet(false, true)) {
            // After this turn, so that one client cannot keep the loop.
            loop.schedule(this::pump, 0, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    void read(boolean on) {
        readingOn = on;
        if (on && pumpAsked.compareAndSet(false, true)) {
            loop.execute(this::pump);
        }
    }

    @Override
    void write(ByteBuf bytes) {
        if (clientClosed) {
            bytes.release();
            return;
        }
        long waiting = toClientBytes.addAndGet(bytes.readableBytes());
        toClient.add(bytes);
        if (clientClosed) {
            drop(toClient);
        } else if (waiting > highWater && full.compareAndSet(false, true)) {
            // Had the client taken everything before it could see the mark, nobody would ever take the mark away.
            if (toClientBytes.get() > lowWater || !full.compareAndSet(true, false)) {
                writabilityChanged();
            }
        }
    }

    @Override
    String kind() {
        return "memory";
    }

    @Override
    long unwrittenBytes() {
        return toClientBytes.get();
    }

    @Override
    void flush() {
        wakeup.run();
    }

    @Override
    boolean writable() {
        return !full.get();
    }

    @Override
    void close(Reason why) {
        abort();
    }

    @Override
    void abort() {
        daemonClosed = true;
        inputs.remove(this);
        drop(toDaemon);
        // The kernel, if it does not know yet: the member must not outlive its connection.
        ended();
        wakeup.run();
    }
}
