package org.flushspread.flush;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.flushspread.client.MessageChannel;
import org.flushspread.flush.replica.Replica;
import org.flushspread.flush.replica.ReplicaSettings;
import org.flushspread.flush.replica.Role;
import org.jspecify.annotations.Nullable;

/**
 * A member: the replica, its state machine, store and connection, and the internal thread that runs them. This is the door for other
 * threads: all methods may be called by any. {@link ReplicaLoop} is the thread, {@link ReplicaInput} brings it events,
 * {@link ReplicaEffects} does what the replica decides, {@link Tellings} tells the user, {@link ReplicaEnd} is the end.
 */
final class ReplicaMember<S extends StateMachine<C, R>, C, R> {
    private static final Duration STATUS_PATIENCE = Duration.ofMillis(500);
    /** A send that the daemon does not take ends with its connection. */
    private static final long CLOSE_PATIENCE_NANOS = 2_000_000_000L;

    private final String group;
    private final ReplicaOptions options;
    private final MemberStore store;
    private final ReplicaApplication<S, C, R> application;
    private final ReplicaConnection connection;
    private final Tickets<S> tickets;
    private final Tellings tellings;
    private final Roles roles;
    private final ReplicaEnd end;
    private final Replica replica;
    private final ReplicaExplanation explanation;
    private final ReplicaLoop<S> loop;
    private final ReplicaWatch watch;
    private final Thread thread;
    private volatile ReplicaStatus last;

    ReplicaMember(String daemon, String group, S machine, Codec<C> codec, ReplicaOptions options) {
        ReplicaSettings settings = options.settings();
        this.group = group;
        this.options = options;
        this.store = new MemberStore(options.store(), options.logLength());
        this.application = new ReplicaApplication<>(machine, codec);
        this.connection = new ReplicaConnection(daemon, group, options);
        this.tickets = new Tickets<>(options.maxOutstanding(), this::wake);
        this.tellings = new Tellings(application, options.report());
        this.roles = new Roles(tellings);
        this.end = new ReplicaEnd(group);
        Recovery<S, C, R> recovery = new Recovery<>(store, application, options, group);
        Snapshots snapshots =
                new Snapshots(group, store, application, tellings, this::later, this::wake, options.snapshotRate());
        boolean made = false;
        try {
            this.replica = new Replica(
                    recovery.memory(),
                    recovery.version(),
                    recovery.isHalted(),
                    settings,
                    new ReplicaEffects<>(
                            group, settings, connection, application, store, snapshots, tickets, tellings, roles, end));
            this.explanation = new ReplicaExplanation(settings, replica, connection, tickets);
            this.last = explanation.status(roles.role());
            this.loop = new ReplicaLoop<>(this, group, options.suspectAfter(), options.clock());
            this.watch = new ReplicaWatch(group, this, options.report());
            this.thread = new Thread(this::run, "replica " + group);
            thread.setDaemon(true);
            made = true;
        } finally {
            if (!made) {
                store.close();
            }
        }
    }

    /** Connects a first time and begins; what goes wrong is the caller's. */
    void start() {
        boolean started = false;
        try {
            replica.connected(connection.first());
            watch.start();
            thread.start();
            started = true;
        } finally {
            if (!started) {
                watch.stop();
                connection.close();
                store.close();
            }
        }
    }

    private void run() {
        try {
            loop.run();
        } finally {
            watch.stop();
        }
    }

    private void later(Runnable what) {
        loop.ask(what);
    }

    private void wake() {
        loop.wake();
    }

    Ticket<S> submit(Request<S> request, Duration patience) {
        Ticket<S> ticket = tickets.submit(request, isInternalThread() ? null : patience);
        loop.wake();
        return ticket;
    }

