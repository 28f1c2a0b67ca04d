package org.flushspread.flush.client;

import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.flushspread.client.IncomingMessage;
import org.flushspread.client.MessageChannel;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadException;
import org.flushspread.client.UserCode;
import org.flushspread.flush.ReplicaException;
import org.flushspread.flush.replica.Failure;
import org.flushspread.flush.requests.RequestCodec;
import org.flushspread.flush.requests.RequestItem;
import org.flushspread.flush.requests.Requester;
import org.flushspread.flush.requests.RequesterLimits;
import org.flushspread.flush.requests.Unsent;
import org.flushspread.wire.ServiceType;
import org.jspecify.annotations.Nullable;

/**
 * One client: its automaton, between the queue of what its program wants and its connection. Run by the {@link ClientLoop}.
 *
 * <p>One class because a turn is: wishes, messages and the loss of the connection each change requests, connection and futures, and the order
 * in which a turn does these is what a reader has to see.
 */
final class ClientEngine implements Requester.Output {
    /** Messages taken in before the automaton says what follows, and others have their turn. */
    private static final int MESSAGES_PER_TURN = 64;

    /** For commands that are of no session of the program's. */
    static final long OWN_SESSION = 0;

    /** Own sessions are counted from here, those of the program from 1. */
    private static final long FIRST_OWN = 1L << 48;

    private static final long FIRST_PAUSE_NANOS = 50_000_000;
    private static final long LONGEST_PAUSE_NANOS = 2_000_000_000L;

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Incoming(String from, byte[] body) {}

    private final String group;
    private final String desks;
    private final ClientOptions options;
    private final List<String> daemons;
    private final ClientLoop loop;
    private final Requester requester;
    private final byte[] ownName;

    // Any thread.
    private final Semaphore places;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    /** It waits for its turn in the loop. */
    final AtomicBoolean awaitsTurn = new AtomicBoolean();

    private volatile boolean over;
    private volatile String trouble = "";
    private volatile @Nullable MessageChannel channel;

    // The loop.
    private final Map<Long, Wish<?>> wishes = new HashMap<>();
    private final List<Runnable> endings = new ArrayList<>();
    private final Unsent unsent = new Unsent();
    private long tickets;
    /** The own session; where it is over, because it was idle for long or the history is another, the next one begins. */
    private long ownSession;

    private int daemon;
    /** At first the program's thread does it. */
    private boolean connecting = true;

    private boolean leaves;
    private boolean ended;
    private long connectAt;
    private long pause = FIRST_PAUSE_NANOS;
    /** When it is to have its next turn, whatever comes before. */
    long due = Long.MAX_VALUE;
    /** When the loop looks at it next for that. */
    long planned = Long.MAX_VALUE;

    ClientEngine(String first, String group, long identity, ClientOptions options, ClientLoop loop) {
        this.group = group;
        this.desks = RequestCodec.desksOf(group);
        this.options = options;
        this.daemons = options.daemons(first);
        this.loop = loop;
        this.ownName = ("client " + Long.toHexString(identity)).getBytes(StandardCharsets.UTF_8);
        this.places = new Semaphore(options.maxOutstanding());
        this.requester = new Requester(
                identity,
                // For each one of the program's there may be the beginning of its session.
                RequesterLimits.DEFAULT.withRequests(Math.multiplyExact(2, options.maxOutstanding())),
                this);
    }

    // ---- any thread

