package org.flushspread.flush;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.flushspread.client.IncomingMessage;
import org.flushspread.client.MessageChannel;
import org.flushspread.client.SpreadException;
import org.flushspread.client.SpreadInterruptedException;
import org.flushspread.client.View;
import org.flushspread.flush.kernel.Cause;
import org.flushspread.flush.kernel.FlushDispatcher;
import org.flushspread.flush.kernel.FlushLimits;
import org.flushspread.flush.kernel.FlushOutput;
import org.flushspread.flush.kernel.FlushReason;
import org.flushspread.flush.kernel.GroupEvent;
import org.flushspread.flush.kernel.GroupRules;
import org.flushspread.flush.kernel.MembershipState;
import org.flushspread.flush.kernel.Outgoing;
import org.flushspread.flush.kernel.Wrapping;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * The automaton on a message channel, for any number of threads. Three locks, taken in this order and never across a wait for the daemon
 * but the first: {@code sending} makes what was checked first go out first; the channel's receive lock; {@code state} guards the automaton.
 *
 * <p>A sender that waits for the daemon holds {@code sending} alone, so receiving goes on (quirk Q29). What the automaton wants to say is
 * queued and written by whoever may: the sender at hand when it is done, or the receiver without waiting. What does not fit into the
 * socket is left to the receiver, which then waits for room as it waits for input.
 *
 * <p>An {@link Error} in the middle of the automaton or of a write leaves it unknown what was done, so it ends the connection.
 */
final class FlushSession implements FlushOutput {
    /** Events after which the clock is looked at although more waits in the socket. */
    private static final int EVENTS_PER_TICK = 64;

    private static final ByteBuffer[] NO_PARTS = {};
    /** What a receive call gets from a message that made no event but something else to do. */
    private static final Object NO_EVENT = new Object();

    private final MessageChannel channel;
    private final FlushDispatcher dispatcher;
    private final boolean ticking;
    private final ReentrantLock sending = new ReentrantLock();
    private final ReentrantLock state = new ReentrantLock();
    private final Deque<GroupEvent> events = new ArrayDeque<>();
    private final Deque<Outgoing> controls = new ArrayDeque<>();
    /** Groups to be left as soon as their first view is there. */
    private final Set<String> leaving = new TreeSet<>();

    private final MessageChannel.Decoder<Object> decoder = new Input();
    private long eventBytes;
    /** Only roughly right where several threads receive. */
    private int sinceTick;

    // Written under the state lock, and looked at without it: whoever makes work does it, so a look that comes too
    // early is no loss.
    private volatile boolean hasEvents;
    private volatile boolean hasControls;
    /** A sender has left something to be written to the receiver. */
    private volatile boolean hasRest;

    private volatile @Nullable FlushReason failure;
    private volatile @Nullable SpreadException cutOff;
    private volatile @Nullable SpreadException fatal;
    /** Made beforehand: when it is needed there may be no memory for it. */
    private final SpreadException outOfMemory;

    /** @param channel connected with membership messages; nothing has been received from it */
    FlushSession(MessageChannel channel, FlushLimits limits, Wrapping wrapping) {
        this(channel, GroupRules.mixed(limits), wrapping);
    }

    FlushSession(MessageChannel channel, GroupRules rules, Wrapping wrapping) {
        this.channel = channel;
        this.outOfMemory = new SpreadException(
                SpreadCode.CONNECTION_CLOSED,
                "there was no memory left to work on what the daemon "
                        + channel.options().daemon() + " sent, so the connection was closed");
        this.dispatcher = new FlushDispatcher(channel.privateGroup(), this, rules, wrapping);
        this.ticking = rules.patienceNanos() > 0;
    }

    MessageChannel channel() {
        return channel;
    }

    /** Looks at the automaton. */
    <T extends @Nullable Object> T ask(Supplier<T> question) {
        state.lock();
        try {
            return question.get();
        } finally {
            state.unlock();
        }
    }

    FlushDispatcher dispatcher() {
        return dispatcher;
    }

    // ---- output of the automaton, under the state lock

    @Override
    public void event(GroupEvent event) {
        events.add(event);
        hasEvents = true;
        eventBytes += size(event);
    }

    @Override
    public void send(Outgoing message) {
        controls.add(message);
        hasControls = true;
    }

    /** Queues what is not refused; answers the refusal. */
    @Nullable
    SpreadCode say(Outgoing message) {
        if (message.refusal() == null) {
            send(message);
        }
        return message.refusal();
    }

    // ---- receiving

