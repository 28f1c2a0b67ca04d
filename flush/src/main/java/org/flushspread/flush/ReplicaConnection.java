package org.flushspread.flush;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.flushspread.client.MessageChannel;
import org.flushspread.client.SpreadException;
import org.flushspread.client.SpreadInterruptedException;
import org.flushspread.client.UserCode;
import org.flushspread.flush.kernel.Wrapping;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a member, made again whenever it is lost: no failure to connect, to join or to send ends a member, it is tried again
 * after a pause. Used by the internal thread, which receives and sends here and nowhere waits for the daemon but in {@link #receive}; from
 * any thread {@link #wake}, {@link #close}, and what can be asked.
 */
final class ReplicaConnection {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration FLUSH_DEADLINE = Duration.ofSeconds(3);
    private static final long FIRST_PAUSE_NANOS = 100_000_000;
    private static final long LONGEST_PAUSE_NANOS = 5_000_000_000L;

    /** One session, and its place in the group. */
    private record Joined(FlushConnection connection, FlushGroup group) {}

    private final String daemon;
    private final String group;
    private final ReplicaOptions options;
    private volatile @Nullable Joined current;
    /** Connected by a helper and not adopted yet; whoever takes it from here adopts it or closes it. */
    private final AtomicReference<@Nullable FlushConnection> fresh = new AtomicReference<>();
    /** Why the helper has not connected. */
    private final AtomicReference<@Nullable Throwable> refused = new AtomicReference<>();

    private volatile boolean over;
    private volatile String trouble = "";
    private volatile @Nullable Thread receiver;
    /** Why the connection is to be given up; null if it is not. */
    private @Nullable String loss;

    private boolean connecting;
    private long nextConnect;
    private long pause = FIRST_PAUSE_NANOS;

    ReplicaConnection(String daemon, String group, ReplicaOptions options) {
        this.daemon = daemon;
        this.group = group;
        this.options = options;
    }

    // ---- connecting

    /** The first time, in the caller's thread; what goes wrong is the caller's. Answers the name that the daemon gave. */
    String first() {
        return adopt(connectPatiently());
    }

    /** A name that a crashed process had is free only when its end was ordered (flush-protocol 10.12), so this is tried for a while. */
    private FlushConnection connectPatiently() {
        long end = System.nanoTime() + MessageChannel.nanos(CONNECT_TIMEOUT);
        while (true) {
            try {
                return connect();
            } catch (SpreadException e) {
                boolean passing = e.code() == SpreadCode.REJECT_NOT_UNIQUE || e.code() == SpreadCode.CONNECTION_CLOSED;
                if (!passing || System.nanoTime() - end >= 0) {
                    throw e;
                }
                LockSupport.parkNanos(FIRST_PAUSE_NANOS);
            }
        }
    }

    private FlushConnection connect() {
        return FlushConnection.connect(FlushOptions.of(options.connect(daemon, CONNECT_TIMEOUT))
                .withWrapping(Wrapping.ALWAYS)
                .withSuspectAfter(options.suspectAfter())
                .withFlushDeadline(flushDeadline()));
    }

    /** A hung member is named before the others go on without it. */
    private Duration flushDeadline() {
        Duration half = options.suspectAfter().dividedBy(2).plusNanos(1);
        return half.compareTo(FLUSH_DEADLINE) < 0 ? half : FLUSH_DEADLINE;
    }

    /** Connects again when it is time to. */
    void tick() {
        if (current != null || connecting || over || System.nanoTime() - nextConnect < 0) {
            return;
        }
        connecting = true;
        try {
            Thread helper = new Thread(this::reconnect, "replica " + group + " connects");
            helper.setDaemon(true);
            helper.start();
        } catch (Throwable e) {
            // No thread is to be had now.
            failed(e);
        }
    }

    /** The helper's thread. */
    private void reconnect() {
        try {
            fresh.set(connect());
        } catch (Throwable e) {
            closeFresh();
            refused.set(e);
        }
        wake();
        // A member that ends adopts nothing any more. Either close() finds the connection, or this finds that it is
        // over.
        if (over) {
            closeFresh();
        }
    }

    /** Takes over what the helper has made; answers the name that the daemon gave, or null if there is nothing new. */
    @Nullable
    String adoptFresh() {
        Throwable why = refused.getAndSet(null);
        if (why != null) {
            failed(why);
        }
        FlushConnection connection = fresh.getAndSet(null);
        if (connection == null) {
            return null;
        }
        try {
            String name = adopt(connection);
            connecting = false;
            return name;
        } catch (Throwable e) {
            failed(e);
            return null;
        }
    }

    private void closeFresh() {
        quietly(fresh.getAndSet(null));
    }

    private void failed(Throwable why) {
        connecting = false;
        trouble = String.valueOf(why.getMessage() == null ? why : why.getMessage());
        delayConnect();
    }

    private void delayConnect() {
        nextConnect = System.nanoTime() + pause;
        pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
    }

    private String adopt(FlushConnection connection) {
        boolean adopted = false;
        try {
            current = new Joined(connection, connection.join(group));
            adopted = !over;
            trouble = "";
            return connection.privateGroup();
        } finally {
            if (!adopted) {
                current = null;
                quietly(connection);
            }
        }
    }

    /** The member has found its place: the next loss is a new one. */
    void settled() {
        pause = FIRST_PAUSE_NANOS;
    }

    /** Comes back, but not at once: this member was told that it cannot go on in this view. */
    void rejoin() {
        pause = Math.max(pause, FIRST_PAUSE_NANOS * 10);
        // Not in the middle of what the replica is doing.
        loss = "this member joins the group again";
    }

    /** Why the connection is to be given up now; null if it is not. */
    @Nullable
    String takeLoss() {
        String why = loss;
        loss = null;
        return why;
    }

    /** Gives the connection up; another one follows. */
    void disconnect(String why) {
        Joined last = current;
        if (last != null) {
            current = null;
            trouble = why;
            quietly(last.connection);
            delayConnect();
        }
    }

    /** The end; from any thread, as often as one likes. */
    void close() {
        over = true;
        closeFresh();
        Joined last = current;
        if (last != null) {
            quietly(last.connection);
        }
    }

    private static void quietly(@Nullable FlushConnection connection) {
        if (connection != null) {
            UserCode.run(connection::close);
        }
    }

    // ---- receiving and sending

    /**
     * The next event; null if there is none in this time, if somebody wakes the thread, or if the connection has ended (see
     * {@link #takeLoss}). Without a connection it only waits.
     */
    @Nullable
    FlushEvent receive(long nanos) {
        receiver = Thread.currentThread();
        Joined now = current;
        if (now == null) {
            if (nanos > 0) {
                LockSupport.parkNanos(this, nanos);
            }
            return null;
        }
        try {
            return now.connection.receiveOrWake(nanos);
        } catch (SpreadInterruptedException e) {
            // Only the user's code can have done that, and not to end anything.
            Thread.interrupted();
            return null;
        } catch (SpreadException e) {
            loss = String.valueOf(e.getMessage());
            return null;
        } catch (OutOfMemoryError e) {
            // The session has ended, and says so with the next call.
            return null;
        } catch (Throwable e) {
            UserCode.uncaught(e);
            loss = "receiving failed, so the connection was closed: " + e;
            return null;
        }
    }

    /** Makes {@link #receive} return, now or the next time. From any thread. */
    void wake() {
        Thread waiting = receiver;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
        Joined now = current;
        if (now != null) {
            now.connection.wake();
        }
    }

    /** Sends without waiting for the daemon; what can still be on its way is bounded by the windows of the replica. */
    void send(Consumer<FlushGroup> sending) {
        Joined now = current;
        if (now == null) {
            return;
        }
        try {
            sending.accept(now.group);
        } catch (SpreadException e) {
            // The connection is ending: its end comes as an event, behind what was delivered before.
            UserCode.run(now.connection::end);
        }
    }

    // ---- what can be asked from any thread

    boolean isConnected() {
        return current != null;
    }

    /** Why there is no connection, as far as known. */
    String trouble() {
        String why = trouble;
        return "there is no connection to " + daemon + (why.isEmpty() ? "" : ": " + why);
    }

    /** What the flush layer waits for, and since when; null if no change of the view is pending. */
    @Nullable
    FlushDelayed delayed() {
        Joined now = current;
        var pending = now == null ? null : now.group.pendingView();
        return pending == null
                ? null
                : new FlushDelayed(group, List.copyOf(pending.missing()), pending.age(), pending.queued());
    }
}
