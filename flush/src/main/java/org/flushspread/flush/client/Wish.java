package org.flushspread.flush.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.flushspread.flush.requests.ReadKind;
import org.flushspread.flush.requests.RequestItem;

/**
 * Something that the program wants of its client, from the call to its end.
 *
 * @param <T> what its future gives
 */
final class Wish<T> extends CompletableFuture<T> {
    /** What it is. */
    enum Kind {
        BEGIN,
        COMMAND,
        READ
    }

    /** How far it has gone. Whoever takes it out of {@link #WAITING} decides its end. */
    private enum Stage {
        WAITING,
        SENT,
        WITHDRAWN
    }

    final Kind kind;
    final long session;
    final long number;
    final ReadKind read;
    final byte[] bytes;
    final long deadline;
    private final Function<RequestItem.Answer, T> result;
    private final ClientEngine engine;
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);
    /** Set when the loop takes it, as is the session of a command. */
    long ticket;

    long sentIn;

    /** @param result makes of an answer what the program gets; what it throws is what the program gets instead */
    Wish(
            ClientEngine engine,
            Kind kind,
            long session,
            long number,
            ReadKind read,
            byte[] bytes,
            long deadline,
            Function<RequestItem.Answer, T> result) {
        this.engine = engine;
        this.kind = kind;
        this.session = session;
        this.number = number;
        this.read = read;
        this.bytes = bytes;
        this.deadline = deadline;
        this.result = result;
    }

    /** It goes out now, unless the program has withdrawn it. */
    boolean send() {
        return stage.compareAndSet(Stage.WAITING, Stage.SENT) || stage.get() == Stage.SENT;
    }

    boolean isWithdrawn() {
        return stage.get() == Stage.WITHDRAWN;
    }

    /** Its client has ended; false if it was sent before. */
    boolean refuse() {
        return stage.compareAndSet(Stage.WAITING, Stage.WITHDRAWN);
    }

    /** Withdraws what was not sent yet; what was sent ends as it would have. */
    @Override
    public boolean cancel(boolean mayInterrupt) {
        if (stage.compareAndSet(Stage.WAITING, Stage.WITHDRAWN)) {
            super.cancel(mayInterrupt);
            engine.withdrawn(this);
        }
        return isCancelled();
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }

    void answer(RequestItem.Answer answer) {
        try {
            complete(result.apply(answer));
        } catch (Throwable e) {
            completeExceptionally(e);
        }
    }
}
