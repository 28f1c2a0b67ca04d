package org.flushspread.flush;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.flushspread.client.MessageChannel;
import org.flushspread.client.SpreadException;
import org.flushspread.flush.replica.Failure;
import org.flushspread.flush.replica.LogEntry;
import org.flushspread.flush.replica.MemberId;
import org.flushspread.flush.replica.Quorum;
import org.flushspread.flush.replica.Role;
import org.flushspread.flush.replica.SkippedCommand;
import org.jspecify.annotations.Nullable;

/**
 * A state machine that all members of a group keep in the same state: commands are applied everywhere in the same order. May be used by any
 * number of threads.
 *
 * <p>What is promised (spec/guarantees.md has the whole of it):
 *
 * <ul>
 *   <li>All members of a primary component apply the same commands in the same order, and there is one primary component after the other.
 *   <li>A SAFE command whose future gave a result is in the state of every later primary component, once and at the same place, as long as
 *       members survive that can form one: without a durable store those that kept their connection, with a durable store also when all
 *       have been restarted.
 *   <li>A future that fails with {@link UncertainException} says nothing about the command; with any other {@link ReplicaException} the
 *       command takes no effect.
 *   <li>A member outside of the primary component applies nothing that it could acknowledge; its state may be old, and commands in it that
 *       were not acknowledged may be taken back when it meets the primary again.
 * </ul>
 *
 * <p>One internal thread runs the state machine and completes futures: what is chained to them without an executor must not wait.
 *
 * <p>One class because it is all that a program asks of a member; each method hands it over, and what is done is done by the member's parts.
 *
 * @param <S> the state machine
 * @param <C> its commands
 * @param <R> its results
 */
public final class ReplicatedStateMachine<S extends StateMachine<C, R>, C, R> implements AutoCloseable {
    private static final byte[] COMMAND = {LogEntry.COMMAND};
    private static final byte[] READ = {LogEntry.READ};

    private final Codec<C> codec;
    private final ReplicaMember<S, C, R> member;
    private final @Nullable ReplicaDesk<S, C, R> desk;

    private ReplicatedStateMachine(Codec<C> codec, ReplicaMember<S, C, R> member, @Nullable ReplicaDesk<S, C, R> desk) {
        this.codec = codec;
        this.member = member;
        this.desk = desk;
    }

    /**
     * Joins a group as one of its members. Returns when the daemon is connected; {@link #awaitPrimary} waits for more. A connection that is
     * lost later is made again.
     *
     * @param daemon for example "4803@localhost"
     * @param machine in its initial state, the same at all members; from here on used by the internal thread alone
     * @param options what to change of the standard, at least {@link ReplicaOptions#primary}
     * @throws SpreadException if the daemon cannot be reached
     * @throws org.flushspread.flush.store.StoreException if the store cannot be read
     * @throws PoisonedCommandException if a command in the store makes the state machine throw an {@link Error}
     * @throws UnsupportedOperationException if it is to serve clients, and the state machine does not say how answers travel
     */
    public static <S extends StateMachine<C, R>, C, R> ReplicatedStateMachine<S, C, R> join(
            String daemon, String group, S machine, Codec<C> codec, UnaryOperator<ReplicaOptions> options) {
        ReplicaOptions chosen = options.apply(ReplicaOptions.DEFAULT);
        Codec<R> answers = machine.answers();
        if (chosen.servesClients() && answers == null) {
            throw new UnsupportedOperationException(machine.getClass().getName()
                    + ".answers() says no codec; answers travel to clients with it (ReplicaOptions.serveClients)");
        }
        ReplicaMember<S, C, R> member = new ReplicaMember<>(daemon, group, machine, codec, chosen);
        member.start();
        if (!chosen.servesClients() || answers == null) {
            return new ReplicatedStateMachine<>(codec, member, null);
        }
        ReplicaDesk<S, C, R> desk = new ReplicaDesk<>(daemon, group, member, codec, answers, chosen);
        desk.start();
        return new ReplicatedStateMachine<>(codec, member, desk);
    }

