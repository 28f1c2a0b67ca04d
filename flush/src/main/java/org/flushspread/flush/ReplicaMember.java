package org.flushspread.flush;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.flushspread.client.MessageChannel;
import org.flushspread.client.Service;
import org.flushspread.client.UserCode;
import org.flushspread.flush.replica.Chain;
import org.flushspread.flush.replica.Failure;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.Replica;
import org.flushspread.flush.replica.ReplicaOutput;
import org.flushspread.flush.replica.ReplicaReason;
import org.flushspread.flush.replica.ReplicaSettings;
import org.flushspread.flush.replica.Role;
import org.flushspread.flush.replica.SkippedCommand;
import org.flushspread.flush.replica.Version;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A member: the replica, its state machine, store and connection, and the internal thread that runs them. Everything but what is marked
 * happens on that thread.
 *
 * <p>The replica is never called from within itself: what it has to tell its user (results, roles, reports) is kept until its call has
 * returned and its state is whole, and then told.
 *
 * <p>A member ends in one place, {@link #end}, in this order: connection and store first, so that nobody waits for a member that is no more,
 * then what was earned is given out, every future that is left fails, and the user is told why.
 */
final class ReplicaMember<S extends StateMachine<C, R>, C, R> implements ReplicaOutput, Executor {
    private static final long TICK_NANOS = 100_000_000;
    private static final int TICKS_PER_LOOK = 10;
    private static final long SILENCE_NANOS = 5_000_000_000L;
    private static final String ON_REPORT = "the handler of onReport";
    private static final ScheduledThreadPoolExecutor WATCH = watch();
    private static final Duration STATUS_PATIENCE = Duration.ofMillis(500);
    /** Messages taken in before commands are sent and results given out. */
    private static final int MESSAGES_PER_TURN = 16;

    private final String group;
    private final ReplicaOptions options;
    private final ReplicaSettings settings;
    private final MemberStore store;
    private final ReplicaApplication<S, C, R> application;
    private final Replica replica;
    private final ReplicaConnection connection;
    private final Tickets<S> tickets;
    private final ReplicaExplanation explanation;
    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Deque<Runnable> tellings = new ArrayDeque<>();
    private final List<Consumer<Role>> roleListeners = new CopyOnWriteArrayList<>();
    private final CompletableFuture<ReplicaException> closed = new CompletableFuture<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicBoolean ending = new AtomicBoolean();
    private final Thread thread;
    /** When it took up what it is at; 0 while it waits for something to do. */
    private volatile long busySince;

    private volatile long toldOf;
    private @Nullable Future<?> watching;
    private volatile Role role = Role.MINORITY;
    private volatile boolean closeAsked;
    private volatile @Nullable ReplicaException end;
    private volatile ReplicaStatus last;
    private @Nullable Throwable failure;
    // Made while there was memory.
    private final ReplicaException ready;
    private final ReplicaException readyUncertain;
    private int sinceTurn;
    private int ticks;
    private long quietSince = System.nanoTime();
    private boolean silenceReported;

    ReplicaMember(String daemon, String group, S machine, Codec<C> codec, ReplicaOptions options) {
        this.group = group;
        this.options = options;
        this.settings = options.settings();
        this.store = new MemberStore(options.store, new LogLength(options.snapshotEvery, options.snapshotBytes));
        this.application = new ReplicaApplication<>(machine, codec);
        this.tickets = new Tickets<>(options.maxOutstanding);
        Recovery<S, C, R> recovery = new Recovery<>(store, application, options, group);
        boolean made = false;
        try {
            this.replica = new Replica(recovery.memory(), recovery.version(), settings, this);
            this.connection = new ReplicaConnection(daemon, group, options, replica, this);
            this.explanation = new ReplicaExplanation(settings, replica, connection, tickets);
            this.last = explanation.status(role);
            this.ready = new ReplicaException(
                    Failure.CLOSED,
                    "the replicated state machine of group '" + group + "' has stopped, without memory to say why");
            this.readyUncertain = new UncertainException(ready.getMessage(), ready);
            this.thread = new Thread(this::run, "replica " + group);
            thread.setDaemon(true);
            made = true;
        } finally {
            if (!made) {
                store.close();
            }
        }
    }

    /** One thread for all members of the process, and none while there are no members. */
    private static ScheduledThreadPoolExecutor watch() {
        ScheduledThreadPoolExecutor watch = new ScheduledThreadPoolExecutor(1, body -> {
            Thread thread = new Thread(body, "replica watch");
            thread.setDaemon(true);
            return thread;
        });
        watch.setRemoveOnCancelPolicy(true);
        watch.setKeepAliveTime(5, TimeUnit.SECONDS);
        watch.allowCoreThreadTimeOut(true);
        return watch;
    }

    // ---- from any thread

    /** Connects a first time and begins; what goes wrong is the caller's. */
    void start() {
        boolean started = false;
        try {
            connection.first();
            watching = WATCH.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
            thread.start();
            started = true;
        } finally {
            if (!started) {
                connection.close();
                store.close();
            }
        }
    }

    Ticket<S> submit(byte[] message, @Nullable Function<? super S, ?> reader, Duration patience) {
        Ticket<S> ticket = tickets.submit(message, reader, isInternalThread() ? null : patience);
        wake();
        return ticket;
    }

    private void wake() {
        if (woken.compareAndSet(false, true)) {
            tasks.add(() -> {});
        }
    }

    /** For the connection: an event of the group. */
    @Override
    public void execute(Runnable task) {
        if (end != null) {
            throw new RejectedExecutionException("the replicated state machine is closed");
        }
        tasks.add(task);
    }

    void executeUnlessOver(Runnable task) {
        if (end == null) {
            tasks.add(task);
        }
    }

    /** Asks the internal thread. */
    <T extends @Nullable Object> CompletableFuture<T> ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        long number = tickets.ask(answer);
        tasks.add(() -> {
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

    Role role() {
        return role;
    }

    boolean isStopped() {
        return end != null;
    }

    void onRole(Consumer<Role> to) {
        roleListeners.add(to);
    }

    S machine() {
        return application.machine();
    }

    Replica replica() {
        return replica;
    }

    Duration patience() {
        return options.submitTimeout;
    }

    boolean readsOutsidePrimary() {
        return options.readOutsidePrimary;
    }

    CompletableFuture<ReplicaException> closed() {
        return closed.copy();
    }

    ReplicaException closedException() {
        ReplicaException why = end;
        return why == null ? ended(null) : new ReplicaException(why.reason(), String.valueOf(why.getMessage()), why);
    }

    private ReplicaException ended(@Nullable Throwable why) {
        return new ReplicaException(
                Failure.CLOSED,
                why == null
                        ? "the replicated state machine of group '" + group + "' is closed"
                        : "the replicated state machine of group '" + group + "' has stopped: "
                                + (why instanceof PoisonedCommandException ? why.getMessage() : why),
                why);
    }

    /** Ends everything and waits for it; on the internal thread it only asks for it. */
    void close() {
        closeAsked = true;
        wake();
        if (isInternalThread()) {
            return;
        }
        long bound = MessageChannel.nanos(options.closeTimeout);
        // A send that the daemon does not take ends with its connection.
        if (awaitOver(Math.min(bound, 2_000_000_000L))) {
            return;
        }
        connection.close();
        if (!awaitOver(Math.max(0, bound - 2_000_000_000L))) {
            closeWithoutThread();
        }
    }

    private boolean awaitOver(long nanos) {
        long until = System.nanoTime() + nanos;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return over.await(until - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The internal thread does not come back: everything that others wait for is ended without it. */
    private void closeWithoutThread() {
        String what = "close() of the member of group '" + group + "' does not wait any longer: " + stuck()
                + (store.isHeld() ? "; the store is let go when the device answers" : "");
        ReplicaException why = new ReplicaException(Failure.CLOSED, what);
        ending.set(true);
        endOthersWait(why, new UncertainException(what, why));
        tellStuck(what);
    }

    /** Looks from outside, once a second, whether the internal thread hangs, which it cannot say itself. */
    private void look() {
        long since = busySince;
        if (since == 0 || since == toldOf || System.nanoTime() - since < SILENCE_NANOS) {
            return;
        }
        try {
            tellStuck("the member of group '" + group + "' does nothing: " + stuck());
            toldOf = since;
        } catch (Throwable e) {
            // No memory, no thread: again in a second.
        }
    }

    /** On a thread of its own, since nobody can wait for the handler; if that is what hangs, into the log. */
    private void tellStuck(String what) {
        Runnable telling = () -> UserCode.run(() -> options.report.accept(ReplicaReason.STUCK, what));
        if (application.doing().equals(ON_REPORT)) {
            telling = () ->
                    LoggerFactory.getLogger(ReplicatedStateMachine.class).warn("{}: {}", ReplicaReason.STUCK, what);
        }
        Thread teller = new Thread(telling, "replica " + group + " tells");
        teller.setDaemon(true);
        teller.start();
    }

    /** What the internal thread is in. */
    private String stuck() {
        String doing = application.doing();
        long sending = connection.sendingSince();
        String where = Stream.of(thread.getStackTrace())
                .filter(each -> !each.getClassName().matches("(java|jdk|sun)\\..*"))
                .findFirst()
                .map(each -> ", at " + each)
                .orElse("");
        return "thread '" + thread.getName() + "' is "
                + (!doing.isEmpty()
                        ? "in " + doing + " (" + application.name() + ") since " + since(application.doingSince())
                        : sending != 0
                                ? "sending to the daemon since " + since(sending)
                                : store.isHeld() ? "waiting for store " + store : "busy")
                + where;
    }

    private static String since(long nanos) {
        return ReplicaExplanation.seconds(Duration.ofNanos(System.nanoTime() - nanos));
    }

    /** Never waits long: if the internal thread does not answer, it says so, with what was known last. */
    ReplicaStatus status() {
        if (isInternalThread()) {
            return statusNow();
        }
        ReplicaException why = end;
        if (why == null) {
            try {
                return ask(this::statusNow).get(STATUS_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                // It has ended meanwhile, or is held up.
            }
        }
        why = end;
        Duration oldest = tickets.oldest(System.nanoTime());
        return why != null
                ? last.explained(Role.MINORITY, tickets.waiting(), oldest, String.valueOf(why.getMessage()))
                : last.explained(
                        role,
                        tickets.waiting(),
                        oldest,
                        "not answered within half a second: " + stuck() + "; before: " + last.explanation());
    }

    private ReplicaStatus statusNow() {
        ReplicaStatus now = explanation.status(role);
        last = now;
        return now;
    }

    // ---- the internal thread

    private void run() {
        long nextTick = System.nanoTime() + TICK_NANOS;
        while (goesOn()) {
            try {
                long left = nextTick - System.nanoTime();
                busySince = 0;
                Runnable task = tasks.poll(Math.max(0, left), TimeUnit.NANOSECONDS);
                busySince = System.nanoTime();
                if (task != null) {
                    task.run();
                }
                // However much there is to do: a member that is read all the time has to connect again too.
                if (left <= 0 && goesOn()) {
                    enter(this::tick);
                    nextTick = System.nanoTime() + TICK_NANOS;
                }
                enter(this::turn);
            } catch (InterruptedException e) {
                // Only the user's code can have done that, and not to end the member.
            } catch (Throwable e) {
                failure = e;
            }
        }
        application.forget();
        try {
            end(failure);
        } catch (Throwable e) {
            // No memory even for that: what others wait for ends with what was made for this case.
            endOthersWait(ready, readyUncertain);
        } finally {
            busySince = 0;
            over.countDown();
            Future<?> look = watching;
            if (look != null) {
                look.cancel(false);
            }
        }
    }

    private boolean goesOn() {
        return failure == null && !closeAsked && end == null;
    }

    /** Calls the replica, and then tells what came of it. What the call throws ends the member, but not in the middle of things. */
    void enter(Runnable call) {
        if (!goesOn()) {
            return;
        }
        application.begins();
        try {
            call.run();
            if (++sinceTurn >= MESSAGES_PER_TURN) {
                turn();
            }
        } catch (Throwable e) {
            failure = e;
            return;
        }
        tell();
    }

    /** Hands over what was submitted, and sends, writes and acknowledges. */
    void turn() {
        sinceTurn = 0;
        woken.set(false);
        Ticket<S> next;
        while ((next = tickets.next()) != null) {
            replica.submit(next.number, next.message);
        }
        replica.endOfTurn();
    }

    private void tick() {
        store.tick();
        connection.tick();
        if (++ticks % TICKS_PER_LOOK == 0) {
            lookForStandstill();
        }
    }

    private void lookForStandstill() {
        ReplicaStatus now = statusNow();
        boolean silent = connection.isConnected() && !now.silent().isEmpty();
        boolean stands = silent || (role == Role.PRIMARY && MessageChannel.nanos(now.oldestWaiting()) > SILENCE_NANOS);
        if (!stands) {
            quietSince = System.nanoTime();
            silenceReported = false;
        } else if (!silenceReported && (!silent || System.nanoTime() - quietSince > SILENCE_NANOS)) {
            silenceReported = true;
            report(
                    silent ? ReplicaReason.OUT_OF_TURN : ReplicaReason.DELAYED,
                    silent
                            ? "members " + now.silent() + " of group '" + group
                                    + "' say nothing; nothing is decided without them. Is another program in the group?"
                            : "group '" + group + "': " + now.explanation());
        }
    }

    private void tell() {
        Runnable next;
        while ((next = tellings.poll()) != null) {
            application.begins();
            UserCode.run(next);
        }
    }

    private void telling(String handler, Runnable code) {
        tellings.add(() -> {
            application.doing(handler);
            try {
                code.run();
            } finally {
                application.doing("");
            }
        });
    }

    // ---- the end

    /** Ends everything that others wait for; does nothing the second time. From any thread. */
    private void endOthersWait(ReplicaException why, ReplicaException uncertain) {
        end = end == null ? why : end;
        role = Role.MINORITY;
        try {
            connection.close();
        } catch (Throwable e) {
            UserCode.uncaught(e);
        }
        try {
            store.close();
        } catch (Throwable e) {
            UserCode.uncaught(e);
        }
        tickets.end(why, uncertain);
        try {
            closed.complete(why);
        } catch (Throwable e) {
            UserCode.uncaught(e);
        }
        wakeRoleWaiters();
    }

    private void end(@Nullable Throwable why) {
        if (!ending.compareAndSet(false, true)) {
            return;
        }
        ReplicaException reason = ended(why);
        end = reason;
        Role before = role;
        role = Role.MINORITY;
        UserCode.run(connection::close);
        List<Throwable> more = new ArrayList<>();
        guarded(store::close, more);
        guarded(replica::close, more);
        tell();
        tickets.end(reason, new UncertainException(reason.getMessage(), reason));
        if (why != null) {
            report(
                    why instanceof PoisonedCommandException ? ReplicaReason.POISONED_COMMAND : ReplicaReason.STOPPED,
                    String.valueOf(reason.getMessage()));
        }
        more.forEach(each -> report(ReplicaReason.STOPPED, "while the member of group '" + group + "' ended: " + each));
        if (before != Role.MINORITY) {
            tellRole(Role.MINORITY);
        }
        tell();
        wakeRoleWaiters();
        closed.complete(reason);
    }

    private static void guarded(Runnable step, List<Throwable> failures) {
        try {
            step.run();
        } catch (Throwable e) {
            failures.add(e);
        }
    }

    // ---- what the replica does

    @Override
    public void multicast(Service service, byte[] message) {
        connection.send(joined -> joined.multicast(service, message));
    }

    @Override
    public void send(List<String> receivers, byte[] message) {
        connection.send(joined -> joined.subgroupcast(Service.AGREED, receivers, message));
    }

    @Override
    public void consent() {
        connection.consent();
    }

    @Override
    public void rejoin() {
        connection.rejoin();
    }

    @Override
    public void apply(long ticket, ByteBuffer command) {
        try {
            application.apply(ticket == 0 ? null : tickets.get(ticket), command);
        } catch (Error e) {
            // Of no use any more, and perhaps what takes the memory.
            application.forget();
            throw poisoned(ticket, e);
        }
    }

    private PoisonedCommandException poisoned(long ticket, Error error) {
        Version with = replica.version();
        Chain chain = new Chain(with.chainHigh(), with.chainLow());
        SkippedCommand command = SkippedCommand.of(with.index(), chain, replica.lineage());
        return new PoisonedCommandException(
                application.name(), with.index(), ticket, store.isDurable() ? command.toString() : "", error);
    }

    @Override
    public byte[] save() {
        return application.save();
    }

    @Override
    public boolean load(byte[] state) {
        Exception refused = application.load(state);
        if (refused != null) {
            report(ReplicaReason.STATE_NOT_ACCEPTED, application.name() + ".load failed: " + refused);
        }
        return refused == null;
    }

    @Override
    public void completed(long ticket) {
        outcome(ticket, null);
    }

    @Override
    public void failed(long ticket, Failure why) {
        outcome(
                ticket,
                switch (why) {
                    case UNCERTAIN -> uncertain();
                    case NOT_PRIMARY ->
                        new ReplicaException(
                                Failure.NOT_PRIMARY,
                                "this member is not in a primary component of group '" + group + "'");
                    case QUEUE_FULL ->
                        new ReplicaException(
                                Failure.QUEUE_FULL,
                                replica.queued() + " commands wait to be sent; no more are taken");
                    case TOO_LARGE ->
                        new ReplicaException(
                                Failure.TOO_LARGE,
                                "the command takes more than " + settings.commandBytes() + " bytes");
                    case CLOSED -> closedException();
                });
    }

    private UncertainException uncertain() {
        ReplicaException why = end;
        return why == null ? new UncertainException() : new UncertainException(why.getMessage(), why);
    }

    private void outcome(long number, @Nullable Throwable replaced) {
        Ticket<S> ticket = tickets.get(number);
        if (ticket != null) {
            if (replaced != null) {
                ticket.failure = replaced;
            }
            telling("a callback of a future", () -> give(ticket));
        }
    }

    private void give(Ticket<S> ticket) {
        try {
            tickets.end(ticket);
        } catch (Throwable e) {
            if (!ticket.future.isDone()) {
                // No memory to say so; the end of the member tries it again.
                failure = e;
            }
            throw e;
        }
    }

    @Override
    public void append(long epoch, long index, ByteBuffer command) {
        store.append(epoch, index, command);
    }

    @Override
    public boolean isSnapshotDue() {
        return store.isSnapshotDue();
    }

    @Override
    public void sync() {
        store.sync();
    }

    @Override
    public void record(Metadata metadata) {
        store.record(metadata);
    }

    @Override
    public void snapshot(Version version, byte[] state, @Nullable Metadata metadata) {
        store.snapshot(version, state, metadata);
    }

    @Override
    public void role(Role next) {
        if (end != null) {
            return;
        }
        if (next == Role.PRIMARY) {
            connection.settled();
        }
        role = next;
        wakeRoleWaiters();
        tellRole(next);
    }

    private void tellRole(Role next) {
        for (Consumer<Role> each : roleListeners) {
            telling("a handler of onRoleChange", () -> each.accept(next));
        }
    }

    private void wakeRoleWaiters() {
        synchronized (roleListeners) {
            roleListeners.notifyAll();
        }
    }

    /** Waits for a role to be taken, or for the end. */
    @SuppressWarnings("WaitNotInLoop")
    void awaitRole(long nanos) throws InterruptedException {
        synchronized (roleListeners) {
            if (role != Role.PRIMARY && end == null) {
                TimeUnit.NANOSECONDS.timedWait(roleListeners, Math.min(nanos, 100_000_000L));
            }
        }
    }

    @Override
    public void report(ReplicaReason reason, String text) {
        telling(ON_REPORT, () -> options.report.accept(reason, text));
    }
}
