package org.flushspread.flush;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.flushspread.client.SpreadException;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the events of a connection go: to the listener of their group, or to what is kept for receive calls. One lock: a listener and what
 * was kept for it come together in one step. It is not held while code of the application runs, and nobody who holds it waits for anything
 * but a change of this state.
 *
 * <p>One class because all of it is one state under that lock.
 */
final class Destinations {
    private static final Logger LOG = LoggerFactory.getLogger(FlushConnection.class);

    private final FlushSession session;
    private final ConcurrentMap<String, FlushGroup> groups;
    private final String self;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Backlog backlog;
    private final List<ListenerQueue> queues = new ArrayList<>();
    private final AtomicLong dropped = new AtomicLong();
    private @Nullable ListenerQueue ownQueue;
    private @Nullable SpreadException reason;
    private volatile boolean listening;
    private volatile boolean closing;
    private volatile @Nullable SpreadException ended;

    Destinations(FlushSession session, ConcurrentMap<String, FlushGroup> groups) {
        this.session = session;
        this.groups = groups;
        this.self = session.channel().privateGroup();
        this.backlog = new Backlog(self);
    }

    /** A thread receives for listeners. */
    boolean isListening() {
        return listening;
    }

    boolean isClosing() {
        return closing;
    }

    boolean hasEnded() {
        return ended != null;
    }

    // ---- what is kept for receive calls

    @Nullable
    FlushEvent poll() {
        lock.lock();
        try {
            FlushEvent event = backlog.poll();
            if (event != null) {
                changed.signalAll();
            }
            return event;
        } finally {
            lock.unlock();
        }
    }

    /** An event that was kept; null if the time is over. */
    @Nullable
    FlushEvent await(long nanos) {
        long left = nanos;
        lock.lock();
        try {
            while (backlog.isEmpty()) {
                checkEnded();
                if (left <= 0) {
                    return null;
                }
                left = changed.awaitNanos(left);
            }
            changed.signalAll();
            return backlog.poll();
        } catch (InterruptedException e) {
            throw interrupted("an event");
        } finally {
            lock.unlock();
        }
    }

    void checkEnded() {
        SpreadException why = ended;
        if (why != null) {
            throw FlushSession.again(why);
        }
    }

    /** Waits for something to change; the caller looks itself whether it is what it wants, so early returns are welcome. */
    @SuppressWarnings("WaitNotInLoop")
    void awaitChange(long nanos) {
        lock.lock();
        try {
            checkEnded();
            if (changed.awaitNanos(nanos) <= 0) {
                return;
            }
        } catch (InterruptedException e) {
            throw interrupted("a view");
        } finally {
            lock.unlock();
        }
    }

    static FlushException interrupted(String awaited) {
        Thread.currentThread().interrupt();
        return new FlushException(SpreadCode.WOULD_BLOCK, "interrupted while waiting for " + awaited);
    }

    boolean isBacklogFull() {
        lock.lock();
        try {
            return backlog.isFull();
        } finally {
            lock.unlock();
        }
    }

    /** Grows with each event that is kept and is no message. */
    long notices() {
        lock.lock();
        try {
            return backlog.notices();
        } finally {
            lock.unlock();
        }
    }

    /** See {@link Backlog#takeViewsOf}. */
    List<FlushEvent> takeViewsOf(String group, boolean viewFollows) {
        lock.lock();
        try {
            return backlog.takeViewsOf(group, viewFollows);
        } finally {
            lock.unlock();
        }
    }

    // ---- where events go

    /**
     * Gives an event to its listener, if it has one. To be called by the holder of {@code Reception.intake}.
     *
     * @param keep without a listener, keep it for a receive call
     * @return the queue that got it, to be kicked after the lock is given back
     */
    @Nullable
    ListenerQueue hand(FlushEvent event, boolean keep) {
        FlushGroup group;
        ListenerQueue queue;
        lock.lock();
        try {
            group = groups.get(event.group());
            queue = group == null ? ownQueue : group.listener();
            if (put(event, group, queue, keep)) {
                return queue;
            }
        } finally {
            lock.unlock();
        }
        drop(group, queue);
        return queue;
    }

    /** Under the lock; false if there is no room. The end of a group always has some. */
    private boolean put(FlushEvent event, @Nullable FlushGroup group, @Nullable ListenerQueue queue, boolean keep) {
        FlushEvent shown = event;
        boolean last = event instanceof SelfLeave;
        if (group != null && last) {
            shown = new SelfLeave(event.group(), group.leftBecause());
            if (queue != null) {
                end(group);
            }
        } else if (group != null && group.leftBecause() != null) {
            dropped.incrementAndGet();
            return true;
        }
        forgetRefusedJoin(event);
        if (queue != null) {
            if (queue.isOverfull() && !last) {
                return false;
            }
            queue.add(shown);
        } else if (keep) {
            if (!last && listening && (group == null ? backlog.isFullOfPrivate() : backlog.isFull())) {
                return false;
            }
            backlog.add(shown);
            changed.signalAll();
        }
        return true;
    }