    /**
     * The next event.
     *
     * @return null if the time is over
     * @throws SpreadException if the connection has ended and no event is left
     */
    @Nullable
    GroupEvent receive(long nanos) {
        long start = nanos == Long.MAX_VALUE || nanos == 0 ? 0 : System.nanoTime();
        while (true) {
            boolean allSent = sendAsReceiver();
            GroupEvent event = poll();
            if (event != null) {
                return event;
            }
            checkFailure();
            SpreadException cut = cutOff;
            // A connection that cannot be written any more is read to its end, which has arrived.
            long left = cut != null
                    ? 0
                    : nanos == Long.MAX_VALUE || nanos == 0 ? nanos : Math.max(0, nanos - (System.nanoTime() - start));
            Object made = read(left, !allSent);
            if (made instanceof GroupEvent first) {
                return afterSending(first);
            }
            if (made == null && left == 0) {
                sendAsReceiver();
                event = poll();
                if (event == null && cut != null) {
                    throw again(cut);
                }
                return event;
            }
        }
    }

    private @Nullable Object read(long nanos, boolean orWritable) {
        try {
            return receiveOne(nanos, orWritable);
        } catch (SpreadException e) {
            SpreadException why = fatal != null ? fatal : cutOff;
            throw why == null || e.code() != SpreadCode.CONNECTION_CLOSED ? e : again(why);
        }
    }

    /** Sockets before timers: the automaton's time passes when nothing waits to be read (exclusion E10). */
    private @Nullable Object receiveOne(long nanos, boolean orWritable) {
        if (!ticking) {
            return channel.receive(decoder, nanos, orWritable);
        }
        Object made = channel.receive(decoder, 0);
        if (made == null) {
            sinceTick = 0;
            boolean had = hasControls;
            long next = change(() -> dispatcher.tick(System.nanoTime()));
            // What was there before is written by whoever has the lock of the senders, or when there is room.
            return !had && hasControls ? NO_EVENT : channel.receive(decoder, Math.min(nanos, next), orWritable);
        }
        if (++sinceTick >= EVENTS_PER_TICK) {
            sinceTick = 0;
            change(() -> dispatcher.tick(System.nanoTime()));
        }
        return made;
    }

    /** An event that was taken is answered, or is there for the next call. */
    private GroupEvent afterSending(GroupEvent taken) {
        boolean done = false;
        try {
            sendAsReceiver();
            done = true;
        } finally {
            if (!done) {
                putBack(taken);
            }
        }
        return taken;
    }

    /** True if nothing is left to be written by this thread. That nothing more can be written is no reason not to receive what has come. */
    private boolean sendAsReceiver() {
        try {
            return sendControls(false);
        } catch (SpreadException e) {
            return true;
        }
    }

    static SpreadException again(SpreadException why) {
        return new SpreadException(why.code(), String.valueOf(why.getMessage()), why);
    }

    /** An event that is there already. */
    @Nullable
    GroupEvent poll() {
        if (!hasEvents) {
            return null;
        }
        state.lock();
        try {
            return take();
        } finally {
            state.unlock();
        }
    }

    private @Nullable GroupEvent take() {
        GroupEvent event = events.poll();
        if (event != null) {
            eventBytes -= size(event);
        }
        hasEvents = !events.isEmpty();
        return event;
    }

    /** Puts an event back in front: it was looked at but not taken. */
    void putBack(GroupEvent event) {
        state.lock();
        try {
            events.addFirst(event);
            hasEvents = true;
            eventBytes += size(event);
        } finally {
            state.unlock();
        }
    }

    int waiting() {
        return ask(events::size);
    }

    /** Bytes of the events that wait, their bodies and 32 for each name. */
    long waitingBytes() {
        return ask(() -> eventBytes);
    }

    private static long size(GroupEvent event) {
        if (event instanceof GroupEvent.Data data) {
            return data.body().remaining() + 32L * data.groups().size();
        }
        return event instanceof GroupEvent.View view ? 16 + 32L * view.members().size() : 0;
    }

    private final class Input implements MessageChannel.Decoder<Object> {
        @Override
        public @Nullable Object decode(IncomingMessage message) {
            return accept(message);
        }

        @Override
        public @Nullable Object pending() {
            boolean rest = hasRest;
            hasRest = false;
            return rest ? NO_EVENT : null;
        }
    }