    /**
     * Submits a command; returns at once. (It waits only if {@link ReplicaOptions#maxOutstanding(int, Duration)} says so, and then for a
     * place among the outstanding commands.)
     *
     * <p>The result is the one of this member, and the command has been applied in its place. With {@code SAFE}, each member of the primary
     * has received it; with a durable store, a majority of the primary has written it. The future ends once, whatever happens; at the
     * latest when the state machine ends. An exception of {@link Codec#encode} is the caller's. To cancel it withdraws the command if
     * it was not sent yet, and then it takes no effect; otherwise {@code cancel} answers false, and the future ends as without it.
     *
     * @return its result; or what {@link StateMachine#apply} threw; or {@link UncertainException}; or another {@link ReplicaException},
     *     and then the command takes no effect
     */
    public CompletableFuture<R> submit(C command) {
        return submit(command, member.patience());
    }

    /**
     * Submits a command, and waits if as many are outstanding as may be ({@link ReplicaOptions#maxOutstanding}). On the internal thread,
     * which is the one that finishes them, nothing waits and nothing is refused.
     *
     * @param patience how long to wait for a place; the future fails with QUEUE_FULL if there is none by then
     * @return as {@link #submit(Object)}
     */
    public CompletableFuture<R> submit(C command, Duration patience) {
        return submit(Request.command(COMMAND, codec.encode(command)), patience);
    }

    /**
     * As {@link #submit(Object, Duration)}: waits as long as {@code patience} says for a place among the outstanding commands.
     *
     * @return as {@link #submit(Object)}
     */
    public CompletableFuture<R> submitBlocking(C command, Duration patience) {
        return submit(command, patience);
    }

    /**
     * Submits a command that ends within a time, whatever happens; never waits for a place. When the time is over, a command that was not
     * sent is withdrawn and takes no effect ({@link Failure#TIMED_OUT}); one that was sent is given up as {@link UncertainException}.
     *
     * @return as {@link #submit(Object)}
     */
    public CompletableFuture<R> submitWithin(C command, Duration limit) {
        return result(member.submitWithin(Request.command(COMMAND, codec.encode(command)), limit));
    }

    /**
     * Reads the state as it is at this member, perhaps old: other members may be ahead, and a member that was parted from the primary may
     * not know it yet.
     *
     * @param reader runs on the internal thread; must not change the state nor keep a part of it that changes. What it throws is thrown
     *     by this method and is no affair of the member's
     * @throws ReplicaException outside of the primary, if {@link ReplicaOptions#rejectReadsOutsidePrimary} was chosen; or after the end
     */
    public <T extends @Nullable Object> T read(Function<? super S, T> reader) {
        return ask(() -> local(reader));
    }

    private <T extends @Nullable Object> T local(Function<? super S, T> reader) {
        if (!member.readsOutsidePrimary() && !member.role().hasPrimary()) {
            throw new ReplicaException(
                    Failure.NOT_PRIMARY,
                    "not in a primary component: " + member.status().explanation());
        }
        return reader.apply(member.machine());
    }

    /**
     * Reads the state at a place in the order of the commands, behind everything whose result anybody has seen before this call.
     *
     * @return as {@link #submit}
     */
    public <T extends @Nullable Object> CompletableFuture<T> readOrdered(Function<? super S, T> reader) {
        return submit(Request.ordered(reader, READ), member.patience());
    }

    /**
     * Begins a session: commands that take effect exactly once, also where they have to be sent again because the group has parted, or
     * because this process has crashed.
     *
     * @param name whose it is, for example that of the service that submits; an earlier session of this name ends, at any member
     * @throws UnsupportedOperationException if the state machine does not say how answers are kept ({@link StateMachine#answers})
     */
    public Session<C, R> session(String name) {
        if (!member.application().keepsAnswers()) {
            throw new UnsupportedOperationException(
                    member.application().name() + ".answers() says no codec; sessions keep results with it");
        }
        if (name.isEmpty() || name.length() > 1000) {
            throw new IllegalArgumentException("the name of a session has 1 to 1000 characters, not " + name.length());
        }
        return new Session<>(name, codec, member);
    }

