package org.flushspread.flush;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.flushspread.client.MessageChannel;
import org.flushspread.client.SpreadException;
import org.flushspread.client.SpreadInterruptedException;
import org.flushspread.client.UserCode;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the events of a connection arrive and go to whom they are for: a listener, the receive call at hand, or a later one.
 *
 * <p>Two locks. {@code intake} is held by whoever takes an event from the session until the event is where it belongs, so events keep their
 * order whoever takes them. {@code lock} guards where they go: a listener and what was kept for it come together in one step. Neither is
 * held while code of the application runs, and nobody who holds {@code lock} waits for anything.
 */
final class Reception {
    private static final Logger LOG = LoggerFactory.getLogger(FlushConnection.class);
    /** How long somebody sleeps at the most before looking what has changed. */
    private static final long SLICE_NANOS = 50_000_000;
    /** How often somebody looks whether an executor has ended. */
    private static final long EXECUTOR_CHECK_NANOS = 500_000_000;
    /** And after how many events. */
    private static final int EVENTS_PER_CHECK = 1024;
    /** How long the receiving thread stays for tasks in executors after the end. */
    private static final long LAST_TASKS_NANOS = 2_000_000_000;

    private static final long MEMORY_PAUSE_NANOS = 10_000_000;

    private final FlushConnection connection;
    private final FlushSession session;
    private final ConcurrentMap<String, FlushGroup> groups;
    private final String self;
    private final ReentrantLock intake = new ReentrantLock();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Backlog backlog;
    private final List<ListenerQueue> queues = new ArrayList<>();
    private final AtomicLong dropped = new AtomicLong();
    private @Nullable ListenerQueue ownQueue;
    private @Nullable ThreadPoolExecutor elsewhere;
    private @Nullable SpreadException reason;
    private volatile boolean listening;
    private volatile boolean usesExecutors;
    private volatile boolean closing;
    private volatile @Nullable SpreadException ended;
    /** Made beforehand: when it is needed there may be no memory for it. */
    private final SpreadException outOfMemory;

    Reception(FlushConnection connection, FlushSession session, ConcurrentMap<String, FlushGroup> groups) {
        this.connection = connection;
        this.session = session;
        this.groups = groups;
        this.self = session.channel().privateGroup();
        this.backlog = new Backlog(self);
        this.outOfMemory = new SpreadException(
                SpreadCode.CONNECTION_CLOSED,
                "there was no memory left to receive what the daemon sent, so the connection of " + self
                        + " was closed");
    }

    // ---- receive calls

