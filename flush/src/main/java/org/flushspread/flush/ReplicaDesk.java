package org.flushspread.flush;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.IncomingMessage;
import org.flushspread.client.MessageChannel;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadException;
import org.flushspread.client.UserCode;
import org.flushspread.client.View;
import org.flushspread.flush.replica.ReplicaReason;
import org.flushspread.flush.requests.Desk;
import org.flushspread.flush.requests.DeskFigures;
import org.flushspread.flush.requests.DeskLimits;
import org.flushspread.flush.requests.RequestCodec;
import org.flushspread.flush.requests.RequestItem;
import org.flushspread.flush.requests.Unsent;
import org.flushspread.wire.ServiceType;
import org.jspecify.annotations.Nullable;

/**
 * A member's desk for clients that are no members: a connection and a thread of its own, so that nothing clients do holds up the member
 * (replica-protocol R30). To the member it is a user like the program, through the same door; what becomes of a request is told to it on
 * the member's internal thread and handed over to its own.
 */
final class ReplicaDesk<S extends StateMachine<C, R>, C, R> implements Desk.Output {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final long TICK_NANOS = 100_000_000;
    private static final long FIRST_PAUSE_NANOS = 100_000_000;
    private static final long LONGEST_PAUSE_NANOS = 5_000_000_000L;
    /** Messages taken in before answers go out. */
    private static final int MESSAGES_PER_TURN = 64;

    private static final long CLOSE_PATIENCE_MILLIS = 2_000;
    /** What the receiver's decoder makes when only something in memory has come. */
    private static final Object WOKEN = new Object();

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Incoming(String from, byte[] body) {}

    private final String daemon;
    private final String group;
    private final String desks;
    private final ReplicaMember<S, C, R> member;
    private final ReplicaOptions options;
    private final Desk desk = new Desk(DeskLimits.DEFAULT, this);
    private final DeskRequests<S, C, R> requests;
    private final Unsent unsent = new Unsent();
    private final Thread thread;
    private final MessageChannel.Decoder<Object> decoder = new Input();
    private volatile @Nullable MessageChannel channel;
    private volatile boolean over;
    private volatile DeskFigures figures = desk.figures();
    private long figuresAt;
    /** Ends have come since the desk's thread has looked. */
    private final AtomicBoolean woken = new AtomicBoolean();
    /** The desk's thread has nothing else to do than to wait. */
    private boolean waits;

    ReplicaDesk(
            String daemon,
            String group,
            ReplicaMember<S, C, R> member,
            Codec<C> commands,
            Codec<R> answers,
            ReplicaOptions options) {
        this.daemon = daemon;
        this.group = group;
        this.desks = RequestCodec.desksOf(group);
        this.member = member;
        this.requests = new DeskRequests<>(member, commands, answers, this::requestEnded);
        this.options = options;
        this.thread = new Thread(this::run, "replica " + group + " desk");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
        var unused = member.closed().thenRun(this::end);
    }

    /** The member has ended. From any thread. */
    private void end() {
        over = true;
        wake();
    }

    /** Ends the desk; the requests that are with the member end with it. */
    void close() {
        end();
        if (Thread.currentThread() == thread || member.isInternalThread()) {
            return;
        }
        try {
            thread.join(CLOSE_PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** All that is counted, as it was a tenth of a second ago at the most. From any thread. */
    DeskFigures figures() {
        return figures;
    }

    private void requestEnded() {
        MessageChannel now = channel;
        if (woken.compareAndSet(false, true) && now != null && Thread.currentThread() != thread) {
            now.wake();
        }
    }

    private void wake() {
        MessageChannel now = channel;
        if (now != null) {
            now.wake();
        }
        LockSupport.unpark(thread);
    }

    // ---- the desk's thread

    private void run() {
        long pause = FIRST_PAUSE_NANOS;
        while (!over) {
            try (MessageChannel connected = connect()) {
                channel = connected;
                connected.join(desks, MessageChannel.FOREVER);
                pause = FIRST_PAUSE_NANOS;
                while (!over) {
                    turn(connected);
                }
            } catch (SpreadException e) {
                // Another connection follows; clients ask another desk meanwhile.
            } catch (Throwable e) {
                UserCode.uncaught(e);
            }
            channel = null;
            desk.disconnected();
            unsent.clear();
            if (!over) {
                LockSupport.parkNanos(this, pause);
                pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
            }
        }
    }

    private MessageChannel connect() {
        ConnectOptions how = options.connectDesk(daemon, CONNECT_TIMEOUT);
        return MessageChannel.connect(how.withMembership(true));
    }

    private void turn(MessageChannel from) {
        waits = true;
        Object next = from.receive(decoder, TICK_NANOS, !unsent.isEmpty());
        waits = false;
        woken.set(false);
        for (int taken = 0; next != null && taken < MESSAGES_PER_TURN; taken++) {
            take(from, next);
            next = taken + 1 < MESSAGES_PER_TURN ? from.receive(decoder, 0) : null;
        }
        desk.role(member.role());
        requests.tell(desk);
        long now = System.nanoTime();
        desk.endOfTurn(now);
        if (now - figuresAt >= TICK_NANOS) {
            figuresAt = now;
            figures = desk.figures();
        }
        unsent.send((client, message) -> write(from, client, message));
    }

    private void take(MessageChannel from, Object what) {
        if (what instanceof Incoming message) {
            desk.role(member.role());
            desk.message(message.from(), ByteBuffer.wrap(message.body()), System.nanoTime());
        } else if (what instanceof View view && view.group().equals(desks)) {
            desk.desks(view.members(), from.privateGroup());
        }
    }

    private final class Input implements MessageChannel.Decoder<Object> {
        @Override
        public @Nullable Object decode(IncomingMessage message) {
            if (ServiceType.isRegular(message.type())) {
                return new Incoming(message.sender(), message.body(0, message.bodyLength()));
            }
            return message.event() instanceof View view ? view : null;
        }

        @Override
        public @Nullable Object pending() {
            return waits && (over || woken.get()) ? WOKEN : null;
        }
    }

    private static boolean write(MessageChannel to, String client, byte[] message) {
        return to.send(Service.FIFO.bit(), (short) 0, client, new ByteBuffer[] {ByteBuffer.wrap(message)}, 0);
    }

    // ---- what the desk does, on its thread

    @Override
    public void send(String client, byte[] message) {
        unsent.add(client, message);
    }

    @Override
    public void submit(long ticket, byte[] head, byte[] rest) {
        requests.submit(ticket, head, rest);
    }

    @Override
    public void read(long ticket, RequestItem.Read question) {
        requests.read(ticket, question);
    }

    @Override
    public void withdraw(long ticket) {
        requests.withdraw(ticket);
    }

    @Override
    public void report(ReplicaReason reason, String text) {
        UserCode.run(() -> options.report().accept(reason, "group '" + group + "': " + text));
    }
}
