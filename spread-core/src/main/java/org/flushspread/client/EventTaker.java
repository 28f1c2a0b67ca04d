package org.flushspread.client;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes events from a connection for one listener or subscriber, on a thread of its own, until it is stopped. Stopping wakes the link and
 * interrupts nobody, for that thread may be in the program's code.
 */
final class EventTaker implements MessageChannel.Decoder<EventTaker> {
    /** How long a stop waits for a take that is under way. */
    private static final long STOP_NANOS = 2_000_000_000;
    /** How long a take waits before it looks around; another receiver may hold the connection, so that no wake reaches this one. */
    private static final long SLICE_NANOS = 500_000_000;

    private final SpreadConnection connection;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition returned = lock.newCondition();
    /** In a take. */
    private @Nullable Thread taking;

    private boolean released;
    private volatile boolean stopped;
    private @Nullable SpreadEvent event;

    /**
     * Takes the place of the connection's one listener.
     *
     * @throws SpreadException if there is another
     */
    EventTaker(SpreadConnection connection) {
        connection.startListening();
        this.connection = connection;
    }

    /** Starts the thread; if that fails the connection has no listener. */
    void start(Runnable body) {
        boolean started = false;
        try {
            ReceiverThread.start("spread " + connection.privateGroup(), body);
            started = true;
        } finally {
            if (!started) {
                stop();
            }
        }
    }

    /**
     * Waits a while for the next event; null if there was none or this is stopped. Only for the thread of {@link #start}.
     *
     * @throws SpreadException if the connection has ended
     */
    @Nullable
    SpreadEvent take(long nanos) {
        return take(nanos, event -> {});
    }

    /** As {@link #take(long)}, and lets somebody have the event before a {@link #stop} comes back. */
    @Nullable
    SpreadEvent take(long nanos, Consumer<? super SpreadEvent> into) {
        // The program's code may have left this thread interrupted; nobody else has a reason to do it.
        Thread.interrupted();
        lock.lock();
        try {
            if (stopped) {
                return null;
            }
            taking = Thread.currentThread();
        } finally {
            lock.unlock();
        }
        try {
            EventTaker done = connection.receiveForListener(this, Math.min(nanos, SLICE_NANOS));
            SpreadEvent taken = done == null ? null : done.event;
            if (taken != null) {
                into.accept(taken);
            }
            return taken;
        } catch (SpreadInterruptedException e) {
            return null;
        } finally {
            event = null;
            lock.lock();
            try {
                taking = null;
                releaseIfStopped();
                returned.signalAll();
            } finally {
                lock.unlock();
            }
            connection.settle();
        }
    }

    @Override
    public @Nullable EventTaker pending() {
        event = stopped ? null : connection.fromBacklog();
        return stopped || event != null ? this : null;
    }

    @Override
    public @Nullable EventTaker decode(IncomingMessage message) {
        if (stopped) {
            message.keep();
            event = null;
            return this;
        }
        event = connection.decode(message);
        return event == null ? null : this;
    }

    boolean isStopped() {
        return stopped;
    }

    /**
     * Takes no event any more; when it answers null, receive calls may begin. Any thread may call it, the program's code on the thread that
     * takes too.
     *
     * @return the thread that did not come back from a take in time
     */
    @Nullable
    Thread stop() {
        stopped = true;
        connection.wake();
        lock.lock();
        try {
            long left = STOP_NANOS;
            while (taking != null && taking != Thread.currentThread() && left > 0) {
                left = awaitReturn(left);
            }
            releaseIfStopped();
            return taking == Thread.currentThread() ? null : taking;
        } finally {
            lock.unlock();
        }
    }

    private long awaitReturn(long nanos) {
        long end = System.nanoTime() + nanos;
        boolean interrupted = false;
        long left = nanos;
        try {
            while (taking != null && left > 0) {
                try {
                    if (!returned.await(left, TimeUnit.NANOSECONDS)) {
                        return 0;
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                }
                left = end - System.nanoTime();
            }
            return left;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Gives the connection back, once, when no take is under way. */
    private void releaseIfStopped() {
        if (stopped && taking == null && !released) {
            released = true;
            connection.stopListening();
        }
    }
}