    /** Runs a message through the automaton, as soon as it has arrived (flush-protocol 10.2); answers the next event. */
    private @Nullable Object accept(IncomingMessage message) {
        state.lock();
        try {
            int before = events.size();
            try {
                feed(message);
                leaveWhereWanted();
            } catch (Error e) {
                while (events.size() > before) {
                    events.pollLast();
                }
                throw broken(e);
            }
            failure = dispatcher.failure();
            GroupEvent first = take();
            return first != null ? first : hasControls || failure != null ? NO_EVENT : null;
        } finally {
            state.unlock();
        }
    }

    /** Nobody knows what was done and what was not, so nothing goes on. */
    private Error broken(Error e) {
        if (fatal == null) {
            fatal = e instanceof OutOfMemoryError
                    ? outOfMemory
                    : new SpreadException(
                            SpreadCode.CONNECTION_CLOSED,
                            "the connection was closed, since the flush layer failed in the middle of its work: " + e,
                            e);
        }
        channel.kill();
        return e;
    }

    /** What a leave that came before the first view waits for. */
    private void leaveWhereWanted() {
        if (leaving.isEmpty()) {
            return;
        }
        leaving.removeIf(group -> {
            if (awaitsFirstView(group)) {
                return false;
            }
            say(dispatcher.leave(group));
            return true;
        });
    }

    private void feed(IncomingMessage message) {
        int type = message.type();
        boolean little = message.senderOrder() == java.nio.ByteOrder.LITTLE_ENDIAN;
        if (ServiceType.isRegular(type)) {
            dispatcher.data(type, message.sender(), message.groups(), message.messType(), little, body(message));
        } else if (ServiceType.isReject(type)) {
            dispatcher.reject(
                    message.rejectedType() | ServiceType.REJECT_MESS,
                    message.sender(),
                    message.groups(),
                    message.messType(),
                    little,
                    body(message));
        } else if (ServiceType.isTransition(type)) {
            dispatcher.transition(message.sender());
        } else if (ServiceType.isSelfLeave(type)) {
            dispatcher.selfLeave(message.sender());
        } else if (message.event() instanceof View view) {
            dispatcher.membership(
                    view.group(), Cause.of(type), view.id(), view.members(), view.mySet(), System.nanoTime());
        }
    }

    private static ByteBuffer body(IncomingMessage message) {
        return ByteBuffer.wrap(message.body(0, message.bodyLength()));
    }

    private void checkFailure() {
        SpreadException end = fatal;
        if (end != null) {
            throw again(end);
        }
        FlushReason why = failure;
        if (why != null) {
            channel.close();
            throw new SpreadException(
                    SpreadCode.CONNECTION_CLOSED,
                    "the flush layer closed the connection, since going on would break view synchrony: " + why);
        }
    }

    // ---- calls; the answer is 0 or a negative code

    int join(String group) {
        return order(() -> code(say(dispatcher.join(group))));
    }

    int leave(String group) {
        return order(() -> code(say(dispatcher.leave(group))));
    }

    /** Leaves as soon as the first view is there, if it is still to come; a group that is not joined is none of its business. */
    boolean leaveWhenMember(String group) {
        return ask(() -> awaitsFirstView(group) && leaving.add(group));
    }

    /** Under the state lock: true from the join to the first view. */
    boolean awaitsFirstView(String group) {
        return dispatcher.isJoining(group) || dispatcher.membershipState(group) == MembershipState.JOINING;
    }

    /** Under the state lock: true if a leave waits for the first view. */
    boolean isToBeLeft(String group) {
        return leaving.contains(group);
    }

    /** Leaves without waiting for the daemon. */
    void leaveSoon(String group) {
        state.lock();
        try {
            say(dispatcher.leave(group));
        } finally {
            state.unlock();
        }
        leaveRestToReceiver();
    }

    int flush(String group) {
        return order(() -> code(dispatcher.flush(group)));
    }

    static int code(@Nullable SpreadCode refusal) {
        return refusal == null ? 0 : refusal.code();
    }

    /**
     * Has the automaton say something, unless it refuses, and waits until that is written. The wait may be interrupted; then the
     * receiver writes it, since it cannot be taken back.
     */
    int order(Supplier<Integer> step) {
        int code = change(step);
        if (code < 0) {
            return code;
        }
        try {
            sendControls(true);
        } catch (SpreadInterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            leaveRestToReceiver();
        }
        return 0;
    }

    /** Asks the members of the view to consent again, but for these (exclusion E9). */
    int rollCall(String group, List<String> without) {
        return order(() -> code(dispatcher.rollCall(group, without)));
    }

    /** Has the automaton do something. */
    private <T extends @Nullable Object> T change(Supplier<T> step) {
        state.lock();
        try {
            return step.get();
        } catch (Error e) {
            throw broken(e);
        } finally {
            state.unlock();
        }
    }

