package org.flushspread.flush;

import java.time.Duration;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.flushspread.client.SpreadException;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * Where the events of a connection are taken in, by whoever receives: a receive call, a wait for a view, the thread of the listeners.
 * {@code intake} is held from taking an event out of the session until it is where it belongs ({@link Destinations}), so events keep their
 * order whoever takes them. It is not held while code of the application runs.
 */
final class Reception {
    private static final long MEMORY_PAUSE_NANOS = 10_000_000;

    private final FlushConnection connection;
    private final FlushSession session;
    private final ConcurrentMap<String, FlushGroup> groups;
    private final String self;
    private final ReentrantLock intake = new ReentrantLock();
    private final Destinations destinations;
    private final ListenerThread thread;
    private final ViewWait viewWait;

    Reception(FlushConnection connection, FlushSession session, ConcurrentMap<String, FlushGroup> groups) {
        this.connection = connection;
        this.session = session;
        this.groups = groups;
        this.self = session.channel().privateGroup();
        this.destinations = new Destinations(session, groups);
        this.thread = new ListenerThread(this, destinations, self);
        this.viewWait = new ViewWait(this, destinations, session);
    }

    // ---- receive calls

    /** The next event for a receive call; null if the time is over. */
    @Nullable
    FlushEvent receive(long nanos) {
        long start = nanos == Long.MAX_VALUE || nanos == 0 ? 0 : System.nanoTime();
        while (true) {
            long left =
                    nanos == Long.MAX_VALUE || nanos == 0 ? nanos : Math.max(0, nanos - (System.nanoTime() - start));
            FlushEvent event = destinations.isListening() ? destinations.await(left) : takeFromSession(left);
            if (event != null) {
                return handedOut(event);
            }
            if (left == 0 || session.reader().isWoken()) {
                return null;
            }
        }
    }

    private FlushEvent handedOut(FlushEvent event) {
        FlushGroup group = groups.get(event.group());
        if (group != null && event instanceof View view) {
            group.received(view);
        } else if (group != null && event instanceof SelfLeave) {
            group.ended();
            groups.remove(event.group(), group);
            destinations.changed();
        }
        return event;
    }

    /** An event for this call, kept or new; null if the time is over, or if it went to a listener. */
    private @Nullable FlushEvent takeFromSession(long nanos) {
        FlushEvent kept = destinations.poll();
        if (kept != null || !lockIntake(nanos)) {
            return kept;
        }
        FlushEvent event;
        ListenerQueue queue;
        try {
            // Somebody may have kept something, or begun to listen, while this thread waited for its turn.
            event = destinations.poll();
            if (event != null || destinations.isListening()) {
                return event;
            }
            event = connection.next(nanos);
            if (event == null) {
                return null;
            }
            queue = destinations.hand(event, false);
        } finally {
            intake.unlock();
        }
        if (queue == null) {
            return event;
        }
        queue.kick();
        return null;
    }

    boolean lockIntake(long nanos) {
        if (intake.tryLock()) {
            return true;
        }
        try {
            return nanos > 0 && intake.tryLock(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw Destinations.interrupted("an event");
        }
    }

    void unlockIntake() {
        intake.unlock();
    }

    /** By the holder of {@code intake}: the next event of the session. */
    @Nullable
    FlushEvent next(long nanos) {
        return connection.next(nanos);
    }

    View awaitView(FlushGroup group, int members, Duration timeout) {
        return viewWait.awaitView(group, members, timeout);
    }

    long dropped() {
        return destinations.dropped();
    }

    // ---- listeners

    /** @param group null for what belongs to no group */
    void listen(@Nullable FlushGroup group, FlushListener listener, @Nullable Executor executor) {
        String name = group == null ? self : group.name();
        ListenerQueue queue = new ListenerQueue(this, group, name, listener, executor);
        if (executor instanceof ExecutorService) {
            thread.useExecutors();
        }
        boolean attached = false;
        queue.start();
        try {
            destinations.attach(group, name, queue, thread::start);
            attached = true;
        } finally {
            if (!attached) {
                queue.abandon();
            }
        }
        queue.kick();
    }

    /** One event for whoever listens; answers the queue that got it, to be kicked. */
    @Nullable
    ListenerQueue takeForListeners(long nanos) {
        intake.lock();
        try {
            FlushEvent event = connection.next(nanos);
            return event == null ? null : destinations.hand(event, true);
        } finally {
            intake.unlock();
        }
    }

    /** Runs something that may wait. */
    void elsewhere(Runnable task) {
        thread.elsewhere(task);
    }

    /** Nothing more comes out of this queue. */
    void finished(ListenerQueue queue) {
        destinations.finished(queue);
    }

    void changed() {
        destinations.changed();
    }

    // ---- the end

    /** Ends the connection for a reason of this side's own. */
    void fail(SpreadException why) {
        destinations.reason(why);
        session.close();
        end(why);
    }

    /** Why the connection has ended, if this side had a reason of its own; else what the channel says. */
    SpreadException reasonOr(SpreadException said) {
        return destinations.reasonOr(said);
    }

    boolean hasEnded() {
        return destinations.hasEnded();
    }

    void close() {
        destinations.close();
        session.close();
        end(new SpreadException(
                SpreadCode.CONNECTION_CLOSED, "the connection of " + self + " was closed by this program"));
    }

    /** The end, told to receivers and listeners. It is not missed for want of memory: what fails is tried until it is done. */
    void end(SpreadException why) {
        while (true) {
            try {
                tryToEnd(why);
                return;
            } catch (OutOfMemoryError e) {
                LockSupport.parkNanos(MEMORY_PAUSE_NANOS);
            }
        }
    }

    private void tryToEnd(SpreadException why) {
        SpreadException first = destinations.end(why);
        if (session.channel().isOpen()) {
            session.channel().kill();
        }
        for (ListenerQueue queue : destinations.queues()) {
            queue.end(first);
            queue.kick();
        }
        connection.completeClosed(first);
    }
}