    /**
     * Reads the state, as new as is said; never through the log or the disk. It is one of at most {@link ReplicaOptions#maxOutstanding}
     * outstanding commands and reads, and refused with QUEUE_FULL beyond; it is never uncertain, since where the primary component
     * breaks it is done in the next one.
     *
     * @param reader as for {@link #read(Function)}
     */
    public <T extends @Nullable Object> CompletableFuture<T> read(
            Consistency consistency, Function<? super S, T> reader) {
        return switch (consistency) {
            case LOCAL -> member.ask(() -> local(reader));
            case SEQUENTIAL -> submit(Request.placed(reader, null), Duration.ZERO);
            case LINEARIZABLE -> submit(Request.linearizable(reader), Duration.ZERO);
        };
    }

    /**
     * Reads a state that is not older than what another member has seen, and has nothing that is taken back
     * ({@link Consistency#SEQUENTIAL}). Waits until this member is there.
     *
     * @param notOlderThan {@link #token} of the other member, after what must be seen
     * @return fails with {@link Failure#OTHER_HISTORY} if a person has begun another history since
     */
    public <T extends @Nullable Object> CompletableFuture<T> read(Token notOlderThan, Function<? super S, T> reader) {
        return submit(Request.placed(reader, notOlderThan), Duration.ZERO);
    }

    /** The place of everything that this member has confirmed to anybody: results, and reads that are not {@link Consistency#LOCAL}. */
    public Token token() {
        return ask(() -> new Token(member.replica().lineage(), member.replica().confirmed()));
    }

