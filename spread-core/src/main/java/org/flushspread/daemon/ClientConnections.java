package org.flushspread.daemon;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.IoEventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.flushspread.kernel.Kernel;
import org.flushspread.kernel.base.KernelFailure;
import org.flushspread.kernel.base.Session;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The client connections of a daemon, and which of them have something for the kernel. */
final class ClientConnections {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnections.class);

    /** What the kernel is to be told about a session. */
    private record Verdict(Session session, Consumer<Kernel> told) {}

    private final ByteBufAllocator allocator;
    private final Runnable wake;
    private final Runnable wakeLater;
    private final ArrayDeque<ClientConnection> ready = new ArrayDeque<>();
    private final ArrayDeque<Verdict> verdicts = new ArrayDeque<>();
    private final List<ClientConnection> dirty = new ArrayList<>();
    private final Set<ClientConnection> all = new LinkedHashSet<>();
    private @Nullable Runnable emptied;
    private boolean inTurn;
    private boolean stopped;
    private Kernel kernel;

    /**
     * @param wake asks for a turn in this pass of the loop
     * @param wakeLater asks for a turn after the loop has looked at its sockets again
     */
    @SuppressWarnings("NullAway.Init") // the kernel needs the ports, which need this
    ClientConnections(ByteBufAllocator allocator, Runnable wake, Runnable wakeLater) {
        this.allocator = allocator;
        this.wake = wake;
        this.wakeLater = wakeLater;
    }

    void kernel(Kernel kernel) {
        this.kernel = kernel;
    }

    Kernel kernel() {
        return kernel;
    }

    ByteBufAllocator allocator() {
        return allocator;
    }

    /** True while a turn runs: the kernel may be called back. */
    boolean inTurn() {
        return inTurn;
    }

    /** True after {@link #abortAll}: nothing is delivered any more. */
    boolean isStopped() {
        return stopped;
    }

    /** Runs what calls the kernel: while it runs, the kernel may be called back. */
    void inTurn(Runnable work) {
        inTurn = true;
        try {
            work.run();
        } finally {
            inTurn = false;
        }
    }

    void add(ClientConnection connection) {
        all.add(connection);
    }

    void remove(ClientConnection connection) {
        all.remove(connection);
        if (all.isEmpty() && emptied != null) {
            emptied.run();
            emptied = null;
        }
    }

    /** Runs {@code task} as soon as no connection is left. */
    void whenEmpty(Runnable task) {
        if (all.isEmpty()) {
            task.run();
        } else {
            emptied = task;
        }
    }

    int size() {
        return all.size();
    }

    void arrived(ClientConnection connection) {
        enqueue(connection);
        wake.run();
    }

    void arrivedWhileFlushing(ClientConnection connection) {
        enqueue(connection);
        wakeLater.run();
    }

    private void enqueue(ClientConnection connection) {
        if (!connection.queued) {
            connection.queued = true;
            ready.add(connection);
        }
    }

    void verdict(Session session, Consumer<Kernel> told) {
        verdicts.add(new Verdict(session, told));
        wake.run();
    }

    /** As {@link #verdict}, from any thread. */
    void verdictOn(IoEventLoop loop, Session session, Consumer<Kernel> told) {
        if (loop.inEventLoop()) {
            verdict(session, told);
            return;
        }
        try {
            loop.execute(() -> verdict(session, told));
        } catch (RejectedExecutionException stopped) {
            LOG.debug("{} was checked after the daemon had stopped", session.number());
        }
    }

    void written(ClientConnection connection) {
        if (!connection.dirty) {
            connection.dirty = true;
            dirty.add(connection);
        }
    }

    /** As {@link org.flushspread.kernel.Inputs#clients}. */
    void deliver(Kernel to, Consumer<Throwable> failed) {
        for (Verdict each = verdicts.poll(); each != null; each = verdicts.poll()) {
            if (each.session().transport() instanceof ClientConnection connection && !connection.isFinished()) {
                each.told().accept(to);
            }
        }
        for (int n = ready.size(); n > 0; n--) {
            ClientConnection connection = ready.remove();
            connection.queued = false;
            try {
                connection.deliver(to);
            } catch (KernelFailure e) {
                throw e;
            } catch (RuntimeException | OutOfMemoryError e) {
                // Whatever this client said broke something: the others go on.
                failed.accept(e);
                connection.abort();
            }
        }
    }

    /** Pushes what the turn wrote, one flush for each connection; one that fails ends alone. */
    void flush(Consumer<Throwable> failed) {
        for (int i = 0; i < dirty.size(); i++) {
            ClientConnection connection = dirty.get(i);
            connection.dirty = false;
            try {
                connection.flush();
            } catch (Throwable e) {
                failed.accept(e);
                connection.abort();
            }
        }
        dirty.clear();
    }

    /** Closes what is left at once. */
    void abortAll() {
        for (ClientConnection each : new ArrayList<>(all)) {
            each.discard();
            each.abort();
        }
        stopped = true;
        all.clear();
        // Connections that ended by themselves may still hold what nobody will read any more.
        ready.forEach(ClientConnection::discard);
        ready.clear();
        dirty.clear();
    }
}
