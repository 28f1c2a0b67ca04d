package org.flushspread.flush;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.flushspread.client.IncomingMessage;
import org.flushspread.client.MessageChannel;
import org.flushspread.client.SpreadException;
import org.flushspread.client.View;
import org.flushspread.flush.kernel.Cause;
import org.flushspread.flush.kernel.FlushDispatcher;
import org.flushspread.flush.kernel.GroupEvent;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/** What the daemon sends, message by message through the automaton as soon as it has arrived (flush-protocol 10.2). For any number of threads. */
final class FlushReader {
    /** Events after which the clock is looked at although more waits in the socket. */
    private static final int EVENTS_PER_TICK = 64;

    /** What a receive call gets from a message that made no event but something else to do. */
    private static final Object NO_EVENT = new Object();

    private final FlushSession session;
    private final MessageChannel channel;
    private final FlushWriter writer;
    private final boolean ticking;
    private final MessageChannel.Decoder<Object> decoder = new Input();
    /** Only roughly right where several threads receive. */
    private int sinceTick;
    /** Somebody wants the receiver to return. */
    private volatile boolean wakeAsked;

    /** @param ticking whether the automaton wants to know the time */
    FlushReader(FlushSession session, MessageChannel channel, FlushWriter writer, boolean ticking) {
        this.session = session;
        this.channel = channel;
        this.writer = writer;
        this.ticking = ticking;
    }

    /**
     * The next event.
     *
     * @return null if the time is over or {@link #wake} was called, see {@link #isWoken}
     * @throws SpreadException if the connection has ended and no event is left
     */
    @Nullable
    GroupEvent receive(long nanos) {
        long start = nanos == Long.MAX_VALUE || nanos == 0 ? 0 : System.nanoTime();
        while (true) {
            boolean allSent = sendAsReceiver();
            GroupEvent event = session.poll();
            if (event != null) {
                return event;
            }
            session.checkFailure();
            SpreadException cut = writer.cutOff();
            // A connection that cannot be written any more is read to its end, which has arrived.
            long left = cut != null
                    ? 0
                    : nanos == Long.MAX_VALUE || nanos == 0 ? nanos : Math.max(0, nanos - (System.nanoTime() - start));
            Object made = read(left, !allSent);
            if (made instanceof GroupEvent first) {
                return afterSending(first);
            }
            if (made == NO_EVENT && wakeAsked) {
                return session.poll();
            }
            if (made == null && left == 0) {
                sendAsReceiver();
                event = session.poll();
                if (event == null && cut != null) {
                    throw FlushSession.again(cut);
                }
                return event;
            }
        }
    }

    /** Makes the receiver return, now or the next time. From any thread. */
    void wake() {
        wakeAsked = true;
        channel.wake();
    }

    /** True if {@link #wake} was called and the receiver has not taken notice. */
    boolean isWoken() {
        return wakeAsked;
    }

    /** The receiver has taken notice. */
    void awake() {
        wakeAsked = false;
    }

    private @Nullable Object read(long nanos, boolean orWritable) {
        try {
            return receiveOne(nanos, orWritable);
        } catch (SpreadException e) {
            SpreadException why = session.fatal() != null ? session.fatal() : writer.cutOff();
            throw why == null || e.code() != SpreadCode.CONNECTION_CLOSED ? e : FlushSession.again(why);
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
            boolean had = writer.hasControls();
            long next = session.change(() -> session.dispatcher().tick(System.nanoTime()));
            // What was there before is written by whoever has the lock of the senders, or when there is room.
            return !had && writer.hasControls()
                    ? NO_EVENT
                    : channel.receive(decoder, Math.min(nanos, next), orWritable);
        }
        if (++sinceTick >= EVENTS_PER_TICK) {
            sinceTick = 0;
            session.change(() -> session.dispatcher().tick(System.nanoTime()));
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
                session.putBack(taken);
            }
        }
        return taken;
    }

    /** True if nothing is left to be written by this thread. That nothing more can be written is no reason not to receive what has come. */
    private boolean sendAsReceiver() {
        try {
            return writer.sendControls(false);
        } catch (SpreadException e) {
            return true;
        }
    }

    private final class Input implements MessageChannel.Decoder<Object> {
        @Override
        public @Nullable Object decode(IncomingMessage message) {
            return accept(message);
        }

        @Override
        public @Nullable Object pending() {
            return writer.takeRest() || wakeAsked ? NO_EVENT : null;
        }
    }

    private @Nullable Object accept(IncomingMessage message) {
        return session.ask(() -> {
            GroupEvent first = session.take(() -> feed(message));
            return first != null ? first : session.hasMore() ? NO_EVENT : null;
        });
    }

    private void feed(IncomingMessage message) {
        FlushDispatcher dispatcher = session.dispatcher();
        int type = message.type();
        boolean little = message.senderOrder() == ByteOrder.LITTLE_ENDIAN;
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
}