    private <T extends @Nullable Object> CompletableFuture<T> submit(Request<S> request, Duration patience) {
        return result(member.submit(request, patience));
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends @Nullable Object> CompletableFuture<T> result(Ticket<?> ticket) {
        return (CompletableFuture<T>) ticket.future;
    }

    /**
     * Waits until this member is in a primary component; an observer, until it follows one.
     *
     * @throws ReplicaException {@link Failure#NOT_PRIMARY} when the time is over, with what is missing
     */
    public void awaitPrimary(Duration timeout) {
        long end = System.nanoTime() + MessageChannel.nanos(timeout);
        while (!member.role().hasPrimary()) {
            if (member.isStopped()) {
                throw member.closedException();
            }
            long left = end - System.nanoTime();
            if (left <= 0) {
                throw new ReplicaException(
                        Failure.NOT_PRIMARY,
                        "no primary component within " + Patience.seconds(timeout) + ": " + status().explanation());
            }
            try {
                member.awaitRole(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ReplicaException(Failure.NOT_PRIMARY, "interrupted while waiting for a primary component", e);
            }
        }
    }

    /** For {@link FlushMetrics}. */
    SnapshotFigures snapshots() {
        return member.application().snapshots();
    }

    /** The role as it is: PRIMARY only while a formed primary component stands. */
    public Role role() {
        return member.role();
    }

    /** Tells each change of the role, on the internal thread. What the listener throws goes to the uncaught exception handler. */
    public void onRoleChange(Consumer<Role> listener) {
        member.onRole(listener);
    }

    /**
     * How this member stands; also after its end, and then it says why it has ended. Does not wait for code of the application that holds
     * up the internal thread: after half a second it answers with what was known last, and with what the thread hangs in.
     */
    public ReplicaStatus status() {
        ReplicaDesk<S, C, R> serving = desk;
        return serving == null ? member.status() : member.status().with(serving.figures());
    }

    /**
     * Declares the state of this member, as it is, to be the one that goes on, with whoever is present and whoever is missing. For the case
     * that so many members are lost for ever that no primary can be formed. Members that are missing now belong to another history from
     * here on, and must be cleared before they join again; what they alone acknowledged is lost.
     *
     * @return false if there is nothing to decide: a primary exists or is being formed, enough members are present and only wait for the
     *     state, or not all members present have spoken
     */
    public boolean bootstrap() {
        return ask(() -> member.replica().bootstrap());
    }

    /**
     * Takes a command out of the history of all members, because none of them can apply it: its {@link StateMachine#apply} throws an
     * {@link Error}. {@link ReplicaStatus#poisoned} names it where that is so: members with durable stores that were stopped by it and
     * started again wait before it. One call at one member is enough; the others do it at the same place, it stands in the log for ever,
     * and who comes later does it too. Timers that were due at it are gone without having fired, since one of them may be what throws. If a member is missing that did apply it, what that member acknowledged is lost with it: a
     * person's decision.
     *
     * @param command as {@link ReplicaStatus#poisoned} has it
     * @return false if there is no such command to skip now: members are missing, or one is there that has applied it
     * @throws IllegalArgumentException if the text names no command
     */
    public boolean skip(String command) {
        SkippedCommand parsed = SkippedCommand.parse(command);
        return ask(() -> member.replica().skip(parsed));
    }

    /**
     * Changes how many members the group is meant to have, for all of them and for good, as a command that has its place in the order: from
     * the next change of the group on, primary components have more than half of the new number. {@link ReplicaOptions#primary} does not
     * count any more in this history.
     *
     * @return as {@link #submit}; {@link IllegalStateException} if those who are present could not go on with the new number
     */
    public CompletableFuture<Void> changeQuorum(Quorum to) {
        return checked(
                () -> {
                    int present = member.replica().voters().size();
                    if (member.role() == Role.PRIMARY && 2 * present <= to.members()) {
                        throw new IllegalStateException("with " + present + " members present, a group of "
                                + to.members() + " could not go on after the next change: start more members first");
                    }
                },
                LogEntry.quorum(to));
    }

    /**
     * Declares a member lost for ever, as a command that has its place in the order: it takes no part in this history any more, whatever its
     * store holds. A new member with an empty store takes its place by joining; the number of members stays what it is.
     *
     * @param lost as its own {@link ReplicaStatus#self} was; keep {@link MemberId#text} of each where you find it without the member
     * @return as {@link #submit}; {@link IllegalStateException} if it is a member of the primary component now
     */
    public CompletableFuture<Void> replace(MemberId lost) {
        return checked(
                () -> {
                    if (member.role() == Role.PRIMARY
                            && member.replica().lastPrimary().members().contains(lost)) {
                        throw new IllegalStateException(
                                lost + " is a member of the primary component: close it before it is replaced");
                    }
                },
                LogEntry.retired(lost));
    }

    private CompletableFuture<Void> checked(Runnable check, byte[] entry) {
        return member.ask(() -> {
                    check.run();
                    return entry;
                })
                .thenCompose(now -> this.<Void>submit(Request.command(now), member.patience()));
    }

    private <T extends @Nullable Object> T ask(Supplier<T> question) {
        if (member.isInternalThread()) {
            return question.get();
        }
        CompletableFuture<T> answer = member.ask(question);
        try {
            return answer.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (cause instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(cause);
        } catch (InterruptedException e) {
            answer.cancel(false);
            Thread.currentThread().interrupt();
            throw new ReplicaException(Failure.CLOSED, "interrupted while reading", e);
        }
    }

    /** Completes when this member has ended, for whatever reason, with that reason; before that, all other futures have ended. */
    public CompletableFuture<ReplicaException> closed() {
        return member.closed();
    }

    /**
     * Leaves the group. Commands that are on their way end with {@link UncertainException}, others are refused.
     *
     * <p>Returns when all is done, or after {@link ReplicaOptions#closeTimeout}: if the internal thread hangs in code of the application or
     * in the store, that is reported (STUCK) with the name of the handler, all futures end, and connection and store are let go; a store
     * whose device does not answer is let go when it does. On the internal thread, in a callback say, it returns at once and the end follows.
     */
    @Override
    public void close() {
        member.close();
        ReplicaDesk<S, C, R> last = desk;
        if (last != null) {
            last.close();
        }
    }

    @Override
    public String toString() {
        return "ReplicatedStateMachine[" + member.replica().id() + ", " + member.role() + "]";
    }
}
