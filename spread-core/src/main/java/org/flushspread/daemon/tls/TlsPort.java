package org.flushspread.daemon.tls;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of the TLS port share: the identity that new ones are shown, memory for one record in each direction, and the limits
 * of unfinished handshakes. There are no more than so many, and none takes longer than so long; when there are too many the oldest gives
 * way, so that silent connections lock nobody out. On the event loop, but for signatures and the checks of certificates, which have a
 * thread.
 */
public final class TlsPort implements AutoCloseable {
    private static final long IDLE_SECONDS = 10;

    /** Hears of what was refused. On the event loop. */
    @FunctionalInterface
    public interface Refused {
        /**
         * @param from where it came from
         * @param detail what is known beyond the reason; may be empty
         */
        void refused(TlsRefusal why, @Nullable SocketAddress from, String detail);
    }

    private final TlsFiles files;
    private final int most;
    private final Duration time;
    private final Refused refused;
    private final Set<TlsHandler> unfinished = new LinkedHashSet<>();
    private final ThreadPoolExecutor slowly;
    /** On the heap, where the JDK's ciphers are at their fastest. */
    private ByteBuffer record = ByteBuffer.allocate(0);

    private ByteBuffer plain = ByteBuffer.allocate(0);

    /**
     * @param daemon for the name of the thread
     * @param most unfinished handshakes at a time
     * @param time for each of them
     */
    public TlsPort(TlsFiles files, String daemon, int most, Duration time, Refused refused) {
        this.files = files;
        this.most = most;
        this.time = time;
        this.refused = refused;
        // Each unfinished handshake has at most one task here.
        slowly = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "spread-" + daemon + "-tls");
            thread.setDaemon(true);
            return thread;
        });
        slowly.allowCoreThreadTimeOut(true);
    }

    /** The handler of one new connection, to stand in front of the others. */
    public TlsHandler handler() {
        TlsIdentity identity = files.identity();
        return new TlsHandler(this, identity.engine(), identity.clients());
    }

    /** Unfinished handshakes, with those that were refused and are not gone yet. */
    public int size() {
        return unfinished.size();
    }

    Duration time() {
        return time;
    }

    Instant now() {
        return files.now();
    }

    /** Room for a record that leaves, empty. */
    ByteBuffer record(SSLEngine engine) {
        int needed = engine.getSession().getPacketBufferSize();
        record = record.capacity() < needed ? ByteBuffer.allocate(needed) : record.clear();
        return record;
    }

    /** Room for what a record holds that has come, empty. */
    ByteBuffer plain(SSLEngine engine) {
        int needed = engine.getSession().getApplicationBufferSize();
        plain = plain.capacity() < needed ? ByteBuffer.allocate(needed) : plain.clear();
        return plain;
    }

    /** A connection begins its handshake. */
    void begin(TlsHandler handler) {
        if (unfinished.size() >= most) {
            TlsHandler oldest = unfinished.iterator().next();
            oldest.giveUp(TlsRefusal.TLS_TOO_MANY_HANDSHAKES);
            unfinished.remove(oldest);
        }
        unfinished.add(handler);
    }

    /** It has finished, or is gone. */
    void end(TlsHandler handler) {
        unfinished.remove(handler);
    }

    void refuse(TlsRefusal why, @Nullable SocketAddress from, String detail) {
        refused.refused(why, from, detail);
    }

    /** Runs what may take a millisecond, or waits for a disk. */
    public void slowly(Runnable task) {
        try {
            slowly.execute(task);
        } catch (RejectedExecutionException stopped) {
            // The daemon ends, and the connection with it.
        }
    }

    /** Closes what is unfinished. On the event loop, at the end. */
    @Override
    public void close() {
        new ArrayList<>(unfinished).forEach(TlsHandler::abort);
        unfinished.clear();
        slowly.shutdownNow();
    }
}
