package org.flushspread.flush;

import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.flushspread.client.MessageChannel;
import org.flushspread.flush.replica.Failure;
import org.jspecify.annotations.Nullable;

/**
 * Every future that a member has given out and that has not ended: commands, ordered reads, questions. They end here and nowhere else, each
 * once; {@link #end} is the one place that ends those that are left when the member does, for whatever reason.
 */
final class Tickets<S> {
    /** Without memory an end may fail; others that end give some back. */
    private static final int ROUNDS = 200;

    private static final long PAUSE_NANOS = 10_000_000;

    private final int places;
    private final Runnable wake;
    private final Semaphore free;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, Ticket<S>> open = new ConcurrentHashMap<>();
    private final Queue<Ticket<S>> submitted = new ConcurrentLinkedQueue<>();
    private final Queue<Long> withdrawn = new ConcurrentLinkedQueue<>();
    private final Map<Long, CompletableFuture<?>> questions = new ConcurrentHashMap<>();
    private volatile @Nullable ReplicaException closed;

    /** @param wake what brings the internal thread to look at what was withdrawn */
    Tickets(int places, Runnable wake) {
        this.places = places;
        this.wake = wake;
        this.free = new Semaphore(places);
    }

    // ---- any thread

    /**
     * Takes a command in; its future has ended already if it is refused.
     *
     * @param patience how long to wait for a place; null if it needs none, since it comes from the thread that frees them
     */
    Ticket<S> submit(Request<S> request, @Nullable Duration patience) {
        boolean interrupted = false;
        boolean admitted = patience == null;
        if (patience != null) {
            try {
                admitted = free.tryAcquire()
                        || (!patience.isZero()
                                && free.tryAcquire(MessageChannel.nanos(patience), TimeUnit.NANOSECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                interrupted = true;
            }
        }
        Ticket<S> ticket = new Ticket<>(numbers.incrementAndGet(), request, admitted && patience != null);
        if (!admitted) {
            ticket.future.completeExceptionally(new ReplicaException(
                    Failure.QUEUE_FULL,
                    interrupted
                            ? "interrupted while waiting for a place among " + places + " outstanding commands"
                            : places + " commands are outstanding; none ended within " + Patience.seconds(patience)));
            return ticket;
        }
        open.put(ticket.number, ticket);
        ticket.whenWithdrawn(() -> forget(ticket));
        submitted.add(ticket);
        ReplicaException over = closed;
        if (over != null) {
            // Behind the entry into the table: either the one that ends all has seen it, or this sees the end.
            end(ticket, over);
        }
        return ticket;
    }

    /** The time for it is over: it is withdrawn, or if it was sent already nobody waits for it any more. */
    void expire(Ticket<S> ticket, Duration limit) {
        boolean unsent = ticket.withdraw();
        String what = unsent
                ? "was not sent within " + Patience.seconds(limit) + " and takes no effect"
                : "was sent and has no result within " + Patience.seconds(limit);
        if (unsent) {
            // Before its place is free: who gets that finds the place that it had in the replica free too.
            withdrawn.add(ticket.number);
        }
        end(
                ticket,
                unsent
                        ? new ReplicaException(Failure.TIMED_OUT, "the command " + what)
                        : new UncertainException(what, null));
        wake.run();
    }

    /** Its user has withdrawn it, and the replica is to forget it. */
    private void forget(Ticket<S> ticket) {
        withdrawn.add(ticket.number);
        if (ticket.holdsPlace.getAndSet(false)) {
            free.release();
        }
        open.remove(ticket.number);
        wake.run();
    }

    /** Keeps a question until {@link #answered}; answers its number. */
    long ask(CompletableFuture<?> answer) {
        long number = numbers.incrementAndGet();
        questions.put(number, answer);
        ReplicaException over = closed;
        if (over != null) {
            answer.completeExceptionally(over);
        }
        return number;
    }

    void answered(long number) {
        questions.remove(number);
    }

    /** Commands and ordered reads that have not ended. */
    int waiting() {
        return open.size();
    }

    /** How long the oldest of them has waited; zero if there is none. */
    Duration oldest(long now) {
        long longest = 0;
        for (Ticket<S> each : open.values()) {
            longest = Math.max(longest, now - each.submitted);
        }
        return Duration.ofNanos(longest);
    }

    // ---- the internal thread

    /** The next one to be handed to the replica. */
    @Nullable
    Ticket<S> next() {
        return submitted.poll();
    }

    /** The next one that the replica is to forget. */
    @Nullable
    Long nextWithdrawn() {
        return withdrawn.poll();
    }

    @Nullable
    Ticket<S> get(long number) {
        return open.get(number);
    }

    /** Gives out what has become of it. */
    void end(Ticket<S> ticket) {
        end(ticket, ticket.failure);
    }

    private void end(Ticket<S> ticket, @Nullable Throwable failure) {
        if (ticket.holdsPlace.getAndSet(false)) {
            // Before the end can be seen: who waits for it may submit the next one.
            free.release();
        }
        if (failure == null) {
            ticket.future.complete(ticket.result);
        } else {
            ticket.future.completeExceptionally(failure);
        }
        open.remove(ticket.number);
    }

    // ---- the end

    /**
     * Ends everything, now and from now on. May be called again, by another thread too.
     *
     * @param unsent for what was not sent, and for questions
     * @param uncertain for what was sent and has not been answered
     */
    void end(ReplicaException unsent, ReplicaException uncertain) {
        closed = unsent;
        for (int round = 0; round < ROUNDS && !endOnce(unsent, uncertain); round++) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        submitted.clear();
    }

    private boolean endOnce(ReplicaException unsent, ReplicaException uncertain) {
        boolean all = true;
        try {
            for (Ticket<S> each : open.values()) {
                all &= ended(each, each.withdraw() ? unsent : uncertain);
            }
            for (CompletableFuture<?> each : questions.values()) {
                each.completeExceptionally(unsent);
            }
        } catch (Throwable e) {
            // No memory: those that have ended are gone from the tables and are not tried again.
            return false;
        }
        return all;
    }

    private boolean ended(Ticket<S> ticket, Throwable why) {
        try {
            end(ticket, why);
            return true;
        } catch (Throwable e) {
            return ticket.future.isDone() && open.remove(ticket.number) != null;
        }
    }
}
