package org.flushspread.flush;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.flushspread.client.MessageChannel;
import org.flushspread.client.SpreadException;
import org.flushspread.flush.kernel.FlushDispatcher;
import org.flushspread.flush.kernel.FlushLimits;
import org.flushspread.flush.kernel.FlushOutput;
import org.flushspread.flush.kernel.FlushReason;
import org.flushspread.flush.kernel.GroupEvent;
import org.flushspread.flush.kernel.GroupRules;
import org.flushspread.flush.kernel.MembershipState;
import org.flushspread.flush.kernel.Outgoing;
import org.flushspread.flush.kernel.Wrapping;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The automaton on a message channel, for any number of threads. {@code state} guards the automaton and is never held across a wait; the
 * other two locks of a session are that of {@link FlushWriter} and the channel's for receivers, each taken before it.
 *
 * <p>An {@link Error} in the middle of the automaton or of a write, or an {@link InvariantViolation}, leaves it unknown what was done, so it
 * ends the connection.
 */
final class FlushSession implements FlushOutput {
    private static final Logger LOG = LoggerFactory.getLogger(FlushConnection.class);
    private final MessageChannel channel;
    private final FlushDispatcher dispatcher;
    private final FlushReader reader;
    private final FlushWriter writer;
    private final ReentrantLock state = new ReentrantLock();
    private final EventQueue events = new EventQueue();
    /** Groups to be left as soon as their first view is there. */
    private final Set<String> leaving = new TreeSet<>();

    private volatile @Nullable FlushReason failure;
    private volatile @Nullable SpreadException fatal;
    /** Made beforehand: when it is needed there may be no memory for it. */
    private final SpreadException outOfMemory;

    /** @param channel connected with membership messages; nothing has been received from it */
    FlushSession(MessageChannel channel, FlushLimits limits, Wrapping wrapping) {
        this(channel, GroupRules.mixed(limits), wrapping);
    }

    FlushSession(MessageChannel channel, GroupRules rules, Wrapping wrapping) {
        this.channel = channel;
        this.writer = new FlushWriter(this, channel);
        this.outOfMemory = new SpreadException(
                SpreadCode.CONNECTION_CLOSED,
                "there was no memory left to work on what the daemon "
                        + channel.options().daemon() + " sent, so the connection was closed");
        this.dispatcher = new FlushDispatcher(channel.privateGroup(), this, rules, wrapping);
        this.reader = new FlushReader(this, channel, writer, rules.patienceNanos() > 0);
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
    }

    @Override
    public void send(Outgoing message) {
        writer.add(message);
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
        return reader.receive(nanos);
    }

    /** Under the state lock, when something has come: runs it through the automaton, and answers the next event. */
    @Nullable
    GroupEvent take(Runnable input) {
        int before = events.size();
        try {
            input.run();
            leaveWhereWanted();
        } catch (Error | InvariantViolation e) {
            events.keepFirst(before);
            throw broken(e);
        }
        failure = dispatcher.failure();
        return events.poll();
    }

    /** True if there is something to do before more is received. */
    boolean hasMore() {
        return writer.hasControls() || failure != null;
    }

    static SpreadException again(SpreadException why) {
        return new SpreadException(why.code(), String.valueOf(why.getMessage()), why);
    }

    /** An event that is there already. */
    @Nullable
    GroupEvent poll() {
        return events.isFilled() ? ask(events::poll) : null;
    }

    /** Puts an event back in front: it was looked at but not taken. */
    void putBack(GroupEvent event) {
        state.lock();
        try {
            events.putBack(event);
        } finally {
            state.unlock();
        }
    }

    int waiting() {
        return ask(events::size);
    }

    /** Bytes of the events that wait, their bodies and 32 for each name. */
    long waitingBytes() {
        return ask(events::bytes);
    }

    /** Nobody knows what was done and what was not, so nothing goes on. What is thrown says so, or is the error itself. */
    <T extends Throwable> RuntimeException broken(T e) throws Error {
        if (fatal == null) {
            fatal = e instanceof OutOfMemoryError
                    ? outOfMemory
                    : new SpreadException(
                            SpreadCode.CONNECTION_CLOSED,
                            "the connection was closed, since the flush layer failed in the middle of its work: " + e,
                            e);
        }
        channel.kill();
        if (e instanceof Error error) {
            throw error;
        }
        LOG.error("{}: a fault of this library ends the connection", dispatcher.self(), e);
        return again(fatal);
    }

    /** Why nothing goes on; null while it does. */
    @Nullable
    SpreadException fatal() {
        return fatal;
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

    void checkFailure() {
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
        writer.leaveRestToReceiver();
    }

    int flush(String group) {
        return order(() -> code(dispatcher.flush(group)));
    }

    static int code(@Nullable SpreadCode refusal) {
        return refusal == null ? 0 : refusal.code();
    }

    /** Has the automaton say something, unless it refuses, and waits until that is written. */
    int order(Supplier<Integer> step) {
        return writer.order(step);
    }

    /** Checks and stamps a message, and writes it before anything that is checked later. */
    int request(Supplier<Outgoing> check, ByteBuffer[] parts) {
        return writer.request(check, parts);
    }

    /** For what is done without a wait by the thread that receives. */
    FlushWriter writer() {
        return writer;
    }

    FlushReader reader() {
        return reader;
    }

    /** Has the automaton do something. */
    <T extends @Nullable Object> T change(Supplier<T> step) {
        state.lock();
        try {
            return step.get();
        } catch (Error | InvariantViolation e) {
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

    boolean isOpen() {
        return fatal == null && channel.isOpen();
    }

    void close() {
        channel.close();
    }
}
