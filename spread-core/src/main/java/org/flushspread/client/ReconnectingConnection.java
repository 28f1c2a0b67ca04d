package org.flushspread.client;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * Connects again whenever the connection ends, and joins the groups again. Messages of the time in between are not sent and not received:
 * Spread keeps nothing for members that are away, so a program that needs a state asks the others for it in
 * {@link Listener#connected}.
 *
 * <p>One thread (a virtual one where the JDK has them) receives and calls the listener, one call at a time. The other methods may be called
 * by any thread, the listener's too.
 */
public final class ReconnectingConnection implements AutoCloseable {
    private static final long PAUSE_AFTER_FAULT = 100_000_000;

    private final ConnectOptions options;
    private final Duration shortest;
    private final Duration longest;
    private final Listener listener;
    /** Held for a moment only, never while something waits for the daemon: {@link #close} needs it. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition closing = lock.newCondition();
    private final Set<String> groups = new LinkedHashSet<>();
    private @Nullable SpreadConnection connection;
    private boolean closed;
    /** The thread that is connecting, which closing interrupts; never while it runs the program's listener. */
    private @Nullable Thread connecting;
    /** Lets one join or leave after the other go out, each as {@code groups} is by then. Held while the daemon takes it. */
    private final ReentrantLock requests = new ReentrantLock();

    /** What is told. Whatever a call throws goes to the uncaught exception handler of the thread, and the next call follows. */
    public interface Listener {
        /** An event of the present connection. */
        void event(SpreadEvent event);

        /**
         * Connected, for the first time or again; the joins have been asked for and their views will come as events.
         *
         * @param again false the first time
         */
        default void connected(SpreadConnection connection, boolean again) {}

        /**
         * The connection has ended for this reason, and another one is being tried; unless the options have one {@link Link} only ({@link
         * ConnectOptions#withLink}), for then this is the end.
         */
        default void disconnected(SpreadException why) {}
    }

    private ReconnectingConnection(ConnectOptions options, Duration shortest, Duration longest, Listener listener) {
        this.options = options;
        this.shortest = shortest;
        this.longest = longest;
        this.listener = listener;
    }

    /**
     * Connects, with pauses of 0.1 to 5 seconds between later attempts.
     *
     * @throws SpreadException if the first attempt fails; it is the caller who knows whether to wait for a daemon
     */
    public static ReconnectingConnection connect(ConnectOptions options, Listener listener) {
        return connect(options, Duration.ofMillis(100), Duration.ofSeconds(5), listener);
    }

    /**
     * Connects.
     *
     * @param shortest pause before the second attempt; each next one is twice as long, less a random part so that clients of a daemon that
     *     was started again do not come all at once
     * @param longest pause between attempts; both may be of any length
     * @throws SpreadException if the first attempt fails
     */
    public static ReconnectingConnection connect(
            ConnectOptions options, Duration shortest, Duration longest, Listener listener) {
        if (shortest.isNegative() || shortest.isZero() || longest.compareTo(shortest) < 0) {
            throw new IllegalArgumentException("pauses of " + shortest + " to " + longest);
        }
        ReconnectingConnection reconnecting = new ReconnectingConnection(options, shortest, longest, listener);
        SpreadConnection first = SpreadConnection.connect(options);
        reconnecting.connection = first;
        boolean started = false;
        try {
            ReceiverThread.start("spread " + first.privateGroup(), () -> reconnecting.serve(first));
            started = true;
        } finally {
            if (!started) {
                first.close();
            }
        }
        return reconnecting;
    }

    /** Round after round until this is closed: whatever one of them throws costs that round only. */
    private void serve(SpreadConnection first) {
        SpreadConnection current = first;
        while (current != null || !isClosed()) {
            SpreadConnection next = null;
            try {
                if (current != null) {
                    use(current, current != first);
                }
                next = connectAgain();
            } catch (Throwable e) {
                // Memory has run out, perhaps; a moment later there may be some.
                UserCode.uncaught(e);
                Thread.interrupted();
                LockSupport.parkNanos(PAUSE_AFTER_FAULT);
            }
            current = next;
        }
    }

    private void use(SpreadConnection current, boolean again) {
        SpreadException why;
        try {
            UserCode.run(() -> listener.connected(current, again));
            why = receiveUntilTheEnd(current);
        } finally {
            drop(current);
        }
        if (!isClosed()) {
            UserCode.run(() -> listener.disconnected(why));
        }
    }

    private void drop(SpreadConnection current) {
        install(null);
        UserCode.run(current::close);
    }

    private SpreadException receiveUntilTheEnd(SpreadConnection current) {
        while (true) {
            try {
                SpreadEvent event = current.receive();
                UserCode.run(() -> listener.event(event));
            } catch (SpreadInterruptedException e) {
                // The listener left this thread interrupted; nobody else has a reason to. The wait goes on.
                Thread.interrupted();
            } catch (SpreadException e) {
                return e;
            } catch (Throwable e) {
                // Memory has run out, perhaps: the daemon is told that we are gone, and everything begins anew.
                return new SpreadException(SpreadCode.CONNECTION_CLOSED, "the receiving thread failed: " + e, e);
            }
        }
    }

    /** Null if this was closed meanwhile, or cannot connect again. */
    private @Nullable SpreadConnection connectAgain() {
        if (!options.canConnectAgain()) {
            close();
        }
        long pause = Deadline.nanos(shortest);
        long longestPause = Deadline.nanos(longest);
        while (await(pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1))) {
            SpreadConnection next = attempt();
            if (next != null) {
                return next;
            }
            pause = pause > longestPause / 2 ? longestPause : pause * 2;
        }
        return null;
    }

    /** Null if it failed, or this was closed meanwhile. */
    private @Nullable SpreadConnection attempt() {
        SpreadConnection next = null;
        try {
            next = connectOnce();
            if (next != null && install(next)) {
                joinAll(next);
                return next;
            }
        } catch (SpreadException e) {
            // tried again
        } catch (Throwable e) {
            // an authenticator or a supplier of links, or memory
            UserCode.uncaught(e);
        }
        if (next != null) {
            drop(next);
        }
        return null;
    }

    private @Nullable SpreadConnection connectOnce() {
        Thread.interrupted();
        if (!mayConnect(Thread.currentThread())) {
            return null;
        }
        try {
            return SpreadConnection.connect(options);
        } finally {
            mayConnect(null);
            Thread.interrupted();
        }
    }

    private boolean mayConnect(@Nullable Thread by) {
        lock.lock();
        try {
            connecting = closed ? null : by;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void joinAll(SpreadConnection next) {
        for (String group : groups()) {
            ask(next, group);
        }
    }

    /** Joins or leaves as is wished by now; a wish that comes later asks again. */
    private void ask(SpreadConnection present, String group) {
        requests.lock();
        try {
            if (isWanted(group)) {
                present.join(group);
            } else {
                present.leave(group);
            }
        } finally {
            requests.unlock();
        }
    }

    private boolean isWanted(String group) {
        lock.lock();
        try {
            return groups.contains(group);
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Makes it the present connection; false if this was closed. */
    private boolean install(@Nullable SpreadConnection next) {
        lock.lock();
        try {
            connection = closed ? null : next;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Waits; false if this was closed. */
    private boolean await(long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (!closed && left > 0) {
                try {
                    left = closing.awaitNanos(left);
                } catch (InterruptedException e) {
                    Thread.interrupted();
                }
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** The present connection, or null while there is none. */
    public @Nullable SpreadConnection connection() {
        lock.lock();
        try {
            return connection != null && connection.isOpen() ? connection : null;
        } finally {
            lock.unlock();
        }
    }

    /** Groups that are joined, and will be on the next connection. */
    public List<String> groups() {
        lock.lock();
        try {
            return List.copyOf(groups);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Joins a group now, or as soon as there is a connection, and on each later connection.
     *
     * @throws SpreadException ({@link SpreadCode#ILLEGAL_GROUP}) if the name is none
     */
    public void join(String group) {
        MessageChannel.checkGroup(group);
        wish(group, true);
    }

    /** Leaves a group, on later connections too. */
    public void leave(String group) {
        wish(group, false);
    }

    private void wish(String group, boolean in) {
        SpreadConnection present;
        lock.lock();
        try {
            if (in) {
                groups.add(group);
            } else {
                groups.remove(group);
            }
            present = connection;
        } finally {
            lock.unlock();
        }
        if (present != null) {
            try {
                ask(present, group);
            } catch (SpreadException e) {
                if (e.code() != SpreadCode.CONNECTION_CLOSED) {
                    throw e;
                }
            }
        }
    }

    /**
     * Sends on the present connection.
     *
     * @throws SpreadException those of {@link SpreadConnection#multicast(Multicast, ByteBuffer...)};
     *     {@link SpreadCode#CONNECTION_CLOSED} while there is no connection. Nothing is kept to be sent later: whether an old message is
     *     still true only the program knows
     */
    public void multicast(Multicast how, ByteBuffer... body) {
        SpreadConnection present = connection();
        if (present == null) {
            throw new SpreadException(
                    SpreadCode.CONNECTION_CLOSED,
                    isClosed()
                            ? "the connection to " + options.daemon() + " has ended for good"
                            : "there is no connection to " + options.daemon() + " at the moment");
        }
        present.multicast(how, body);
    }

    /**
     * Disconnects for good; a call of the listener that has begun, or is just beginning, is the last. Waits for nothing but the daemon to
     * take the farewell, less than a second.
     */
    @Override
    public void close() {
        SpreadConnection last;
        lock.lock();
        try {
            closed = true;
            last = connection;
            connection = null;
            closing.signalAll();
            if (connecting != null) {
                connecting.interrupt();
            }
        } finally {
            lock.unlock();
        }
        if (last != null) {
            last.close();
        }
    }
}