    /** A command of the library. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    <T extends @Nullable Object> CompletableFuture<T> submit(byte[]... message) {
        return (CompletableFuture<T>) submit(Request.command(message), Duration.ZERO).future;
    }

    /** Submits something that ends within this time, one way or the other, whatever the internal thread is held up by. */
    @SuppressWarnings("FutureReturnValueIgnored") // what a cancelled timer ends with interests nobody
    Ticket<S> submitWithin(Request<S> request, Duration limit) {
        Ticket<S> ticket = submit(request, Duration.ZERO);
        if (!ticket.future.isDone()) {
            Future<?> timer = ReplicaWatch.after(limit, () -> tickets.expire(ticket, limit));
            ticket.future.whenComplete((result, error) -> timer.cancel(false));
        }
        return ticket;
    }

    /** Asks the internal thread. */
    <T extends @Nullable Object> CompletableFuture<T> ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        long number = tickets.ask(answer);
        loop.ask(() -> {
            application.begins();
            application.doing("a reader given to read");
            try {
                answer.complete(question.get());
            } catch (Throwable e) {
                // It is the asker's.
                answer.completeExceptionally(e);
            } finally {
                application.doing("");
                tickets.answered(number);
            }
        });
        return answer;
    }

    boolean isInternalThread() {
        return Thread.currentThread() == thread;
    }

    S machine() {
        return application.machine();
    }

    Duration patience() {
        return options.patience();
    }

    boolean readsOutsidePrimary() {
        return options.readsOutsidePrimary();
    }

    // ---- the role

    Role role() {
        return roles.role();
    }

    void onRole(Consumer<Role> to) {
        roles.onChange(to);
    }

    /** Waits for a role to be taken, or for the end, but not long. */
    void awaitRole(long nanos) throws InterruptedException {
        roles.await(end::isReached, nanos);
    }

    // ---- how it stands

    /** Never waits long: if the internal thread does not answer, it says so, with what was known last. */
    ReplicaStatus status() {
        if (isInternalThread()) {
            return statusNow();
        }
        if (!end.isReached()) {
            try {
                return ask(this::statusNow).get(STATUS_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                // It has ended meanwhile, or is held up.
            }
        }
        ReplicaException why = end.why();
        Duration oldest = tickets.oldest(System.nanoTime());
        return why != null
                ? last.explained(Role.MINORITY, tickets.waiting(), oldest, String.valueOf(why.getMessage()))
                : last.explained(
                        role(),
                        tickets.waiting(),
                        oldest,
                        "not answered within half a second: " + watch.stuck() + "; before: " + last.explanation());
    }

    /** On the internal thread. */
    ReplicaStatus statusNow() {
        ReplicaStatus now = explanation.status(role());
        last = now;
        return now;
    }

    // ---- the end

    boolean isStopped() {
        return end.isReached();
    }

    CompletableFuture<ReplicaException> closed() {
        return end.closed();
    }

    ReplicaException closedException() {
        return end.exception();
    }

    /** Ends everything and waits for it; on the internal thread it only asks for it. */
    void close() {
        end.ask();
        loop.wake();
        if (isInternalThread()) {
            return;
        }
        long bound = MessageChannel.nanos(options.closeTimeout());
        if (end.await(Math.min(bound, CLOSE_PATIENCE_NANOS))) {
            return;
        }
        connection.close();
        if (!end.await(Math.max(0, bound - CLOSE_PATIENCE_NANOS))) {
            String what = "close() of the member of group '" + group + "' does not wait any longer: " + watch.stuck()
                    + (store.isHeld() ? "; the store is let go when the device answers" : "");
            end.withoutThread(this, what);
            watch.tell(what);
        }
    }

    // ---- for its parts

    MemberStore store() {
        return store;
    }

    ReplicaApplication<S, C, R> application() {
        return application;
    }

    ReplicaConnection connection() {
        return connection;
    }

    Tickets<S> tickets() {
        return tickets;
    }

    Tellings tellings() {
        return tellings;
    }

    Roles roles() {
        return roles;
    }

    ReplicaEnd end() {
        return end;
    }

    Replica replica() {
        return replica;
    }

    ReplicaLoop<S> loop() {
        return loop;
    }

    Thread thread() {
        return thread;
    }
}