    /** From here on calls of this object act on nothing, and its name can be joined again. */
    private void end(FlushGroup group) {
        group.disown();
        groups.remove(group.name(), group);
        changed.signalAll();
    }

    private void forgetRefusedJoin(FlushEvent event) {
        if (event instanceof Reject reject && (reject.serviceType() & ServiceType.CAUSED_BY_JOIN) != 0) {
            FlushGroup group = groups.get(reject.group());
            boolean gone = session.ask(() -> session.dispatcher().membershipState(reject.group()) == null
                    && !session.dispatcher().isJoining(reject.group()));
            if (group != null && gone) {
                end(group);
            }
        }
    }

    /** Nobody takes what comes. Messages of nobody's group are dropped; of a group none may be missing, so it is left. */
    private void drop(@Nullable FlushGroup group, @Nullable ListenerQueue queue) {
        long count = dropped.incrementAndGet();
        if (group == null) {
            if (Long.bitCount(count) == 1 && Long.numberOfTrailingZeros(count) % 10 == 0) {
                LOG.warn(
                        "{}: {} messages dropped so far that belong to no group, since {}",
                        self,
                        count,
                        queue == null
                                ? "nobody receives them; see FlushConnection.listen"
                                : "their listener takes them too slowly");
            }
            return;
        }
        String why = "more than " + (queue == null ? FlushConnection.MAX_BACKLOG : ListenerBacklog.LIMIT)
                + " events or " + ((queue == null ? Backlog.MAX_BYTES : ListenerBacklog.LIMIT_BYTES) >> 20)
                + " MB of group '" + group.name() + "' waited "
                + (queue == null ? "to be received" : "for its listener")
                + ", and waiting for that would have held up the other groups of this connection";
        LOG.warn("{}: {}; leaving the group", self, why);
        group.leaveBecause(why);
        session.leaveSoon(group.name());
    }

    long dropped() {
        return dropped.get();
    }

    // ---- listeners

    /**
     * What was kept so far goes to the listener, and from here on what comes.
     *
     * @param firstListener starts the thread that receives
     */
    void attach(@Nullable FlushGroup group, String name, ListenerQueue queue, Runnable firstListener) {
        lock.lock();
        try {
            attachLocked(group, name, queue, firstListener);
        } finally {
            lock.unlock();
        }
    }

    private void attachLocked(@Nullable FlushGroup group, String name, ListenerQueue queue, Runnable firstListener) {
        if ((group == null ? ownQueue : group.listener()) != null) {
            throw new IllegalStateException(
                    (group == null ? "the connection" : "group '" + name + "'") + " has a listener already");
        }
        if (group != null && group.isOver()) {
            throw group.notMember("listen to");
        }
        SpreadException why = ended;
        if (!listening && why == null) {
            firstListener.run();
            listening = true;
        }
        for (FlushEvent kept : backlog.takeAllOf(name)) {
            if (group != null && kept instanceof SelfLeave) {
                end(group);
            }
            queue.add(kept);
        }
        if (group == null) {
            ownQueue = queue;
        } else {
            group.listener(queue);
        }
        queues.add(queue);
        if (closing) {
            queue.discard();
        }
        if (why != null) {
            queue.end(why);
        }
        changed.signalAll();
    }

    List<ListenerQueue> queues() {
        lock.lock();
        try {
            return List.copyOf(queues);
        } finally {
            lock.unlock();
        }
    }

    /** Then nobody suffers if nothing more is read. */
    boolean isOnlyGroupFull() {
        if (groups.size() != 1) {
            return false;
        }
        for (FlushGroup only : groups.values()) {
            ListenerQueue queue = only.listener();
            return queue == null ? isBacklogFull() : queue.isFull();
        }
        return false;
    }

    /** Waits while the only group is full, at the most so long; false if something else is to be looked at. */
    @SuppressWarnings("WaitNotInLoop") // who calls looks again, at more than this
    boolean awaitRoom(long nanos) {
        lock.lock();
        try {
            return isOnlyGroupFull() && changed.awaitNanos(nanos) > 0;
        } catch (InterruptedException e) {
            // Nobody who means it has the thread that waits here.
            return false;
        } finally {
            lock.unlock();
        }
    }

    // ---- the end

    /** A reason of this side's own; the first counts. */
    void reason(SpreadException why) {
        lock.lock();
        try {
            if (reason == null) {
                reason = why;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Why the connection has ended, if this side had a reason of its own; else what the channel says. */
    SpreadException reasonOr(SpreadException said) {
        lock.lock();
        try {
            return ended != null ? ended : reason != null ? reason : said;
        } finally {
            lock.unlock();
        }
    }

    /** Nobody wants what waits. */
    void close() {
        closing = true;
        for (ListenerQueue queue : queues()) {
            queue.discard();
        }
        changed();
    }

    /** The end; answers why, which the first who says so knows. */
    SpreadException end(SpreadException why) {
        lock.lock();
        try {
            if (ended == null) {
                ended = reason == null ? why : reason;
            }
            changed.signalAll();
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more comes out of this queue. */
    void finished(ListenerQueue queue) {
        lock.lock();
        try {
            queues.remove(queue);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void changed() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
