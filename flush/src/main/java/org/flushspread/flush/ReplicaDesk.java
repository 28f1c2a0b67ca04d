package org.flushspread.flush;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.IncomingMessage;
import org.flushspread.client.MessageChannel;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadException;
import org.flushspread.client.UserCode;
import org.flushspread.client.View;
import org.flushspread.flush.replica.Failure;
import org.flushspread.flush.replica.Lineage;
import org.flushspread.flush.replica.LogEntry;
import org.flushspread.flush.replica.ReplicaReason;
import org.flushspread.flush.replica.Role;
import org.flushspread.flush.replica.Sessions;
import org.flushspread.flush.requests.Desk;
import org.flushspread.flush.requests.DeskLimits;
import org.flushspread.flush.requests.Outcome;
import org.flushspread.flush.requests.RequestCodec;
import org.flushspread.flush.requests.RequestItem;
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
    /** Answers that the daemon does not take are kept up to so many bytes (R35). */
    private static final long MOST_UNSENT = 16 << 20;

    private static final long CLOSE_PATIENCE_MILLIS = 2_000;
    private static final byte[] NOTHING = {};

    /** What the receiver's decoder makes when only something in memory has come. */
    private static final Object WOKEN = new Object();

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Incoming(String from, byte[] body) {}

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Unsent(String client, byte[] message) {}

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record End(long ticket, Outcome outcome, byte[] body, Lineage history, long index) {}

    private final String daemon;
    private final String group;
    private final String desks;
    private final ReplicaMember<S, C, R> member;
    private final Codec<C> commands;
    private final Codec<R> answers;
    private final ReplicaOptions options;
    private final Desk desk = new Desk(DeskLimits.DEFAULT, this);
    private final ConcurrentLinkedQueue<End> ends = new ConcurrentLinkedQueue<>();
    /** What was handed to the member and has not ended. Used by the desk's thread. */
    private final Map<Long, CompletableFuture<?>> handed = new HashMap<>();

    private final ArrayDeque<Unsent> unsent = new ArrayDeque<>();
    private long unsentBytes;
    private final Thread thread;
    private final MessageChannel.Decoder<Object> decoder = new Input();
    private volatile @Nullable MessageChannel channel;
    private volatile boolean over;
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
        this.commands = commands;
        this.answers = answers;
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
            unsentBytes = 0;
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
        desk.primary(member.role() == Role.PRIMARY);
        End end;
        while ((end = ends.poll()) != null) {
            handed.remove(end.ticket());
            desk.ended(end.ticket(), end.outcome(), end.body(), end.history(), end.index());
        }
        desk.endOfTurn(System.nanoTime());
        sendRest(from);
    }

    private void take(MessageChannel from, Object what) {
        if (what instanceof Incoming message) {
            desk.primary(member.role() == Role.PRIMARY);
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

    private void sendRest(MessageChannel to) {
        Unsent next;
        while ((next = unsent.peek()) != null && write(to, next)) {
            unsent.remove();
            unsentBytes -= next.message().length;
        }
    }

    private static boolean write(MessageChannel to, Unsent what) {
        return to.send(
                Service.FIFO.bit(), (short) 0, what.client(), new ByteBuffer[] {ByteBuffer.wrap(what.message())}, 0);
    }

    // ---- what the desk does, on its thread

    @Override
    public void send(String client, byte[] message) {
        if (unsentBytes + message.length <= MOST_UNSENT) {
            unsent.add(new Unsent(client, message));
            unsentBytes += message.length;
        }
    }

    @Override
    public void submit(long ticket, byte[] head, byte[] rest) {
        if (head[0] == LogEntry.SESSION_COMMAND) {
            String unreadable = unreadable(rest);
            if (unreadable != null) {
                ended(ticket, Outcome.THROWN, unreadable.getBytes(StandardCharsets.UTF_8), null);
                return;
            }
        }
        hand(ticket, member.submit(Request.command(head, rest), Duration.ZERO).future, this::answer);
    }

    /** What members cannot read stops none of them: it never gets into the log. Null for a command that can be read. */
    private @Nullable String unreadable(byte[] command) {
        try {
            commands.decode(ByteBuffer.wrap(command));
            return null;
        } catch (Throwable e) {
            return "no member can read the command: " + e;
        }
    }

    private byte[] answer(@Nullable Object result) {
        if (result instanceof Sessions.Begun begun) {
            return RequestCodec.begun(begun.id(), begun.highest());
        }
        @SuppressWarnings("unchecked")
        R own = (R) Objects.requireNonNull(result, "a result that is null does not travel to clients");
        return answers.encode(own);
    }

    @Override
    public void read(long ticket, RequestItem.Read question) {
        String unreadable = unreadable(question.question());
        if (unreadable != null) {
            ended(ticket, Outcome.THROWN, unreadable.getBytes(StandardCharsets.UTF_8), null);
            return;
        }
        Function<S, byte[]> reader =
                machine -> answers.encode(machine.query(commands.decode(ByteBuffer.wrap(question.question()))));
        CompletableFuture<?> end = switch (question.kind()) {
            case LOCAL -> member.ask(() -> local(reader));
            case PLACED -> member.submit(Request.placed(reader, place(question)), Duration.ZERO).future;
            case LINEARIZABLE -> member.submit(Request.linearizable(reader), Duration.ZERO).future;
        };
        hand(ticket, end, result -> (byte[]) Objects.requireNonNull(result));
    }

    private static @Nullable Token place(RequestItem.Read question) {
        return question.history().equals(Lineage.NONE) ? null : new Token(question.history(), question.index());
    }

    private byte[] local(Function<S, byte[]> reader) {
        if (!member.readsOutsidePrimary() && member.role() != Role.PRIMARY) {
            throw new ReplicaException(Failure.NOT_PRIMARY, "not in a primary component");
        }
        return reader.apply(member.machine());
    }

    /** What comes of it is told on the internal thread, or at once if it is refused. */
    private void hand(long ticket, CompletableFuture<?> end, Function<@Nullable Object, byte[]> encode) {
        handed.put(ticket, end);
        BiConsumer<@Nullable Object, @Nullable Throwable> tell = (result, error) -> {
            if (error != null) {
                failed(ticket, error);
                return;
            }
            try {
                ended(
                        ticket,
                        result instanceof Sessions.Begun ? Outcome.BEGUN : Outcome.RESULT,
                        encode.apply(result),
                        member);
            } catch (Throwable e) {
                ended(ticket, Outcome.THROWN, String.valueOf(e).getBytes(StandardCharsets.UTF_8), member);
            }
        };
        var unused = end.whenComplete(tell);
    }

    private void failed(long ticket, Throwable error) {
        Throwable why = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (!(why instanceof ReplicaException refused)) {
            String words =
                    why instanceof RepeatedFailureException ? String.valueOf(why.getMessage()) : String.valueOf(why);
            ended(ticket, Outcome.THROWN, words.getBytes(StandardCharsets.UTF_8), member);
            return;
        }
        switch (refused.reason()) {
            case UNCERTAIN -> ended(ticket, Outcome.UNCERTAIN, NOTHING, null);
            case QUEUE_FULL -> ended(ticket, Outcome.QUEUE_FULL, NOTHING, null);
            case TOO_LARGE -> ended(ticket, Outcome.TOO_LARGE, NOTHING, null);
            case SESSION_OVER -> ended(ticket, Outcome.SESSION_OVER, NOTHING, member);
            case OTHER_HISTORY -> ended(ticket, Outcome.OTHER_HISTORY, NOTHING, member);
            // Not sent, so that nothing comes of it here.
            case NOT_PRIMARY, TIMED_OUT, CLOSED -> ended(ticket, Outcome.NOT_PRIMARY, NOTHING, null);
        }
    }

    /** @param at where the member stands, on whose internal thread this is then; null to say nothing of it */
    private void ended(long ticket, Outcome outcome, byte[] body, @Nullable ReplicaMember<S, C, R> at) {
        boolean says = at != null && at.isInternalThread();
        ends.add(new End(
                ticket,
                outcome,
                body,
                says ? member.replica().lineage() : Lineage.NONE,
                says ? member.replica().confirmed() : 0));
        MessageChannel now = channel;
        if (woken.compareAndSet(false, true) && now != null && Thread.currentThread() != thread) {
            now.wake();
        }
    }

    @Override
    public void withdraw(long ticket) {
        CompletableFuture<?> end = handed.remove(ticket);
        if (end != null) {
            end.cancel(false);
        }
    }

    @Override
    public void report(ReplicaReason reason, String text) {
        UserCode.run(() -> options.report().accept(reason, "group '" + group + "': " + text));
    }
}
