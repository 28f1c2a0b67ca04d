package org.flushspread.flush;

import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.MessageChannel;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadException;
import org.flushspread.flush.kernel.FlushCounters;
import org.flushspread.flush.kernel.GroupEvent;
import org.flushspread.flush.kernel.Outgoing;
import org.flushspread.flush.kernel.PendingView;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a daemon with view synchrony in its groups. May be used by any number of threads.
 *
 * <p><b>Receiving by calls.</b> {@link #receive()}, {@link #receive(Duration)} and {@link #tryReceive()} give events of all groups. The
 * protocol is worked on inside these calls, so receive regularly, and answer each {@link FlushRequest}.
 *
 * <p><b>Listeners.</b> {@link FlushGroup#listen} gives the events of one group to a listener and starts one thread that receives for the
 * whole connection. Flush requests are answered when their handler returns.
 *
 * <p>Errors are {@link SpreadException}s with the code of the C function.
 */
public final class FlushConnection implements AutoCloseable {
    /** Events kept for receive calls while something else is waited for, at the most. */
    public static final int MAX_BACKLOG = 100_000;

    private static final Logger LOG = LoggerFactory.getLogger(FlushConnection.class);
    private static final Outgoing STALE =
            new Outgoing(SpreadCode.ILLEGAL_STATE, 0, List.of(), (short) 0, ByteBuffer.allocate(0));

    private final FlushOptions options;
    private final FlushSession session;
    private final ConcurrentMap<String, FlushGroup> groups = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<FlushEvent> backlog = new ArrayDeque<>();
    private final Map<String, GroupId> warned = new HashMap<>();
    private @Nullable SpreadException ended;
    private volatile boolean listening;

    private FlushConnection(FlushOptions options) {
        this.options = options;
        this.session = new FlushSession(MessageChannel.connect(options.connect()), options.rules(), options.wrapping());
    }

    /** Connects, for example to "4803@localhost". */
    public static FlushConnection connect(String daemon, String privateName) {
        return connect(FlushOptions.of(daemon, privateName));
    }

    public static FlushConnection connect(ConnectOptions options) {
        return connect(FlushOptions.of(options));
    }

    /**
     * Connects.
     *
     * @throws SpreadException if that fails
     */
    public static FlushConnection connect(FlushOptions options) {
        return new FlushConnection(options);
    }

    public FlushOptions options() {
        return options;
    }

    /** The name others know this connection by, {@code #alice#node1}. */
    public String privateGroup() {
        return session.channel().privateGroup();
    }

    public boolean isOpen() {
        return session.channel().isOpen();
    }

    /** Completes when the connection has ended, with the reason. Somebody has to receive for the end to be seen. */
    public CompletableFuture<SpreadException> closed() {
        return session.channel().closed();
    }

    /** The channel for a selector of your own; call {@link #tryReceive} until it answers null before each select. Null for a link in memory. */
    public @Nullable SelectableChannel channel() {
        return session.channel().channel();
    }

    /** What was refused, collapsed, postponed and so on since the start. */
    public FlushCounters counters() {
        return session.dispatcher().counters();
    }

    // ---- groups

    /**
     * Asks to join a group; returns at once. The first view makes this connection a full member.
     *
     * @throws IllegalGroupException if it is joined already or the name is illegal
     */
    public FlushGroup join(String group) {
        FlushGroup joined = new FlushGroup(this, group);
        if (groups.putIfAbsent(group, joined) != null) {
            throw FlushException.of(SpreadCode.ILLEGAL_GROUP, group, "join");
        }
        int code = SpreadCode.ILLEGAL_GROUP.code();
        try {
            code = session.join(group);
        } finally {
            if (code < 0) {
                groups.remove(group, joined);
            }
        }
        if (code < 0) {
            throw FlushException.of(SpreadCode.of(code), group, "join");
        }
        return joined;
    }

    /** The groups joined and not left. */
    public Collection<FlushGroup> groups() {
        return List.copyOf(groups.values());
    }

    /**
     * Sends to the private group of any connection, a member of anything or not. Such messages have no order with those of groups.
     *
     * @param privateGroup {@code #bob#node1}; somebody who does not exist gets nothing
     */
    public void unicast(Service service, String privateGroup, byte[] body) {
        if (privateGroup.indexOf('#') < 0) {
            throw new IllegalGroupException(privateGroup, "send to");
        }
        int code = session.multicast(service.bit(), privateGroup, (short) 0, new ByteBuffer[] {ByteBuffer.wrap(body)});
        if (code < 0) {
            throw FlushException.of(SpreadCode.of(code), privateGroup, "send to");
        }
    }

    // ---- receiving by calls

    /**
     * Waits for the next event.
     *
     * @throws SpreadException {@link SpreadCode#CONNECTION_CLOSED} when the connection has ended and everything was received
     */
    public FlushEvent receive() {
        FlushEvent event = null;
        while (event == null) {
            event = receiveWithin(Long.MAX_VALUE);
        }
        return event;
    }

    /** Waits for the next event, at the most so long; null if there is none. */
    public @Nullable FlushEvent receive(Duration timeout) {
        return receiveWithin(nanos(timeout));
    }

    /** The next event if there is one now, else null. */
    public @Nullable FlushEvent tryReceive() {
        return receiveWithin(0);
    }

    private @Nullable FlushEvent receiveWithin(long nanos) {
        FlushEvent event = pollBacklog();
        if (event == null) {
            event = listening ? awaitBacklog(nanos) : next(nanos);
        }
        if (event != null) {
            handOut(event);
        }
        return event;
    }

    private void handOut(FlushEvent event) {
        FlushGroup group = groups.get(event.group());
        if (group != null && event instanceof View view) {
            group.received(view);
        } else if (group != null && event instanceof SelfLeave) {
            groups.remove(event.group(), group);
            group.ended();
        }
        forgetRefusedJoin(event);
    }

    private void forgetRefusedJoin(FlushEvent event) {
        if (event instanceof Reject reject
                && (reject.serviceType() & ServiceType.CAUSED_BY_JOIN) != 0
                && session.ask(() -> session.dispatcher().membershipState(reject.group())) == null) {
            groups.remove(reject.group());
        }
    }

    /** The next event of the daemon or the next warning; null if the time is over. */
    private @Nullable FlushEvent next(long nanos) {
        long start = System.nanoTime();
        while (true) {
            long left = nanos == Long.MAX_VALUE ? nanos : Math.max(0, nanos - (System.nanoTime() - start));
            FlushEvent warning = overdue();
            if (warning != null) {
                return warning;
            }
            long slice = Math.min(left, untilOverdue());
            GroupEvent event = session.receive(slice);
            if (event != null) {
                return shown(event);
            }
            if (left == 0) {
                return null;
            }
        }
    }

    private FlushEvent shown(GroupEvent event) {
        if (event instanceof GroupEvent.Data data) {
            return new DataMessage(data);
        }
        if (event instanceof GroupEvent.View view) {
            if (!view.excluded().isEmpty()) {
                LOG.warn("group '{}' goes on without {}, who did not answer", view.group(), view.excluded());
            }
            return View.of(view);
        }
        if (event instanceof GroupEvent.FlushRequest request) {
            FlushGroup group = groups.get(request.group());
            return new FlushRequest(group == null ? new FlushGroup(this, request.group()) : group);
        }
        if (event instanceof GroupEvent.Reject reject) {
            return new Reject(reject.group(), reject.service(), List.copyOf(reject.groups()));
        }
        if (event instanceof GroupEvent.Excluded) {
            LOG.warn(
                    "group '{}' goes on without {}, which did not answer for {}; it leaves the group",
                    event.group(),
                    privateGroup(),
                    options.suspectAfter());
            return new Excluded(event.group());
        }

        return event instanceof GroupEvent.Transition ? new Transition(event.group()) : new SelfLeave(event.group());
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
            while (backlog.isEmpty() && left > 0) {
                checkEnded();
                left = changed.awaitNanos(left);
            }
            if (backlog.isEmpty()) {
                checkEnded();
            }
            changed.signalAll();
            return backlog.poll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FlushException(SpreadCode.WOULD_BLOCK, "interrupted while waiting for an event");
        } finally {
            lock.unlock();
        }
    }

    private void checkEnded() {
        SpreadException why = ended;
        if (why != null) {
            throw new SpreadException(why.code(), String.valueOf(why.getMessage()), why);
        }
    }

    // ---- warnings

    private @Nullable FlushEvent overdue() {
        Duration limit = options.flushDeadline();
        if (limit == null) {
            return null;
        }
        long now = System.nanoTime();
        for (FlushGroup group : groups.values()) {
            PendingView pending = group.pendingView();
            if (pending != null
                    && now - pending.arrivedNanos() >= nanos(limit)
                    && !pending.id().equals(warned.put(group.name(), pending.id()))) {
                FlushDelayed delayed = new FlushDelayed(
                        group.name(),
                        List.copyOf(pending.missing()),
                        Duration.ofNanos(now - pending.arrivedNanos()),
                        pending.queued());
                LOG.warn(
                        "group '{}' waits for the consent of {} since {} ms, {} changes are pending",
                        delayed.group(),
                        delayed.missing(),
                        delayed.age().toMillis(),
                        delayed.queued());
                return delayed;
            }
        }
        return null;
    }

    private long untilOverdue() {
        Duration limit = options.flushDeadline();
        if (limit == null) {
            return Long.MAX_VALUE;
        }
        // A change that comes while we wait is looked at no later than this.
        return Math.max(1_000_000, nanos(limit) / 4);
    }

    // ---- waiting for views

    View awaitView(FlushGroup group, int members, Duration timeout) {
        long end = System.nanoTime() + Math.min(nanos(timeout), Long.MAX_VALUE / 4);
        while (true) {
            lookIntoBacklog(group);
            View view = group.view();
            if (view != null && view.members().size() >= members && isCurrent(group)) {
                return view;
            }
            long left = end - System.nanoTime();
            if (left <= 0) {
                throw new FlushException(
                        SpreadCode.WOULD_BLOCK,
                        "group '" + group.name() + "' has not " + members + " members within " + timeout + "; "
                                + (view == null ? "no view yet" : "its view is " + view.members()));
            }
            if (listening) {
                awaitChange(left);
            } else {
                receiveForView(group, left);
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
            if (changed.awaitNanos(Math.min(nanos, 50_000_000)) <= 0) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FlushException(SpreadCode.WOULD_BLOCK, "interrupted while waiting for a view");
        } finally {
            lock.unlock();
        }
    }

    private void receiveForView(FlushGroup group, long nanos) {
        FlushEvent event = next(Math.min(nanos, 50_000_000));
        if (event == null) {
            return;
        }
        if (event instanceof FlushRequest request && request.group().equals(group.name())) {
            request.flush();
            return;
        }
        keep(event, false);
    }

    /** What another wait kept of this group: its views count as received now, its requests are answered. */
    private void lookIntoBacklog(FlushGroup group) {
        List<FlushRequest> requests = new ArrayList<>();
        List<View> views = new ArrayList<>();
        lock.lock();
        try {
            for (FlushEvent event : backlog) {
                if (event.group().equals(group.name())) {
                    if (event instanceof FlushRequest request) {
                        requests.add(request);
                    } else if (event instanceof View view) {
                        views.add(view);
                    }
                }
            }
            if (!requests.isEmpty()) {
                backlog.removeAll(requests);
            }
        } finally {
            lock.unlock();
        }
        views.forEach(group::received);
        requests.forEach(FlushRequest::flush);
    }

    private void keep(FlushEvent event, boolean wait) {
        lock.lock();
        try {
            while (backlog.size() >= MAX_BACKLOG) {
                if (!wait) {
                    throw new FlushException(
                            SpreadCode.WOULD_BLOCK,
                            MAX_BACKLOG + " events wait to be received; receive them before waiting for more");
                }
                changed.awaitUninterruptibly();
            }
            backlog.add(event);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // ---- listeners

    void listen(FlushGroup group, FlushListener listener, @Nullable Executor executor) {
        lock.lock();
        try {
            if (group.listener() != null) {
                throw new IllegalStateException("group '" + group.name() + "' has a listener already");
            }
            ListenerQueue queue = new ListenerQueue(group, listener, executor);
            List<FlushEvent> theirs = new ArrayList<>(backlog);
            theirs.removeIf(each -> !each.group().equals(group.name()));
            backlog.removeAll(theirs);
            queue.putAll(theirs);
            group.listener(queue);
            SpreadException why = ended;
            if (why != null) {
                queue.end(why);
            } else if (!listening) {
                listening = true;
                Thread receiver = new Thread(this::receiveForListeners, "flush " + privateGroup());
                receiver.setDaemon(true);
                receiver.start();
            }
        } finally {
            lock.unlock();
        }
    }

    private void receiveForListeners() {
        SpreadException why;
        while (true) {
            try {
                dispatch(next(Long.MAX_VALUE));
            } catch (SpreadException e) {
                why = e;
                break;
            }
        }
        lock.lock();
        try {
            ended = why;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        for (FlushGroup group : groups.values()) {
            ListenerQueue queue = group.listener();
            if (queue != null) {
                queue.end(why);
            }
        }
    }

    private void dispatch(@Nullable FlushEvent event) {
        if (event == null) {
            return;
        }
        FlushGroup group = groups.get(event.group());
        ListenerQueue queue = group == null ? null : group.listener();
        if (queue == null) {
            keep(event, true);
            return;
        }
        if (event instanceof SelfLeave && group != null) {
            groups.remove(event.group(), group);
        }
        forgetRefusedJoin(event);
        queue.put(event);
    }

    // ---- for the groups

    FlushSession session() {
        return session;
    }

    /** Under the state lock: sends would go into a view that the application has not received. */
    boolean stale(FlushGroup group) {
        return group.isBehind();
    }

    Outgoing refusal() {
        return STALE;
    }

    void changed() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static long nanos(Duration duration) {
        return duration.toSeconds() >= Long.MAX_VALUE / 2_000_000_000L
                ? Long.MAX_VALUE
                : Math.max(0, duration.toNanos());
    }

    /** Tells the daemon and closes; waits for what was sent to be written, half a second at the most. Does nothing the second time. */
    @Override
    public void close() {
        session.close();
    }

    @Override
    public String toString() {
        return "FlushConnection[" + privateGroup() + "]";
    }
}
