package org.flushspread.client;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
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
    private final ConnectOptions options;
    private final Duration shortest;
    private final Duration longest;
    private final Listener listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private final Set<String> groups = new LinkedHashSet<>();
    private @Nullable SpreadConnection connection;
    private boolean closed;

    /** What is told. Exceptions go to the uncaught exception handler of the thread, and the next call follows. */
    public interface Listener {
        /** An event of the present connection. */
        void event(SpreadEvent event);

        /**
         * Connected, for the first time or again; the joins have been asked for and their views will come as events.
         *
         * @param again false the first time
         */
        default void connected(SpreadConnection connection, boolean again) {}

        /** The connection has ended for this reason, and another one is being tried. */
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
     * @param longest pause between attempts
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
        ReceiverThread.start("spread " + first.privateGroup(), () -> reconnecting.run(first));
        return reconnecting;
    }

    private void run(SpreadConnection first) {
        SpreadConnection current = first;
        guarded(() -> listener.connected(first, false));
        while (current != null) {
            SpreadException why = receiveUntilTheEnd(current);
            if (!install(null)) {
                return;
            }
            guarded(() -> listener.disconnected(why));
            current.close();
            SpreadConnection next = connectAgain();
            current = next;
            if (next != null) {
                guarded(() -> listener.connected(next, true));
            }
        }
    }

    private SpreadException receiveUntilTheEnd(SpreadConnection current) {
        while (true) {
            try {
                SpreadEvent event = current.receive();
                guarded(() -> listener.event(event));
            } catch (SpreadInterruptedException e) {
                // Nobody has a reason to interrupt this thread; the wait goes on.
                Thread.interrupted();
            } catch (SpreadException e) {
                return e;
            }
        }
    }

    /** Null if this was closed meanwhile. */
    private @Nullable SpreadConnection connectAgain() {
        long pause = shortest.toNanos();
        while (await(pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1))) {
            SpreadConnection next = null;
            try {
                next = SpreadConnection.connect(options);
                if (install(next)) {
                    return next;
                }
                next.close();
                return null;
            } catch (SpreadException e) {
                if (next != null) {
                    next.close();
                }
                pause = Math.min(pause * 2, longest.toNanos());
            }
        }
        return null;
    }

    /** Makes it the present connection, with all groups joined; false if this was closed. */
    private boolean install(@Nullable SpreadConnection next) {
        lock.lock();
        try {
            connection = null;
            if (next != null && !closed) {
                groups.forEach(next::join);
                connection = next;
            }
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

    private static void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            Thread current = Thread.currentThread();
            current.getUncaughtExceptionHandler().uncaughtException(current, e);
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
        lock.lock();
        try {
            groups.add(group);
            if (connection != null) {
                connection.join(group);
            }
        } catch (SpreadException e) {
            if (e.code() != SpreadCode.CONNECTION_CLOSED) {
                throw e;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Leaves a group, on later connections too. */
    public void leave(String group) {
        lock.lock();
        try {
            groups.remove(group);
            if (connection != null) {
                connection.leave(group);
            }
        } catch (SpreadException e) {
            if (e.code() != SpreadCode.CONNECTION_CLOSED) {
                throw e;
            }
        } finally {
            lock.unlock();
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
                    SpreadCode.CONNECTION_CLOSED, "there is no connection to " + options.daemon() + " at the moment");
        }
        present.multicast(how, body);
    }

    /** Disconnects for good; a call of the listener that has begun, or is just beginning, is the last. */
    @Override
    public void close() {
        SpreadConnection last;
        lock.lock();
        try {
            closed = true;
            last = connection;
            connection = null;
            closing.signalAll();
        } finally {
            lock.unlock();
        }
        if (last != null) {
            last.close();
        }
    }
}