    /** Connects a first time; what goes wrong with all daemons is the caller's. */
    void start() {
        SpreadException first = null;
        for (int i = 0; i < daemons.size(); i++) {
            int at = i;
            try {
                MessageChannel fresh = MessageChannel.connect(options.connect(daemons.get(i)));
                if (fresh.channel() == null) {
                    fresh.kill();
                    throw new IllegalArgumentException("clients connect to their daemon by sockets, not in memory: give"
                            + " a port, or a port and a host");
                }
                execute(() -> connected(at, fresh));
                return;
            } catch (SpreadException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /** Takes a wish in; its future has failed already if there is no place for it. */
    <T> Wish<T> submit(Wish<T> wish) {
        if (over) {
            wish.completeExceptionally(closed());
        } else if (!places.tryAcquire()) {
            wish.completeExceptionally(new ReplicaException(
                    Failure.QUEUE_FULL, options.maxOutstanding() + " requests of this client are outstanding"));
        } else {
            execute(() -> take(wish));
            if (over && wish.refuse()) {
                // Perhaps behind the end, which then did not see it.
                wish.completeExceptionally(closed());
            }
        }
        return wish;
    }

    /** Has something done in this client's next turn. */
    void execute(Runnable task) {
        tasks.add(task);
        loop.turn(this);
    }

    void withdrawn(Wish<?> wish) {
        execute(() -> {
            if (wishes.remove(wish.ticket) != null) {
                requester.withdraw(wish.ticket);
                places.release();
            }
        });
    }

    private ReplicaException closed() {
        return exception(Failure.CLOSED);
    }

    String daemon() {
        MessageChannel now = channel;
        return now == null ? "" : now.options().daemon();
    }

    String trouble() {
        return trouble;
    }

    void close() {
        over = true;
        loop.turn(this);
    }

    boolean isEnded() {
        return ended;
    }

    void session(long ordinal, byte[] name) {
        execute(() -> requester.session(ordinal, name));
    }

    // ---- connecting

    /** On a thread that may wait. */
    void connect(int from) {
        String why = "";
        for (int i = 0; i < daemons.size() && !over; i++) {
            int at = (from + i) % daemons.size();
            try {
                MessageChannel fresh = MessageChannel.connect(options.connect(daemons.get(at)));
                execute(() -> connected(at, fresh));
                return;
            } catch (Throwable e) {
                why = String.valueOf(e.getMessage() == null ? e : e.getMessage());
            }
        }
        String last = why;
        execute(() -> notConnected(last));
    }

    private void connected(int at, MessageChannel fresh) {
        connecting = false;
        SelectableChannel selectable = fresh.channel();
        if (ended || selectable == null) {
            fresh.kill();
            return;
        }
        daemon = at;
        channel = fresh;
        trouble = "";
        requester.connected(fresh.privateGroup(), ClientLoop.now());
        loop.register(this, selectable);
    }

    private void notConnected(String why) {
        connecting = false;
        trouble = why;
        connectAt = ClientLoop.now() + pause;
        pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
    }

    private void disconnect(String why, int next) {
        MessageChannel last = channel;
        if (last != null) {
            channel = null;
            trouble = why;
            unsent.clear();
            requester.disconnected();
            last.kill();
            daemon = next % daemons.size();
            connectAt = ClientLoop.now() + FIRST_PAUSE_NANOS;
        }
    }

    // ---- the loop

    /** Does all there is to do. True if more waits that this turn had no room for. */
    boolean turn() {
        boolean more = false;
        Runnable task;
        while ((task = tasks.poll()) != null) {
            task.run();
        }
        if (over) {
            end();
            return false;
        }
        MessageChannel now = channel;
        if (now != null) {
            more = receive(now);
        }
        requester.tick(ClientLoop.now());
        if (leaves) {
            leaves = false;
            if (daemons.size() > 1) {
                disconnect("nobody serves group '" + group + "' at " + daemon(), daemon + 1);
            }
        }
        goOnSending();
        keepConnected();
        tell();
        return more;
    }

    private void take(Wish<?> wish) {
        wish.ticket = ++tickets;
        if (wish.isWithdrawn()) {
            places.release();
            return;
        }
        wishes.put(wish.ticket, wish);
        long now = ClientLoop.now();
        switch (wish.kind) {
            case BEGIN -> requester.begin(wish.ticket, wish.session, wish.deadline, now);
            case COMMAND -> {
                wish.sentIn = wish.session == OWN_SESSION ? ownSession() : wish.session;
                requester.command(wish.ticket, wish.sentIn, wish.number, wish.bytes, wish.deadline, now);
            }
            case READ -> requester.read(wish.ticket, wish.read, wish.bytes, wish.deadline, now);
        }
    }

    private long ownSession() {
        if (ownSession == 0) {
            nextOwnSession(FIRST_OWN);
        }
        return ownSession;
    }

    private void nextOwnSession(long ordinal) {
        ownSession = ordinal;
        requester.session(ordinal, ownName);
    }

    /** It was not done, because its session is over: it goes out again in the next one. */
    private void takeAgain(Wish<?> wish) {
        if (wish.sentIn == ownSession) {
            requester.forgetSession(ownSession);
            nextOwnSession(ownSession + 1);
        }
        take(wish);
    }

    private boolean receive(MessageChannel from) {
        try {
            for (int i = 0; i < MESSAGES_PER_TURN; i++) {
                Incoming message = from.receive(ClientEngine::incoming, 0);
                if (message == null) {
                    return false;
                }
                requester.message(message.from(), ByteBuffer.wrap(message.body()), ClientLoop.now());
            }
            return true;
        } catch (SpreadException e) {
            disconnect(String.valueOf(e.getMessage()), daemon + 1);
            return false;
        }
    }

    private static @Nullable Incoming incoming(IncomingMessage message) {
        return ServiceType.isRegular(message.type())
                ? new Incoming(message.sender(), message.body(0, message.bodyLength()))
                : null;
    }

    private void keepConnected() {
        long now = ClientLoop.now();
        if (channel == null && !connecting && now - connectAt >= 0) {
            connecting = true;
            int from = daemon;
            try {
                Connecting.run(() -> connect(from));
            } catch (Throwable e) {
                // No thread is to be had now.
                notConnected(String.valueOf(e));
            }
        }
        due = requester.nextTick();
        if (channel == null && !connecting) {
            due = Math.min(due, connectAt);
        }
    }

    private void goOnSending() {
        MessageChannel now = channel;
        if (now == null) {
            return;
        }
        try {
            unsent.send((to, message) -> write(now, to, message));
            loop.wantsToWrite(this, !unsent.isEmpty() || now.hasUnsent());
        } catch (SpreadException e) {
            // What came before the end is read first.
            loop.wantsToWrite(this, false);
            unsent.clear();
        }
    }

    private static boolean write(MessageChannel by, String to, byte[] message) {
        return by.send(Service.FIFO.bit(), (short) 0, to, new ByteBuffer[] {ByteBuffer.wrap(message)}, 0);
    }

    private void end() {
        if (ended) {
            return;
        }
        ended = true;
        requester.close();
        MessageChannel last = channel;
        if (last != null) {
            channel = null;
            last.kill();
        }
        for (Wish<?> each : List.copyOf(wishes.values())) {
            failed(each.ticket, Failure.CLOSED);
        }
        tell();
    }

    /** Ends futures, with everything in order: the program's code may call back. */
    private void tell() {
        while (!endings.isEmpty()) {
            List<Runnable> now = List.copyOf(endings);
            endings.clear();
            now.forEach(UserCode::run);
        }
    }

    // ---- what the automaton does

    @Override
    public void ask(byte[] message) {
        send(desks, message);
    }

    /** What a daemon that takes nothing has no room for is not lost: requests are repeated. */
    @Override
    public void send(String to, byte[] message) {
        unsent.add(to, message);
    }

    @Override
    public boolean sending(long ticket) {
        Wish<?> wish = wishes.get(ticket);
        return wish != null && wish.send();
    }

    @Override
    public void answered(long ticket, RequestItem.Answer answer) {
        pause = FIRST_PAUSE_NANOS;
        end(ticket, one -> one.answer(answer));
    }

    @Override
    public void failed(long ticket, Failure why) {
        Wish<?> wish = wishes.get(ticket);
        if (wish != null && why == Failure.SESSION_OVER && wish.session == OWN_SESSION && !over) {
            wishes.remove(ticket);
            execute(() -> takeAgain(wish));
            return;
        }
        end(ticket, one -> one.completeExceptionally(exception(why)));
    }

    private void end(long ticket, Consumer<Wish<?>> how) {
        Wish<?> wish = wishes.remove(ticket);
        if (wish != null) {
            places.release();
            endings.add(() -> how.accept(wish));
        }
    }

    @Override
    public void tryOtherDaemon() {
        leaves = true;
    }

    private ReplicaException exception(Failure why) {
        String at = channel == null ? "there is no connection: " + trouble : "connected to " + daemon();
        return ClientFailure.exception(why, group, at);
    }
}
