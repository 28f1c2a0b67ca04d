package org.flushspread.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectableChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * A session with a Spread daemon.
 *
 * <pre>{@code
 * try (SpreadConnection spread = SpreadConnection.connect("4803@localhost", "alice")) {
 *     Group room = spread.join("room");
 *     room.multicast(Service.AGREED, "hello");
 *     SpreadEvent event = spread.receive(Duration.ofSeconds(1));
 * }
 * }</pre>
 *
 * <p><b>Threads.</b> Any number may use one connection. Senders take turns and so do receivers; a sender and a receiver run side by side.
 * Several receivers get each a different event. Nothing happens behind the program's back: without a listener there is no thread, and views
 * of a {@link Group} and futures move on only while somebody receives.
 *
 * <p><b>Waiting.</b> Calls without a time limit wait until they can be done. {@link #tryReceive} and {@link #trySend} never wait. An
 * interrupted wait throws {@link SpreadInterruptedException} and harms nothing; {@link #close} ends all waits with
 * {@link SpreadCode#CONNECTION_CLOSED}.
 *
 * <p><b>Selectors.</b> Register {@link #channel} for OP_READ in a selector of your own, and when it is ready call {@link #tryReceive} until it
 * answers null: events may be in memory already, for which no channel becomes ready. While {@link #hasUnsent} the channel is wanted for
 * OP_WRITE too.
 *
 * <p>Errors are {@link SpreadException}s, which carry the code of the C function.
 *
 * <p>One class because a program asks all this of one connection; most methods are a way to call another with fewer words.
 */
public final class SpreadConnection implements AutoCloseable {
    /** Events that {@link Group#awaitView} keeps for later receive calls, at the most. */
    public static final int MAX_BACKLOG = 100_000;
    /** Bytes of them after which it keeps no further event. */
    public static final long MAX_BACKLOG_BYTES = 64L << 20;

    private final MessageChannel channel;
    private final ConcurrentMap<String, Group> groups = new ConcurrentHashMap<>();
    private final ReentrantLock requests = new ReentrantLock();
    private final EventQueue backlog = new EventQueue();
    /** Futures to complete when this thread holds no lock any more. */
    private final Queue<Runnable> untold = new ConcurrentLinkedQueue<>();

    private final LargeMessages.Sending fragments = new LargeMessages.Sending();
    private final AtomicLong ignored = new AtomicLong();
    private final AtomicBoolean listening = new AtomicBoolean();
    private final MessageChannel.Decoder<SpreadEvent> giveOut = new GiveOut();
    private final MessageChannel.Decoder<SpreadEvent> keepForLater = this::keepForLater;

    private SpreadConnection(MessageChannel channel) {
        this.channel = channel;
    }

    private static SpreadConnection over(MessageChannel channel) {
        SpreadConnection connection = new SpreadConnection(channel);
        channel.whenEnded(why -> connection.groups.values().forEach(group -> group.ended(why)));
        return connection;
    }

    /** Connects under a name the daemon chooses, with membership messages. */
    public static SpreadConnection connect(String daemon) {
        return connect(ConnectOptions.of(daemon, ""));
    }

    /**
     * Connects, with membership messages.
     *
     * @param daemon {@code 4803} for the daemon of this machine, {@code 4803@host} for one anywhere, {@code tls://host:4805} for its TLS
     *     port (see {@link ClientTls})
     * @param privateName up to 10 characters from '$' to '~', unique at that daemon
     */
    public static SpreadConnection connect(String daemon, String privateName) {
        return connect(ConnectOptions.of(daemon, privateName));
    }

    /**
     * Connects.
     *
     * @throws SpreadException if that fails; the message is a sentence that says why
     */
    public static SpreadConnection connect(ConnectOptions options) {
        return over(MessageChannel.connect(options));
    }

    /** Connects with more said: {@code builder("4803", "alice").membership(false).connect()}. */
    public static Builder builder(String daemon, String privateName) {
        return new Builder(ConnectOptions.of(daemon, privateName));
    }

    /** Collects what a connection is to be made with; see {@link ConnectOptions} for the meanings. */
    public static final class Builder {
        private ConnectOptions options;

        private Builder(ConnectOptions options) {
            this.options = options;
        }

        public Builder priority(int priority) {
            options = options.withPriority(priority);
            return this;
        }

        public Builder membership(boolean wanted) {
            options = options.withMembership(wanted);
            return this;
        }

        public Builder timeout(Duration timeout) {
            options = options.withTimeout(timeout);
            return this;
        }

        public Builder auth(Authenticator... authenticators) {
            options = options.withAuthenticators(List.of(authenticators));
            return this;
        }

        public Builder spin(Duration spin) {
            options = options.withSpin(spin);
            return this;
        }

        public Builder socketDirectory(Path directory) {
            options = options.withSocketDirectory(directory);
            return this;
        }

        public Builder tls(ClientTls tls) {
            options = options.withTls(tls);
            return this;
        }

        /** For one connection; {@link #links} for more. */
        public Builder link(Link link) {
            options = options.withLink(link);
            return this;
        }

        public Builder links(Supplier<? extends Link> links) {
            options = options.withLinks(links);
            return this;
        }

        public ConnectOptions options() {
            return options;
        }

        public SpreadConnection connect() {
            return SpreadConnection.connect(options);
        }
    }

    /** The own private group, {@code #alice#node1}: what others see as sender and member, and where they can send to this one alone. */
    public String privateGroup() {
        return channel.privateGroup();
    }

    /** Version of the daemon, as in 4.4.0. */
    public String daemonVersion() {
        return channel.daemonVersion();
    }

    /** False once the connection has ended. */
    public boolean isOpen() {
        return channel.isOpen();
    }

    /** Completes when the connection has ended, with the reason; somebody has to receive for the end to be seen. */
    public CompletableFuture<SpreadException> closed() {
        return channel.closed();
    }

    // --------------------------------------------------------------------------------------------------- groups

    /**
     * Asks to join a group and returns at once; the first {@link View} that has this connection in it says that it is done.
     *
     * @param group 1 to 31 characters from '$' to '~'
     * @return the same object as before if it has been joined already
     */
    public Group join(String group) {
        MessageChannel.checkGroup(group);
        requests.lock();
        try {
            boolean[] ask = new boolean[1];
            // In one step with the removal of a group that has been left, so that a join meets it before or behind.
            Group joined = groups.compute(group, (name, present) -> {
                Group found = present == null ? new Group(this, name) : present;
                ask[0] = found.want();
                return found;
            });
            if (ask[0]) {
                boolean sent = false;
                try {
                    sent = channel.join(group, MessageChannel.FOREVER);
                } finally {
                    if (!sent) {
                        groups.computeIfPresent(group, (name, present) -> present.undo(true) ? null : present);
                    }
                }
            }
            return joined;
        } finally {
            requests.unlock();
        }
    }

    /** Asks to leave a group; does nothing if it has not been joined. */
    public void leave(String group) {
        Group joined = groups.get(group);
        if (joined != null) {
            leave(joined);
        }
    }

    void leave(Group group) {
        requests.lock();
        try {
            if (group.unwant()) {
                boolean sent = false;
                try {
                    sent = channel.leave(group.name(), MessageChannel.FOREVER);
                } finally {
                    if (!sent) {
                        group.undo(false);
                    }
                }
                if (!channel.options().membership()) {
                    // Without membership messages there is no self-leave to wait for.
                    forgetIf(group.name(), left -> left.hasLeft(untold));
                }
            }
        } finally {
            requests.unlock();
        }
        settle();
    }

    private boolean forgetIf(String group, Predicate<Group> over) {
        boolean[] known = new boolean[1];
        groups.computeIfPresent(group, (name, present) -> {
            known[0] = true;
            return over.test(present) ? null : present;
        });
        return known[0];
    }

    /** Groups that are joined, being joined or being left. */
    public Collection<Group> groups() {
        return List.copyOf(groups.values());
    }

    View awaitView(Group group, int members, Deadline deadline) {
        if (!channel.options().membership()) {
            throw new SpreadException(
                    SpreadCode.ILLEGAL_STATE,
                    "this connection was made without membership messages, so it sees no views");
        }
        while (true) {
            View view = group.view();
            if (view != null && view.members().size() >= members) {
                return view;
            }
            if (!group.isWanted()) {
                throw new SpreadException(
                        SpreadCode.ILLEGAL_GROUP,
                        "group '" + group.name() + "' is not joined, so it has no views here");
            }
            if (deadline.isOver()) {
                throw new SpreadException(
                        SpreadCode.WOULD_BLOCK,
                        "after " + deadline.length() + " group '" + group.name() + "' has "
                                + (view == null ? 0 : view.members().size()) + " members here; " + members
                                + " were awaited");
            }
            // At most this long before looking whether the thread that receives has stopped receiving.
            long slice = Math.min(deadline.remaining(), 20_000_000);
            if (receive(keepForLater, channel.isReceiving() ? 0 : slice) == null && channel.isReceiving()) {
                try {
                    group.awaitNews(members, slice / 1_000_000);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new SpreadInterruptedException("waiting for a view of '" + group.name() + "'");
                }
            }
        }
    }

    // ------------------------------------------------------------------------------------------------ receiving

    /** Waits for the next event. */
    public SpreadEvent receive() {
        SpreadEvent event = next(MessageChannel.FOREVER);
        if (event == null) {
            throw new IllegalStateException("a wait for ever has ended");
        }
        return event;
    }

    /** Waits for the next event, but not longer than this; null if there was none. */
    public @Nullable SpreadEvent receive(Duration timeout) {
        return next(Deadline.nanos(timeout));
    }

    /** The next event if it is here already, else null. Never waits; also null while another thread is receiving. */
    public @Nullable SpreadEvent tryReceive() {
        return next(0);
    }

    private @Nullable SpreadEvent next(long nanos) {
        if (listening.get()) {
            throw new SpreadException(
                    SpreadCode.ILLEGAL_STATE, "a listener receives the events of this connection; stop it first");
        }
        return receive(giveOut, nanos);
    }

    private <T> @Nullable T receive(MessageChannel.Decoder<T> decoder, long nanos) {
        try {
            return channel.receive(decoder, nanos);
        } finally {
            settle();
        }
    }

    /** For the thread of a listener, which calls {@link #settle} after it. */
    <T> @Nullable T receiveForListener(MessageChannel.Decoder<T> decoder, long nanos) {
        return channel.receive(decoder, nanos);
    }

    /** Makes receivers that wait look whether they are still wanted. */
    void wake() {
        channel.wake();
    }

    /** Ends the connection because the thread of its listener cannot go on. */
    void fail(String what, Throwable cause) {
        channel.fail(what, cause);
    }

    @Nullable
    SpreadEvent fromBacklog() {
        return backlog.poll();
    }

    @Nullable
    SpreadEvent decode(IncomingMessage message) {
        return accept(message.event());
    }

    /** Completes futures of groups. This runs what the program hangs on them, so no lock is held. */
    void settle() {
        Runnable next;
        while ((next = untold.poll()) != null) {
            next.run();
        }
    }

    /** True if {@link #tryReceive} would answer an event now. False while another thread is receiving. */
    public boolean poll() {
        return Boolean.TRUE.equals(receive(new Peek(), 0));
    }

    /** The channel for a selector of your own; null if the daemon is in this JVM and reached through memory. */
    public @Nullable SelectableChannel channel() {
        return channel.channel();
    }

    /** Membership messages that were not for this connection and have been left out (client-protocol Q12). */
    public long ignoredMemberships() {
        return ignored.get();
    }

    /** Gives out the backlog first, then what the daemon sends. */
    private final class GiveOut implements MessageChannel.Decoder<SpreadEvent> {
        @Override
        public @Nullable SpreadEvent pending() {
            return backlog.poll();
        }

        @Override
        public @Nullable SpreadEvent decode(IncomingMessage message) {
            return SpreadConnection.this.decode(message);
        }
    }

    private final class Peek implements MessageChannel.Decoder<Boolean> {
        @Override
        public @Nullable Boolean pending() {
            return backlog.isEmpty() ? null : Boolean.TRUE;
        }

        @Override
        public @Nullable Boolean decode(IncomingMessage message) {
            return keepForLater(message) == null ? null : Boolean.TRUE;
        }
    }

    private @Nullable SpreadEvent keepForLater(IncomingMessage message) {
        if (backlog.isFull(MAX_BACKLOG, MAX_BACKLOG_BYTES)) {
            message.keep();
            throw new SpreadException(
                    SpreadCode.WOULD_BLOCK,
                    backlog.size() + " events wait to be received; receive them before waiting for more");
        }
        SpreadEvent event = message.event();
        backlog.add(event);
        if (accept(event) == null) {
            backlog.removeLast();
            return null;
        }
        return event;
    }

    /** Puts events back that a listener took and could not give out. A receiver that waits already gets them. */
    void putBack(EventQueue events) {
        events.moveBefore(backlog);
        channel.wake();
    }

    /**
     * Keeps the groups up to date; null for a membership that is not ours: a dead client's number may have come to us (Q12). Changes
     * nothing if it throws, for then the message is looked at again.
     */
    private @Nullable SpreadEvent accept(SpreadEvent event) {
        boolean ours = true;
        if (event instanceof View view) {
            Group group = groups.get(view.group());
            ours = group != null && view.myIndex() >= 0;
            if (ours && group != null) {
                group.installed(view, untold);
            }
        } else if (event instanceof Transition transition) {
            Group group = groups.get(transition.group());
            ours = group != null && group.view() != null;
        } else if (event instanceof SelfLeave leave) {
            ours = forgetIf(leave.group(), group -> group.hasLeft(untold));
        } else if (event instanceof Reject reject
                && (reject.serviceType() & ServiceType.REGULAR_MESS) == 0
                && (reject.serviceType() & ServiceType.CAUSED_BY_JOIN) != 0
                && !reject.groups().isEmpty()) {
            forgetIf(reject.groups().get(0), group -> group.refused(untold));
        }
        if (!ours) {
            ignored.incrementAndGet();
            return null;
        }
        return event;
    }

    /**
     * Gives every event to a handler, one at a time and in order, until the answer is closed or the connection ends. One thread (a virtual
     * one where the JDK has them) waits for events; the executor runs the handler. What the handler throws, an Error too, goes to the
     * uncaught exception handler of the thread that ran it, and the next event follows. An executor that is shut down, or refuses a task,
     * ends the listener (see {@link Listening#ended}); events that it had not handled then wait for receive calls.
     *
     * @throws SpreadException {@link SpreadCode#ILLEGAL_STATE} if there is a listener or subscriber already
     */
    public Listening onEvent(Executor executor, Consumer<? super SpreadEvent> handler) {
        return Listening.start(this, executor, handler);
    }

    /**
     * Gives events to a subscriber as it asks for them. Ends with onComplete when this program closes the connection, with onError when
     * something else does. Takes one subscriber at a time; another one gets onError. A subscriber that throws has cancelled; what it threw
     * goes to the uncaught exception handler of the thread.
     */
    public Flow.Publisher<SpreadEvent> events() {
        return subscriber -> EventSubscription.start(this, subscriber);
    }

    /** Bytes of a body that the daemon bears beside the groups of such a message. */
    int maxBody(Multicast how) {
        return channel.maxPayload() - Name.SLOT * how.groups().size();
    }

    LargeMessages.Sending fragments() {
        return fragments;
    }

    boolean isClosedHere() {
        return channel.isClosing();
    }

    void startListening() {
        if (!listening.compareAndSet(false, true)) {
            throw new SpreadException(SpreadCode.ILLEGAL_STATE, "this connection has a listener or subscriber already");
        }
    }

    void stopListening() {
        listening.set(false);
    }

    // -------------------------------------------------------------------------------------------------- sending

    /**
     * Sends a message to a group, or to one member by its private group. The sender need not be a member. Waits while the daemon does not
     * take it.
     *
     * @throws SpreadException {@link SpreadCode#ILLEGAL_GROUP}, {@link SpreadCode#MESSAGE_TOO_LONG} (more than 14,319,951 bytes with 32 for each
     *     group), {@link SpreadCode#CONNECTION_CLOSED}
     */
    public void multicast(Service service, String group, byte[] body) {
        channel.send(service.bit(), (short) 0, group, new ByteBuffer[] {ByteBuffer.wrap(body)}, MessageChannel.FOREVER);
    }

    /**
     * As with an array, the body being the pieces one behind the other; their positions move to their limits. The byte order of the first
     * one is told to the receivers, so that {@link DataMessage#body} (and a C program that looks) reads numbers as they were put.
     */
    public void multicast(Service service, String group, ByteBuffer... body) {
        multicast(Multicast.to(group).service(service), body);
    }

    /** Sends with all that a {@link Multicast} can say: several groups, a message type, no own copy. */
    public void multicast(Multicast how, byte[] body) {
        channel.send(
                how.typeWord(),
                how.type(),
                how.groupArray(),
                new ByteBuffer[] {ByteBuffer.wrap(body)},
                MessageChannel.FOREVER);
    }

    /** Sends with all that a {@link Multicast} can say, body in pieces whose positions move to their limits; byte order as above. */
    public void multicast(Multicast how, ByteBuffer... body) {
        channel.send(how.typeWord(), how.type(), how.groupArray(), body, order(body), MessageChannel.FOREVER);
    }

    private static ByteOrder order(ByteBuffer[] body) {
        return body.length == 0 ? ByteOrder.LITTLE_ENDIAN : body[0].order();
    }

    /**
     * Sends without waiting.
     *
     * @return false if the daemon takes nothing now (or another thread is sending): nothing was sent then, try again when the channel can
     *     be written. True if the message is on its way; if only a part fitted, the next calls of any kind write the rest
     */
    public boolean trySend(Service service, String group, byte[] body) {
        Multicast.checkNotEmpty(group);
        return channel.send(service.bit(), (short) 0, group, new ByteBuffer[] {ByteBuffer.wrap(body)}, 0);
    }

    /** Sends without waiting; the positions of the pieces move only if the answer is true. */
    public boolean trySend(Multicast how, ByteBuffer... body) {
        return channel.send(how.typeWord(), how.type(), how.groupArray(), body, order(body), 0);
    }

    /** True if a message that {@link #trySend} accepted is not written in full yet. */
    public boolean hasUnsent() {
        return channel.hasUnsent();
    }

    /** Tells the daemon, then closes. The others see a disconnect. */
    @Override
    public void close() {
        channel.close();
    }

    @Override
    public String toString() {
        return "SpreadConnection[" + privateGroup() + (isOpen() ? "]" : ", closed]");
    }
}