    /** The next event for a receive call; null if the time is over. */
    @Nullable
    FlushEvent receive(long nanos) {
        long start = nanos == Long.MAX_VALUE || nanos == 0 ? 0 : System.nanoTime();
        while (true) {
            long left =
                    nanos == Long.MAX_VALUE || nanos == 0 ? nanos : Math.max(0, nanos - (System.nanoTime() - start));
            FlushEvent event = listening ? awaitBacklog(left) : takeFromSession(left);
            if (event != null) {
                return handedOut(event);
            }
            if (left == 0) {
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
            changed();
        }
        return event;
    }

    /** An event for this call, kept or new; null if the time is over, or if it went to a listener. */
    private @Nullable FlushEvent takeFromSession(long nanos) {
        FlushEvent kept = pollBacklog();
        if (kept != null || !lockIntake(nanos)) {
            return kept;
        }
        FlushEvent event;
        ListenerQueue queue;
        try {
            // Somebody may have kept something, or begun to listen, while this thread waited for its turn.
            event = pollBacklog();
            if (event != null || listening) {
                return event;
            }
            event = connection.next(nanos);
            if (event == null) {
                return null;
            }
            queue = hand(event, false);
        } finally {
            intake.unlock();
        }
        if (queue == null) {
            return event;
        }
        queue.kick();
        return null;
    }

    private boolean lockIntake(long nanos) {
        if (intake.tryLock()) {
            return true;
        }
        try {
            return nanos > 0 && intake.tryLock(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw interrupted("an event");
        }
    }

    private static FlushException interrupted(String awaited) {
        Thread.currentThread().interrupt();
        return new FlushException(SpreadCode.WOULD_BLOCK, "interrupted while waiting for " + awaited);
    }

    private @Nullable FlushEvent pollBacklog() {
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

    private @Nullable FlushEvent awaitBacklog(long nanos) {
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

    private void checkEnded() {
        SpreadException why = ended;
        if (why != null) {
            throw FlushSession.again(why);
        }
    }

    // ---- waiting for views

    View awaitView(FlushGroup group, int members, Duration timeout) {
        ListenerQueue queue = group.listener();
        if (queue != null && queue.isHandledHere()) {
            throw new IllegalStateException("the listener of '" + group.name()
                    + "' waits for a view that only it can be shown; it gets it by onView");
        }
        long end = System.nanoTime() + Math.min(MessageChannel.nanos(timeout), Long.MAX_VALUE / 4);
        long seen = -1;
        while (true) {
            seen = lookIntoBacklog(group, seen);
            View view = group.view();
            if (view != null && view.members().size() >= members && isCurrent(group)) {
                return view;
            }
            if (!group.isJoined()) {
                throw group.notMember("wait for a view of");
            }
            long left = end - System.nanoTime();
            if (left <= 0) {
                throw new FlushException(
                        SpreadCode.WOULD_BLOCK,
                        "group '" + group.name() + "' has not " + members + " members within "
                                + ReplicaExplanation.seconds(timeout) + "; "
                                + (view == null ? "no view yet" : "its view is " + view.members()));
            }
            if (listening) {
                awaitChange(Math.min(left, SLICE_NANOS));
            } else {
                receiveForView(group, Math.min(left, SLICE_NANOS));
            }
        }
    }

    private boolean isCurrent(FlushGroup group) {
        return !session.ask(group::isBehind);
    }

    /** Waits for something to change; the caller looks itself whether it is what it wants, so early returns are welcome. */
    @SuppressWarnings("WaitNotInLoop")
    private void awaitChange(long nanos) {
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

    private void receiveForView(FlushGroup group, long nanos) {
        if (!lockIntake(nanos)) {
            return;
        }
        FlushEvent event;
        ListenerQueue queue;
        boolean ours;
        try {
            if (listening) {
                return;
            }
            checkRoom();
            event = connection.next(nanos);
            if (event == null) {
                return;
            }
            ours = event.group().equals(group.name()) && (event instanceof View || event instanceof FlushRequest);
            queue = hand(event, !ours);
            if (ours && queue == null && event instanceof View view) {
                consume(group, true);
                group.received(view);
            }
        } finally {
            intake.unlock();
        }
        if (queue != null) {
            queue.kick();
        } else if (ours && event instanceof FlushRequest request) {
            request.flush();
        }
    }

    private void checkRoom() {
        if (isBacklogFull()) {
            throw new FlushException(
                    SpreadCode.WOULD_BLOCK,
                    FlushConnection.MAX_BACKLOG + " events or " + (Backlog.MAX_BYTES >> 20)
                            + " MB of them wait to be received; receive them before waiting for more");
        }
    }

    /** What another wait kept of this group: its views count as received now, its requests are answered. */
    private long lookIntoBacklog(FlushGroup group, long seen) {
        if (group.listener() != null) {
            return seen;
        }
        long now;
        lock.lock();
        try {
            now = backlog.notices();
        } finally {
            lock.unlock();
        }
        if (now != seen) {
            consume(group, false);
        }
        return now;
    }

    private void consume(FlushGroup group, boolean viewFollows) {
        List<FlushEvent> taken;
        lock.lock();
        try {
            taken = backlog.takeViewsOf(group.name(), viewFollows);
        } finally {
            lock.unlock();
        }
        for (FlushEvent event : taken) {
            if (event instanceof View view) {
                group.received(view);
            } else if (event instanceof FlushRequest request && !viewFollows) {
                request.flush();
            }
        }
    }

    // ---- where events go

    /**
     * Gives an event to its listener, if it has one. To be called by the holder of {@code intake}.
     *
     * @param keep without a listener, keep it for a receive call
     * @return the queue that got it, to be kicked after the lock is given back
     */
    private @Nullable ListenerQueue hand(FlushEvent event, boolean keep) {
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
        String why = "more than " + (queue == null ? FlushConnection.MAX_BACKLOG : ListenerQueue.LIMIT)
                + " events or " + ((queue == null ? Backlog.MAX_BYTES : ListenerQueue.LIMIT_BYTES) >> 20)
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

    /** @param group null for what belongs to no group */
    void listen(@Nullable FlushGroup group, FlushListener listener, @Nullable Executor executor, boolean direct) {
        String name = group == null ? self : group.name();
        ListenerQueue queue = new ListenerQueue(this, group, name, listener, executor, direct);
        usesExecutors |= executor instanceof ExecutorService;
        boolean attached = false;
        queue.start();
        try {
            lock.lock();
            try {
                attach(group, name, queue);
                attached = true;
            } finally {
                lock.unlock();
            }
        } finally {
            if (!attached) {
                queue.abandon();
            }
        }
        queue.kick();
    }

    /** What was kept so far goes to the listener, and from here on what comes. */
    private void attach(@Nullable FlushGroup group, String name, ListenerQueue queue) {
        if ((group == null ? ownQueue : group.listener()) != null) {
            throw new IllegalStateException(
                    (group == null ? "the connection" : "group '" + name + "'") + " has a listener already");
        }
        if (group != null && group.isOver()) {
            throw group.notMember("listen to");
        }
        SpreadException why = ended;
        if (!listening && why == null) {
            Thread receiver = new Thread(this::run, "flush " + self);
            receiver.setDaemon(true);
            receiver.start();
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

    /** The thread that receives once there is a listener. It runs no code of the application, but what calls {@code onClosed} at the end. */
    private void run() {
        SpreadException why = outOfMemory;
        try {
            why = receiveForListeners();
        } catch (OutOfMemoryError e) {
            // Told by what was made beforehand.
        } catch (Throwable e) {
            why = new SpreadException(
                    SpreadCode.CONNECTION_CLOSED,
                    "the thread that receives for the listeners of " + self + " failed, so the connection was closed: "
                            + e,
                    e);
            UserCode.uncaught(e);
        } finally {
            end(why);
            awaitLastTasks();
        }
    }

    private SpreadException receiveForListeners() {
        int taken = 0;
        while (true) {
            try {
                ListenerQueue queue = takeOne();
                if (queue != null) {
                    queue.kick();
                }
                if (queue == null || ++taken % EVENTS_PER_CHECK == 0) {
                    checkExecutors();
                }
                pauseWhileFull(queue);
            } catch (SpreadInterruptedException e) {
                // Nobody who means it has this thread.
                Thread.interrupted();
            } catch (SpreadException e) {
                return e;
            }
        }
    }

    private @Nullable ListenerQueue takeOne() {
        intake.lock();
        try {
            FlushEvent event = connection.next(usesExecutors ? EXECUTOR_CHECK_NANOS : Long.MAX_VALUE);
            return event == null ? null : hand(event, true);
        } finally {
            intake.unlock();
        }
    }

    /**
     * The handler sets the pace, as long as it is that of the only group: no other one waits then for what is not read. With several groups
     * reading goes on, for theirs must go on.
     *
     * @param last where the last event went
     */
    private void pauseWhileFull(@Nullable ListenerQueue last) {
        if (last != null && !last.isFull()) {
            return;
        }
        while (isOnlyGroupFull() && !closing && ended == null) {
            lock.lock();
            try {
                if (isOnlyGroupFull() && changed.awaitNanos(EXECUTOR_CHECK_NANOS) > 0) {
                    continue;
                }
            } catch (InterruptedException e) {
                // As above.
            } finally {
                lock.unlock();
            }
            checkExecutors();
        }
    }

    private boolean isOnlyGroupFull() {
        if (groups.size() != 1) {
            return false;
        }
        for (FlushGroup only : groups.values()) {
            ListenerQueue queue = only.listener();
            return queue == null ? isBacklogFull() : queue.isFull();
        }
        return false;
    }

    private boolean isBacklogFull() {
        lock.lock();
        try {
            return backlog.isFull();
        } finally {
            lock.unlock();
        }
    }

    private void checkExecutors() {
        if (usesExecutors) {
            for (ListenerQueue queue : queues()) {
                if (queue.dependsOnExecutor()) {
                    queue.checkExecutor();
                }
            }
        }
    }

    private List<ListenerQueue> queues() {
        lock.lock();
        try {
            return List.copyOf(queues);
        } finally {
            lock.unlock();
        }
    }

    /** Runs something that may wait: bringing a task to an executor of the application, which may keep whoever brings it. */
    void elsewhere(Runnable task) {
        boolean done = false;
        try {
            ThreadPoolExecutor threads;
            lock.lock();
            try {
                threads = elsewhere;
                if (threads == null) {
                    threads = new ThreadPoolExecutor(
                            0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), this::thread);
                    elsewhere = threads;
                }
            } finally {
                lock.unlock();
            }
            done = UserCode.execute(threads, task) == null;
        } finally {
            if (!done) {
                task.run();
            }
        }
    }

    private Thread thread(Runnable body) {
        Thread thread = new Thread(body, "flush " + self + " to executors");
        thread.setDaemon(true);
        return thread;
    }

    // ---- the end

    /** Ends the connection for a reason of this side's own. */
    void fail(SpreadException why) {
        lock.lock();
        try {
            if (reason == null) {
                reason = why;
            }
        } finally {
            lock.unlock();
        }
        session.close();
        end(why);
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

    boolean hasEnded() {
        return ended != null;
    }

    void close() {
        closing = true;
        for (ListenerQueue queue : queues()) {
            queue.discard();
        }
        changed();
        session.close();
        end(new SpreadException(
                SpreadCode.CONNECTION_CLOSED, "the connection of " + self + " was closed by this program"));
    }

    /** The end, told to receivers and listeners. It is not missed for want of memory: what fails is tried until it is done. */
    private void end(SpreadException why) {
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
        SpreadException first;
        lock.lock();
        try {
            if (ended == null) {
                ended = reason == null ? why : reason;
            }
            first = ended;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (session.channel().isOpen()) {
            session.channel().kill();
        }
        for (ListenerQueue queue : queues()) {
            queue.end(first);
            queue.kick();
        }
        connection.completeClosed(first);
    }

    /** Tasks of ours that an executor never runs, since it was shut down with them, are ours to run. */
    private void awaitLastTasks() {
        long end = System.nanoTime() + LAST_TASKS_NANOS;
        while (System.nanoTime() - end < 0 && queues().stream().anyMatch(ListenerQueue::dependsOnExecutor)) {
            checkExecutors();
            LockSupport.parkNanos(SLICE_NANOS);
        }
        lock.lock();
        try {
            if (elsewhere != null) {
                elsewhere.shutdown();
            }
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
