package org.flushspread.flush.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.flushspread.client.MessageChannel;
import org.flushspread.client.SpreadException;
import org.flushspread.flush.Codec;
import org.flushspread.flush.Consistency;
import org.flushspread.flush.RepeatedFailureException;
import org.flushspread.flush.ReplicaException;
import org.flushspread.flush.UncertainException;
import org.flushspread.flush.requests.Outcome;
import org.flushspread.flush.requests.ReadKind;
import org.flushspread.flush.requests.RequestItem;

/**
 * A client of a replicated state machine that is no member of it: its commands and questions go through any member that serves clients
 * ({@link org.flushspread.flush.ReplicaOptions#serveClients}), and through another one when that is gone. It has no vote and no state, and
 * members do not notice that it comes and goes, so there may be thousands at a daemon. May be used by any number of threads.
 *
 * <p>Commands take effect exactly once: they are repeated until there is an answer, and the members know a repetition. Each request ends within
 * its time, whatever happens: with its result; with a {@link ReplicaException}, and then it takes no effect; or, a command, with an
 * {@link UncertainException}. A lost connection is made again, to another daemon if there are several.
 *
 * <p>All clients of a program share one thread, which completes the futures: what is chained to them without an executor must not wait.
 *
 * @param <C> commands and questions
 * @param <R> results
 */
public final class ReplicaClient<C, R> implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] NOTHING = {};
    private static final int LONGEST_NAME = 1000;

    private final String group;
    private final Codec<C> commands;
    private final Codec<R> answers;
    private final ClientOptions options;
    private final ClientEngine engine;
    private final AtomicLong sessions = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();

    private ReplicaClient(
            String daemon, String group, Codec<C> commands, Codec<R> answers, ClientOptions options, ClientLoop loop) {
        this.group = group;
        this.commands = commands;
        this.answers = answers;
        this.options = options;
        this.engine = new ClientEngine(daemon, group, RANDOM.nextLong(), options, loop);
    }

    /**
     * Connects to a daemon. Whether a member serves there is seen by the first request.
     *
     * @param daemon for example "4803@localhost"; not a link in memory
     * @param commands as members have it
     * @param answers as the state machine's {@link org.flushspread.flush.StateMachine#answers}
     * @throws SpreadException if no daemon can be reached
     */
    public static <C, R> ReplicaClient<C, R> connect(String daemon, String group, Codec<C> commands, Codec<R> answers) {
        return connect(daemon, group, commands, answers, UnaryOperator.identity());
    }

    /** The same with options. */
    public static <C, R> ReplicaClient<C, R> connect(
            String daemon, String group, Codec<C> commands, Codec<R> answers, UnaryOperator<ClientOptions> options) {
        MessageChannel.checkGroup(group);
        ClientOptions chosen = options.apply(ClientOptions.DEFAULT);
        ClientLoop loop = ClientLoop.enter();
        boolean connected = false;
        try {
            ReplicaClient<C, R> client = new ReplicaClient<>(daemon, group, commands, answers, chosen, loop);
            client.engine.start();
            connected = true;
            return client;
        } finally {
            if (!connected) {
                ClientLoop.leave();
            }
        }
    }

    /**
     * Submits a command; returns at once.
     *
     * @return its result; or, in words, what the state machine threw ({@link RepeatedFailureException}); or {@link UncertainException}; or
     *     another {@link ReplicaException}, and then the command takes no effect: TIMED_OUT if no member took it in time, QUEUE_FULL at once
     *     if too many requests are outstanding here, or at the end of the time if members had too much to do, TOO_LARGE, CLOSED. To cancel it
     *     withdraws what was not sent yet, and then it takes no effect; otherwise {@code cancel} answers false
     */
    public CompletableFuture<R> submit(C command) {
        return submitWithin(command, options.limit());
    }

    /**
     * Submits a command that ends within a time.
     *
     * @return as {@link #submit}
     */
    public CompletableFuture<R> submitWithin(C command, Duration limit) {
        return submit(ClientEngine.OWN_SESSION, 0, command, limit);
    }

    CompletableFuture<R> submit(long session, long number, C command, Duration limit) {
        byte[] bytes = commands.encode(command);
        return engine.submit(new Wish<>(
                engine, Wish.Kind.COMMAND, session, number, ReadKind.LOCAL, bytes, deadline(limit), this::result));
    }

    CompletableFuture<Long> begin(long session, Function<RequestItem.Answer, Long> result) {
        return engine.submit(new Wish<>(
                engine, Wish.Kind.BEGIN, session, 0, ReadKind.LOCAL, NOTHING, deadline(options.limit()), result));
    }

    /**
     * Asks a question, which the state machine of some member answers ({@link org.flushspread.flush.StateMachine#query}) from a state that is as new
     * as is said: with {@link Consistency#SEQUENTIAL} not older than anything this client has seen before.
     *
     * @return fails as {@link #submit} does, but is never uncertain; with OTHER_HISTORY where a person has begun another history since the
     *     last answer, once
     */
    public CompletableFuture<R> read(Consistency consistency, C question) {
        return readWithin(consistency, question, options.limit());
    }

    /** The same with a time limit of its own. */
    public CompletableFuture<R> readWithin(Consistency consistency, C question, Duration limit) {
        ReadKind kind = switch (consistency) {
            case LOCAL -> ReadKind.LOCAL;
            case SEQUENTIAL -> ReadKind.PLACED;
            case LINEARIZABLE -> ReadKind.LINEARIZABLE;
        };
        byte[] bytes = commands.encode(question);
        return engine.submit(new Wish<>(engine, Wish.Kind.READ, 0, 0, kind, bytes, deadline(limit), this::result));
    }

    /**
     * A session of this name, which begins with its first command: for programs that keep numbers of commands, and must not do twice after
     * a crash what was done before.
     *
     * @param name whose it is; an earlier session of this name ends, at any member or client
     */
    public ClientSession<C, R> session(String name) {
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("the name of a session has 1 to 1000 characters, not " + name.length());
        }
        long ordinal = sessions.incrementAndGet();
        engine.session(ordinal, name.getBytes(StandardCharsets.UTF_8));
        return new ClientSession<>(this, name, ordinal);
    }

    private R result(RequestItem.Answer answer) {
        if (answer.outcome() == Outcome.THROWN) {
            throw new RepeatedFailureException(new String(answer.body(), StandardCharsets.UTF_8));
        }
        return answers.decode(ByteBuffer.wrap(answer.body()));
    }

    private static long deadline(Duration limit) {
        long nanos = MessageChannel.nanos(limit);
        long now = ClientLoop.now();
        return nanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + nanos;
    }

    Duration limit() {
        return options.limit();
    }

    /** The daemon that it is connected to; empty while it is to none. */
    public String daemon() {
        return engine.daemon();
    }

    /** Ends what is outstanding: what was sent as uncertain, the rest as CLOSED. Does nothing the second time. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            engine.close();
            ClientLoop.leave();
        }
    }

    @Override
    public String toString() {
        return "ReplicaClient[" + group + ", " + daemon() + "]";
    }
}
