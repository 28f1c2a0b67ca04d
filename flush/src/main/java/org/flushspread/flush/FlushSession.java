package org.flushspread.flush;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.flushspread.client.IncomingMessage;
import org.flushspread.client.MessageChannel;
import org.flushspread.client.SpreadException;
import org.flushspread.client.View;
import org.flushspread.flush.kernel.FlushDispatcher;
import org.flushspread.flush.kernel.FlushLimits;
import org.flushspread.flush.kernel.FlushOutput;
import org.flushspread.flush.kernel.FlushReason;
import org.flushspread.flush.kernel.GroupEvent;
import org.flushspread.flush.kernel.GroupRules;
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
 * queued and written by whoever may: the sender at hand when it is done, or the receiver without waiting.
 */
final class FlushSession implements FlushOutput {
    private static final long RETRY_NANOS = 2_000_000;
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
    private final MessageChannel.Decoder<Object> decoder = this::accept;
    private long eventBytes;
    /** Only roughly right where several threads receive. */
    private int sinceTick;

    // Written under the state lock, and looked at without it: whoever makes work does it, so a look that comes too
    // early is no loss.
    private volatile boolean hasEvents;
    private volatile boolean hasControls;
    private volatile @Nullable FlushReason failure;

    /** @param channel connected with membership messages; nothing has been received from it */
    FlushSession(MessageChannel channel, FlushLimits limits, Wrapping wrapping) {
        this(channel, GroupRules.mixed(limits), wrapping);
    }

    FlushSession(MessageChannel channel, GroupRules rules, Wrapping wrapping) {
        this.channel = channel;
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
            GroupEvent event = poll();
            boolean allSent = sendControls(false);
            if (event != null) {
                return event;
            }
            checkFailure();
            long left =
                    nanos == Long.MAX_VALUE || nanos == 0 ? nanos : Math.max(0, nanos - (System.nanoTime() - start));
            Object made = receiveOne(allSent ? left : Math.min(left, RETRY_NANOS));
            if (made instanceof GroupEvent first) {
                sendControls(false);
                return first;
            }
            if (made == null && left == 0) {
                sendControls(false);
                return poll();
            }
        }
    }

    /** Sockets before timers: the automaton's time passes when nothing waits to be read (exclusion E10). */
    private @Nullable Object receiveOne(long nanos) {
        if (!ticking) {
            return channel.receive(decoder, nanos);
        }
        Object made = channel.receive(decoder, 0);
        if (made == null) {
            sinceTick = 0;
            long next = ask(() -> dispatcher.tick(System.nanoTime()));
            return hasControls ? NO_EVENT : channel.receive(decoder, Math.min(nanos, next));
        }
        if (++sinceTick >= EVENTS_PER_TICK) {
            sinceTick = 0;
            ask(() -> dispatcher.tick(System.nanoTime()));
        }
        return made;
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

    /** Runs a message through the automaton, as soon as it has arrived (flush-protocol 10.2); answers the next event. */
    private @Nullable Object accept(IncomingMessage message) {
        state.lock();
        try {
            feed(message);
            failure = dispatcher.failure();
            GroupEvent first = take();
            return first != null ? first : hasControls || failure != null ? NO_EVENT : null;
        } finally {
            state.unlock();
        }
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
                    view.group(),
                    type & (ServiceType.MEMBERSHIP_MESS & ~ServiceType.REG_MEMB_MESS),
                    view.id(),
                    view.members(),
                    view.mySet(),
                    System.nanoTime());
        }
    }

    private static ByteBuffer body(IncomingMessage message) {
        return ByteBuffer.wrap(message.body(0, message.bodyLength()));
    }

    private void checkFailure() {
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
        return request(() -> dispatcher.join(group), NO_PARTS);
    }

    int leave(String group) {
        return request(() -> dispatcher.leave(group), NO_PARTS);
    }

    int flush(String group) {
        SpreadCode refusal;
        state.lock();
        try {
            refusal = dispatcher.flush(group);
        } finally {
            state.unlock();
        }
        if (refusal != null) {
            return refusal.code();
        }
        sendControls(true);
        return 0;
    }

    /** Asks the members of the view to consent again, but for these (exclusion E9). */
    int rollCall(String group, List<String> without) {
        SpreadCode refusal = ask(() -> dispatcher.rollCall(group, without));
        sendControls(true);
        return refusal == null ? 0 : refusal.code();
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
        sending.lock();
        try {
            writeControls(MessageChannel.FOREVER);
            Outgoing message = ask(check);
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

    void close() {
        channel.close();
    }
}
