package org.flushspread.flush;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.flushspread.flush.replica.Failure;
import org.flushspread.flush.replica.Lineage;
import org.flushspread.flush.replica.LogEntry;
import org.flushspread.flush.replica.Sessions;
import org.flushspread.flush.requests.Desk;
import org.flushspread.flush.requests.Outcome;
import org.flushspread.flush.requests.RequestCodec;
import org.flushspread.flush.requests.RequestItem;
import org.jspecify.annotations.Nullable;

/**
 * What a desk hands to its member, as the member's own program would, and what becomes of it: told on the member's internal thread, and taken to
 * the desk on the desk's own.
 */
final class DeskRequests<S extends StateMachine<C, R>, C, R> {
    private static final byte[] NOTHING = {};

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record End(long ticket, Outcome outcome, byte[] body, Lineage history, long index) {}

    private final ReplicaMember<S, C, R> member;
    private final Codec<C> commands;
    private final Codec<R> answers;
    private final Runnable wake;
    private final ConcurrentLinkedQueue<End> ends = new ConcurrentLinkedQueue<>();
    /** What has not ended. Used by the desk's thread. */
    private final Map<Long, CompletableFuture<?>> handed = new HashMap<>();

    /** @param wake called when something has ended, on any thread */
    DeskRequests(ReplicaMember<S, C, R> member, Codec<C> commands, Codec<R> answers, Runnable wake) {
        this.member = member;
        this.commands = commands;
        this.answers = answers;
        this.wake = wake;
    }

    /** Tells the desk what has ended. */
    void tell(Desk desk) {
        End end;
        while ((end = ends.poll()) != null) {
            handed.remove(end.ticket());
            desk.ended(end.ticket(), end.outcome(), end.body(), end.history(), end.index());
        }
    }

    /** Hands over an entry of the log. */
    void submit(long ticket, byte[] head, byte[] rest) {
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

    /** Hands over a question. */
    void read(long ticket, RequestItem.Read question) {
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
        if (!member.readsOutsidePrimary() && !member.role().hasPrimary()) {
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
            case NOT_PRIMARY, OBSERVER, TIMED_OUT, CLOSED -> ended(ticket, Outcome.NOT_PRIMARY, NOTHING, null);
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
        wake.run();
    }

    /** Nobody waits for it any more. */
    void withdraw(long ticket) {
        CompletableFuture<?> end = handed.remove(ticket);
        if (end != null) {
            end.cancel(false);
        }
    }
}
