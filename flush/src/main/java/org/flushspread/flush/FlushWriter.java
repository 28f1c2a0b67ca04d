package org.flushspread.flush;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.flushspread.client.MessageChannel;
import org.flushspread.client.SpreadException;
import org.flushspread.client.SpreadInterruptedException;
import org.flushspread.flush.kernel.Outgoing;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * The way of a session's messages to the daemon. {@code sending} makes what was checked first go out first; who holds it may wait for the
 * daemon, and the lock of the automaton is taken inside it for moments only, so receiving goes on (quirk Q29).
 *
 * <p>What the automaton wants to say is queued and written by whoever may: the sender at hand when it is done, or the receiver without
 * waiting. What does not fit into the socket is left to the receiver, which then waits for room as it waits for input.
 */
final class FlushWriter {
    /** What is to be written as soon as there is room. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Unsent(Outgoing message, ByteBuffer... parts) {}

    private final FlushSession session;
    private final MessageChannel channel;
    private final ReentrantLock sending = new ReentrantLock();
    /** Guarded by the lock of the automaton. */
    private final Deque<Unsent> controls = new ArrayDeque<>();

    // Written under the lock of the automaton, and looked at without it: whoever makes work does it, so a look that
    // comes
    // too early is no loss.
    private volatile boolean hasControls;
    /** A sender has left something to be written to the receiver. */
    private volatile boolean hasRest;

    private volatile @Nullable SpreadException cutOff;

    FlushWriter(FlushSession session, MessageChannel channel) {
        this.session = session;
        this.channel = channel;
    }

    /** Under the lock of the automaton: something to be written. */
    void add(Outgoing message, ByteBuffer... parts) {
        controls.add(new Unsent(message, parts));
        hasControls = true;
    }

    boolean hasControls() {
        return hasControls;
    }

    /** True once for each time that something was left to the receiver. */
    boolean takeRest() {
        boolean rest = hasRest;
        hasRest = false;
        return rest;
    }

    /** Why nothing more can be written; null while it can. */
    @Nullable
    SpreadException cutOff() {
        return cutOff;
    }

    /**
     * Has the automaton say something, unless it refuses, and waits until that is written. The wait may be interrupted; then the
     * receiver writes it, since it cannot be taken back.
     */
    int order(Supplier<Integer> step) {
        int code = session.change(step);
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

    /** Checks and stamps a message, and writes it before anything that is checked later. */
    int request(Supplier<Outgoing> check, ByteBuffer[] parts) {
        try {
            sending.lock();
            try {
                writeControls(MessageChannel.FOREVER);
                Outgoing message = session.change(() -> fitting(check.get(), parts));
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

    /**
     * As {@link #request}, for a thread that receives too and may not wait for the daemon: what does not fit into the socket is written by
     * that thread when it receives. How much may pile up so is the caller's care.
     */
    int requestSoon(Supplier<Outgoing> check, ByteBuffer... parts) {
        return orderSoon(() -> {
            Outgoing message = fitting(check.get(), parts);
            if (message.refusal() == null) {
                add(message, parts);
            }
            return FlushSession.code(message.refusal());
        });
    }

    /** Refuses what this daemon does not bear; what none bears, the automaton has refused (client-protocol 4.4). */
    private Outgoing fitting(Outgoing message, ByteBuffer[] parts) {
        long length = message.trailer().remaining()
                + (long) Name.SLOT * message.groups().size();
        for (ByteBuffer part : parts) {
            length += part.remaining();
        }
        return message.refusal() == null && length > channel.maxPayload()
                ? Outgoing.refused(SpreadCode.MESSAGE_TOO_LONG)
                : message;
    }

    /** As {@link #order}, without a wait. */
    int orderSoon(Supplier<Integer> step) {
        int code = session.change(step);
        if (code >= 0) {
            sendControls(false);
        }
        return code;
    }

    /** The receiver may be asleep, told by nobody that there is something to write. */
    void leaveRestToReceiver() {
        if (hasControls) {
            hasRest = true;
            channel.wake();
        }
    }

    /** Writes what the automaton wants to say; true if nothing is left, or another thread is at it and will see to it. */
    boolean sendControls(boolean wait) {
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
        Unsent next;
        while (hasControls && (next = session.ask(controls::peek)) != null) {
            if (!write(next.message(), next.parts(), nanos)) {
                return false;
            }
            session.ask(this::removeFirst);
        }
        return true;
    }

    private boolean removeFirst() {
        controls.poll();
        hasControls = !controls.isEmpty();
        return hasControls;
    }

    private boolean write(Outgoing message, ByteBuffer[] parts, long nanos) {
        SpreadException before = cutOff;
        if (before != null) {
            throw FlushSession.again(before);
        }
        try {
            return put(message, parts, nanos);
        } catch (SpreadException e) {
            if (e.code() == SpreadCode.CONNECTION_CLOSED) {
                cutOff = explained(e);
                throw FlushSession.again(cutOff);
            }
            throw e;
        } catch (Error e) {
            throw session.broken(e);
        }
    }

    /**
     * What can be known of why the daemon cut us off while we were sending: if it had sent more than this program received, it had
     * perhaps waited long enough (client-protocol 6.4).
     */
    private SpreadException explained(SpreadException e) {
        SpreadException end = session.fatal();
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
            all = Arrays.copyOf(parts, parts.length + 1);
            all[parts.length] = message.trailer().duplicate();
        }
        return groups.size() == 1
                ? channel.send(message.type(), message.messType(), groups.get(0), all, nanos)
                : channel.send(message.type(), message.messType(), groups.toArray(new String[0]), all, nanos);
    }
}
