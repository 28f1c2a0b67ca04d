package org.flushspread.flush;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.flushspread.flush.replica.Failure;
import org.flushspread.flush.replica.LogEntry;
import org.flushspread.flush.replica.Sessions;

/**
 * Commands that take effect exactly once, however often they have to be sent: each has a number in the session, all members keep the answers,
 * and a command whose outcome is uncertain is sent again until there is an answer. May be used by any number of threads. A new session of
 * a name takes over what an earlier one has done and ends it, so who comes after a crash can ask again by number.
 *
 * <p>Commands that are submitted without waiting may change places when the group parts. At most {@value Sessions#WINDOW} numbers are
 * outstanding at a time; as many of the last answers are kept. There may be {@value Sessions#MOST} sessions in a group; of more, the one is over
 * whose last command stands furthest back in the log.
 *
 * @param <C> command
 * @param <R> result
 */
@SuppressWarnings("FutureReturnValueIgnored") // the callbacks hand on what fails; the futures they make say no more
public final class Session<C, R> {
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final byte[] BEGIN = {LogEntry.SESSION};

    private final String name;
    private final Codec<C> codec;
    private final ReplicaMember<?, C, R> member;
    private final CompletableFuture<Sessions.Begun> begun;
    private final TreeMap<Long, CompletableFuture<R>> outstanding = new TreeMap<>();
    private long highest = -1;

    Session(String name, Codec<C> codec, ReplicaMember<?, C, R> member) {
        this.name = name;
        this.codec = codec;
        this.member = member;
        this.begun = new CompletableFuture<>();
        begin();
    }

    /** That it begins may be done twice: the later one counts, and is the one that is answered. */
    private void begin() {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        member.<Object>submit(BEGIN, bytes).whenComplete((result, error) -> {
            if (result instanceof Sessions.Begun now) {
                begun.complete(now);
            } else if (mayTryAgain(error)) {
                again(this::begin, begun);
            } else {
                begun.completeExceptionally(error);
            }
        });
    }

    /** The greatest number that a command of a session of this name has had; 0 for none. Completes when the session has begun. */
    public CompletableFuture<Long> last() {
        return begun.thenApply(Sessions.Begun::highest);
    }

    /**
     * Submits a command under the next number.
     *
     * @return as {@link #submit(long, Object)}
     */
    public CompletableFuture<R> submit(C command) {
        byte[] bytes = codec.encode(command);
        return begun.thenCompose(session -> {
            CompletableFuture<R> answer = new CompletableFuture<>();
            long number;
            synchronized (outstanding) {
                highest = Math.max(highest, session.highest()) + 1;
                number = highest;
                if (!take(number, answer)) {
                    highest--;
                    return answer;
                }
            }
            send(session, number, bytes, answer, false);
            return answer;
        });
    }

    /**
     * Submits a command under a number, which the program has kept with what it wants to be done: after a crash it asks with the same one, and
     * gets the answer of then, or the command is done now.
     *
     * @param number from 1; not more than {@value Sessions#WINDOW} below the greatest
     * @return its result, once; or what {@link StateMachine#apply} threw, in words if that was before ({@link RepeatedFailureException}); or
     *     a {@link ReplicaException}, after which it takes no effect: SESSION_OVER, QUEUE_FULL, TOO_LARGE, NOT_PRIMARY, CLOSED; or
     *     {@link UncertainException}, if the member or the session ended while it was not known
     */
    public CompletableFuture<R> submit(long number, C command) {
        if (number < 1) {
            throw new IllegalArgumentException("numbers of commands begin with 1, not with " + number);
        }
        byte[] bytes = codec.encode(command);
        return begun.thenCompose(session -> {
            CompletableFuture<R> answer = new CompletableFuture<>();
            synchronized (outstanding) {
                highest = Math.max(Math.max(highest, session.highest()), number);
                if (!take(number, answer)) {
                    return answer;
                }
            }
            send(session, number, bytes, answer, false);
            return answer;
        });
    }

    /** False if the answer is that of another call, or a refusal. */
    private boolean take(long number, CompletableFuture<R> answer) {
        CompletableFuture<R> before = outstanding.get(number);
        if (before != null) {
            before.whenComplete((result, error) -> {
                if (error == null) {
                    answer.complete(result);
                } else {
                    answer.completeExceptionally(error);
                }
            });
            return false;
        }
        if (!outstanding.isEmpty() && number - outstanding.firstKey() >= Sessions.WINDOW) {
            answer.completeExceptionally(new ReplicaException(
                    Failure.QUEUE_FULL,
                    "command " + outstanding.firstKey() + " of session '" + name + "' has no answer yet, and "
                            + Sessions.WINDOW + " numbers may be outstanding"));
            return false;
        }
        outstanding.put(number, answer);
        return true;
    }

    /** @param uncertain true if it may have been applied before */
    private void send(
            Sessions.Begun session, long number, byte[] bytes, CompletableFuture<R> answer, boolean uncertain) {
        byte[] head = LogEntry.sessionCommand(session.id(), number);
        member.<R>submit(head, bytes).whenComplete((result, error) -> {
            boolean now = uncertain || error instanceof UncertainException;
            if (error == null) {
                forget(number);
                answer.complete(result);
            } else if (now && mayTryAgain(error)) {
                again(() -> send(session, number, bytes, answer, true), answer);
            } else {
                forget(number);
                answer.completeExceptionally(
                        now && error instanceof ReplicaException && !(error instanceof UncertainException)
                                ? new UncertainException(error.getMessage(), error)
                                : error);
            }
        });
    }

    private void forget(long number) {
        synchronized (outstanding) {
            outstanding.remove(number);
        }
    }

    /** What may be better the next time: not the end of the member, nor what the state machine or the session say. */
    private boolean mayTryAgain(Throwable error) {
        Throwable why = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        return !member.isStopped()
                && why instanceof ReplicaException refused
                && (refused.reason() == Failure.UNCERTAIN
                        || refused.reason() == Failure.NOT_PRIMARY
                        || refused.reason() == Failure.QUEUE_FULL);
    }

    private void again(Runnable what, CompletableFuture<?> answer) {
        if (!answer.isDone()) {
            ReplicaWatch.after(PAUSE, what);
        }
    }

    @Override
    public String toString() {
        return "Session[" + name + "]";
    }
}
