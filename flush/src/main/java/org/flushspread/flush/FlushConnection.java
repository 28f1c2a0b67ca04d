package org.flushspread.flush;

import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.MessageChannel;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadException;
import org.flushspread.flush.kernel.FlushCounters;
import org.flushspread.flush.kernel.FlushService;
import org.flushspread.flush.kernel.GroupEvent;
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
 * <p><b>Listeners.</b> {@link FlushGroup#listen} gives the events of one group to a listener, {@link #listen(FlushListener)} those that
 * belong to no group, private messages above all. The first one starts a thread that receives for the whole connection, so the members of
 * its groups are answered whatever the application does. Flush requests are answered when their handler returns. Handlers of different
 * groups run side by side; nothing that one does or throws holds up another one or the connection.
 *
 * <p><b>What is bounded.</b> While a listener's queue is full (10,000 events or 64 MB) and this connection is in one group only, nothing
 * more is read from the daemon: the handler sets the pace. With more groups reading goes on for their sake, and a group of which 100,000
 * events or 128 MB wait is left ({@link SelfLeave#reason}). Messages that belong to no group and that nobody takes are dropped
 * from 10,000 or 16 MB on ({@link #droppedMessages}).
 *
 * <p>Errors are {@link SpreadException}s with the code of the C function.
 */
public final class FlushConnection implements AutoCloseable {
    /** Events kept for receive calls while something else is waited for, at the most. */
    public static final int MAX_BACKLOG = 100_000;

    private static final Logger LOG = LoggerFactory.getLogger(FlushConnection.class);

    private final FlushOptions options;
    private final FlushSession session;
    private final ConcurrentMap<String, FlushGroup> groups = new ConcurrentHashMap<>();
    private final Reception reception;
    private final CompletableFuture<SpreadException> closed = new CompletableFuture<>();
    private final OverdueViews overdue;

    @SuppressWarnings("FutureReturnValueIgnored") // what it completes tells everything
    private FlushConnection(FlushOptions options) {
        this.options = options;
        this.session = new FlushSession(MessageChannel.connect(options.connect()), options.rules(), options.wrapping());
        this.overdue = new OverdueViews(options.flushDeadline());
        this.reception = new Reception(this, session, groups);
        // Elsewhere, since those who see the end hold locks, and what depends on the future is the application's.
        session.channel().closed().thenAcceptAsync(why -> closed.complete(reception.reasonOr(why)));
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
        return !reception.hasEnded() && session.isOpen();
    }

    /**
     * Completes when the connection has ended, with the reason, on a thread that belongs to nobody. Somebody has to receive for the end to
     * be seen.
     */
    public CompletableFuture<SpreadException> closed() {
        return closed.copy();
    }

    void completeClosed(SpreadException why) {
        closed.completeAsync(() -> why);
    }

    /** The channel for a selector of your own; call {@link #tryReceive} until it answers null before each select. Null for a link in memory. */
    public @Nullable SelectableChannel channel() {
        return session.channel().channel();
    }

    /** Messages that nobody took and that were dropped for that, and what came of groups that were left for it. */
    public long droppedMessages() {
        return reception.dropped();
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
        if (!FlushService.isGroup(group)) {
            throw IllegalGroupException.badName(group);
        }
        FlushGroup joined = new FlushGroup(this, group);
        FlushGroup before = groups.putIfAbsent(group, joined);
        if (before != null) {
            throw IllegalGroupException.joinedAlready(group, before.isBeingLeft());
        }
        int code = SpreadCode.ILLEGAL_GROUP.code();
        try {
            code = session.join(group);
        } finally {
            if (code < 0) {
                groups.remove(group, joined);
            }
            reception.changed();
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
        unicast(service, 0, privateGroup, ByteBuffer.wrap(body));
    }

    /** The same with a message type, as in {@link FlushGroup#multicast(Service, int, byte[])}. */
    public void unicast(Service service, int type, String privateGroup, byte[] body) {
        unicast(service, type, privateGroup, ByteBuffer.wrap(body));
    }

    /** The same with a message type and a body in pieces, whose positions move. */
    public void unicast(Service service, int type, String privateGroup, ByteBuffer... body) {
        if (!FlushService.isPrivate(privateGroup)) {
            throw IllegalGroupException.notPrivate(privateGroup);
        }
        int code = session.multicast(service.bit(), privateGroup, FlushGroup.type(type), body);
        if (code < 0) {
            throw FlushException.of(SpreadCode.of(code), privateGroup, "send to");
        }
    }

    /**
     * Gives what belongs to no group of this connection to a listener, on a thread of its own: private messages
     * ({@link FlushListener#onMessage}), what the daemon refused of those ({@link FlushListener#onReject}), and the end of the connection. As
     * with a group's listener a thread of the connection receives from now on. Messages for which this listener is too slow are dropped.
     *
     * @throws IllegalStateException if there is such a listener
     */
    public void listen(FlushListener to) {
        reception.listen(null, to, null);
    }

    /** The same on an executor, see {@link FlushGroup#listen(FlushListener, Executor)}. */
    public void listen(FlushListener to, Executor executor) {
        reception.listen(null, to, executor);
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
            event = reception.receive(Long.MAX_VALUE);
        }
        return event;
    }

    /** Waits for the next event, at the most so long; null if there is none. */
    public @Nullable FlushEvent receive(Duration timeout) {
        return reception.receive(MessageChannel.nanos(timeout));
    }

    /** The next event if there is one now, else null. */
    public @Nullable FlushEvent tryReceive() {
        return reception.receive(0);
    }

    /** The next event of the daemon or the next warning; null if the time is over. */
    @Nullable
    FlushEvent next(long nanos) {
        long start = System.nanoTime();
        while (true) {
            long left = nanos == Long.MAX_VALUE ? nanos : Math.max(0, nanos - (System.nanoTime() - start));
            FlushEvent warning = overdue.look(groups.values());
            if (warning != null) {
                return warning;
            }
            long slice = Math.min(left, overdue.untilNextLook());
            GroupEvent event = session.receive(slice);
            if (event != null) {
                return shown(event);
            }
            if (left == 0 || session.reader().isWoken()) {
                return null;
            }
        }
    }

    /**
     * As {@link #receive(Duration)}, but answers null also as soon as {@link #wake} is called. For a thread that does all there is to do
     * in one place; no other may receive.
     */
    @Nullable
    FlushEvent receiveOrWake(long nanos) {
        try {
            return reception.receive(nanos);
        } finally {
            session.reader().awake();
        }
    }

    /** Makes {@link #receiveOrWake} return, now or the next time. From any thread. */
    void wake() {
        session.reader().wake();
    }

    private FlushEvent shown(GroupEvent event) {
        if (event instanceof GroupEvent.Data data) {
            return new DataMessage(data);
        }
        if (event instanceof GroupEvent.View view) {
            if (!view.excluded().isEmpty()) {
                LOG.warn("group '{}' goes on without {}, who did not answer", view.group(), view.excluded());
            }
            return new View(view);
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
                    Patience.seconds(options.suspectAfter()));
            return new Excluded(event.group());
        }

        return event instanceof GroupEvent.Transition ? new Transition(event.group()) : new SelfLeave(event.group());
    }

    // ---- for the groups

    FlushSession session() {
        return session;
    }

    Reception reception() {
        return reception;
    }

    /** The group of this name that is joined now. */
    @Nullable
    FlushGroup group(String name) {
        return groups.get(name);
    }

    /**
     * Tells the daemon and closes; waits for what was sent to be written, half a second at the most. Receivers that wait fail. Listeners are
     * not shown what still waits for them but {@link FlushListener#onClosed}, each when the handler that it is in returns; then all threads
     * of the connection end. Does nothing the second time.
     */
    @Override
    public void close() {
        reception.close();
    }

    /** Ends the connection as if it were lost: listeners are shown first what was received before. */
    void end() {
        session.close();
    }

    @Override
    public String toString() {
        return "FlushConnection[" + privateGroup() + "]";
    }
}