    int multicast(int service, String group, short messType, ByteBuffer[] parts) {
        return request(() -> dispatcher.multicast(service, group, messType, parts.length, length(parts)), parts);
    }

    int subgroupcast(int service, String group, List<String> receivers, short messType, ByteBuffer[] parts) {
        return request(
                () -> dispatcher.subgroupcast(service, group, receivers, messType, parts.length, length(parts)), parts);
    }

    static long length(ByteBuffer[] parts) {
        long length = 0;
        for (ByteBuffer part : parts) {
            length += part.remaining();
        }
        return length;
    }

    /** Checks and stamps a message, and writes it before anything that is checked later. */
    int request(Supplier<Outgoing> check, ByteBuffer[] parts) {
        try {
            sending.lock();
            try {
                writeControls(MessageChannel.FOREVER);
                Outgoing message = change(check);
                SpreadCode refusal = message.refusal();
                if (refusal != null) {
                    return refusal.code();
                }
                write(message, parts, MessageChannel.FOREVER);
                writeControls(0);
            } finally {
                sending.unlock();
            }
            // The receiver may have queued something after our last look and found the lock taken.
            sendControls(false);
            return 0;
        } finally {
            leaveRestToReceiver();
        }
    }

    /** The receiver may be asleep, told by nobody that there is something to write. */
    private void leaveRestToReceiver() {
        if (hasControls) {
            hasRest = true;
            channel.wake();
        }
    }

    /** Writes what the automaton wants to say; true if nothing is left, or another thread is at it and will see to it. */
    private boolean sendControls(boolean wait) {
        while (hasControls) {
            if (wait) {
                sending.lock();
            } else if (!sending.tryLock()) {
                return true;
            }
            try {
                if (!writeControls(wait ? MessageChannel.FOREVER : 0)) {
                    return false;
                }
            } finally {
                sending.unlock();
            }
        }
        return true;
    }

    private boolean writeControls(long nanos) {
        Outgoing message;
        while (hasControls && (message = ask(controls::peek)) != null) {
            if (!write(message, NO_PARTS, nanos)) {
                return false;
            }
            state.lock();
            try {
                controls.poll();
                hasControls = !controls.isEmpty();
            } finally {
                state.unlock();
            }
        }
        return true;
    }

    private boolean write(Outgoing message, ByteBuffer[] parts, long nanos) {
        SpreadException before = cutOff;
        if (before != null) {
            throw again(before);
        }
        try {
            return put(message, parts, nanos);
        } catch (SpreadException e) {
            if (e.code() == SpreadCode.CONNECTION_CLOSED) {
                cutOff = explained(e);
                throw again(cutOff);
            }
            throw e;
        } catch (Error e) {
            throw broken(e);
        }
    }

    /**
     * What can be known of why the daemon cut us off while we were sending: if it had sent more than this program received, it had
     * perhaps waited long enough (client-protocol 6.4).
     */
    private SpreadException explained(SpreadException e) {
        SpreadException end = fatal;
        if (end != null) {
            return end;
        }
        int unread = 0;
        try {
            unread = channel.poll();
        } catch (SpreadException nothingLeft) {
            // then there is nothing to tell
        }
        return unread == 0
                ? e
                : new SpreadException(
                        e.code(),
                        e.getMessage() + "; " + unread + " bytes or more from the daemon were not received yet: it"
                                + " closes the session of a client that reads too slowly (when more messages wait for"
                                + " it than MaxSessionMessages). Receive, or have a listener, in a program that only"
                                + " sends too",
                        e);
    }

    private boolean put(Outgoing message, ByteBuffer[] parts, long nanos) {
        List<String> groups = message.groups();
        if ((message.type() & ServiceType.JOIN_MESS) != 0) {
            return channel.join(groups.get(0), nanos);
        }
        if ((message.type() & ServiceType.LEAVE_MESS) != 0) {
            return channel.leave(groups.get(0), nanos);
        }
        ByteBuffer[] all = parts;
        if (message.trailer().hasRemaining()) {
            all = java.util.Arrays.copyOf(parts, parts.length + 1);
            all[parts.length] = message.trailer().duplicate();
        }
        return groups.size() == 1
                ? channel.send(message.type(), message.messType(), groups.get(0), all, nanos)
                : channel.send(message.type(), message.messType(), groups.toArray(new String[0]), all, nanos);
    }

    boolean isOpen() {
        return fatal == null && channel.isOpen();
    }

    void close() {
        channel.close();
    }
}
