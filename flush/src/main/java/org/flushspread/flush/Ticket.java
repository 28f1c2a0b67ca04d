package org.flushspread.flush;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One command or read of this member, from its submission to its end. Its outcome is set by the internal thread. */
final class Ticket<S> {
    /** How far it has gone. Whoever takes it out of {@link #WAITING} decides its end. */
    private enum Stage {
        WAITING,
        SENT,
        WITHDRAWN
    }

    /** Who may cancel it: a command that was sent stays, and its future ends with what becomes of it. */
    private final class Outcome extends CompletableFuture<@Nullable Object> {
        @Override
        public boolean cancel(boolean mayInterrupt) {
            if (withdraw()) {
                super.cancel(mayInterrupt);
                whenWithdrawn.run();
            }
            return isCancelled();
        }

        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new CompletableFuture<>();
        }
    }

    final long number;
    final Request<S> request;
    final CompletableFuture<@Nullable Object> future = new Outcome();
    final long submitted = System.nanoTime();
    /** True while it holds one of the places for outstanding commands. */
    final AtomicBoolean holdsPlace;

    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);
    private volatile Runnable whenWithdrawn = () -> {};

    @Nullable
    Object result;

    @Nullable
    Throwable failure;

    Ticket(long number, Request<S> request, boolean holdsPlace) {
        this.number = number;
        this.request = request;
        this.holdsPlace = new AtomicBoolean(holdsPlace);
    }

    @Nullable
    Function<? super S, ?> reader() {
        return request.reader();
    }

    /** What is to be done when its user has withdrawn it. */
    void whenWithdrawn(Runnable then) {
        whenWithdrawn = then;
    }

    /** It goes out now, unless somebody has withdrawn it; from here on only the order knows what becomes of it. */
    boolean send() {
        return stage.compareAndSet(Stage.WAITING, Stage.SENT);
    }

    boolean isWithdrawn() {
        return stage.get() == Stage.WITHDRAWN;
    }

    /** It is not to be sent any more and takes no effect; false if it was sent before. */
    boolean withdraw() {
        return stage.compareAndSet(Stage.WAITING, Stage.WITHDRAWN) || isWithdrawn();
    }
}
