package org.flushspread.flush;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadException;
import org.flushspread.flush.kernel.Wrapping;
import org.flushspread.flush.replica.Chain;
import org.flushspread.flush.replica.MemberId;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.Order;
import org.flushspread.flush.replica.Primary;
import org.flushspread.flush.replica.Refusal;
import org.flushspread.flush.replica.Replica;
import org.flushspread.flush.replica.ReplicaOutput;
import org.flushspread.flush.replica.ReplicaReason;
import org.flushspread.flush.replica.ReplicaSettings;
import org.flushspread.flush.replica.Role;
import org.flushspread.flush.replica.Version;
import org.flushspread.flush.store.Recovered;
import org.flushspread.flush.store.Store;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * The replica of a member, its connection and its internal thread. Everything but {@link #submit} and the reads of volatile fields happens
 * on that thread.
 */
final class ReplicaMember<S extends StateMachine<C, R>, C, R> implements ReplicaOutput, Executor {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final long TICK_NANOS = 100_000_000;
    private static final long FIRST_PAUSE_NANOS = 100_000_000;
    private static final long LONGEST_PAUSE_NANOS = 5_000_000_000L;
    private static final long SILENCE_NANOS = 5_000_000_000L;
    /** Messages taken in before commands are sent and results given out. */
    private static final int MESSAGES_PER_TURN = 16;

    private final String daemon;
    private final String group;
    private final ReplicaOptions options;
    private final Store store;
    private final ReplicaSettings settings;
    private final ReplicaApplication<S, C, R> application;
    private final Replica replica;
    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final Queue<ReplicaApplication.Pending<S>> submitted = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean submissionsAnnounced = new AtomicBoolean();
    private final Semaphore permits;
    private final List<Consumer<Role>> roleListeners = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile Role role = Role.MINORITY;
    private volatile boolean stopped;
    private volatile @Nullable Throwable failure;
    private @Nullable Listener listener;
    private @Nullable FlushRequest consenting;
    private boolean connecting;
    private long nextConnect;
    private long pause = FIRST_PAUSE_NANOS;
    private int sinceTurn;
    private long viewSince;
    private boolean silenceReported;

    ReplicaMember(String daemon, String group, S machine, Codec<C> codec, ReplicaOptions options) {
        this.daemon = daemon;
        this.group = group;
        this.options = options;
        this.store = options.store;
        this.settings = options.settings();
        this.application = new ReplicaApplication<>(machine, codec);
        this.permits = new Semaphore(options.maxOutstanding);
        this.replica = recover(store.open());
        this.thread = new Thread(this::run, "replica " + group);
        thread.setDaemon(true);
    }

    private Replica recover(Recovered recovered) {
        recovered.warnings().forEach(text -> options.report.accept(ReplicaReason.STATE_DAMAGED, text));
        Metadata memory = recovered.metadata();
        if (memory == null) {
            SecureRandom random = new SecureRandom();
            String label = options.name.isEmpty() ? group.substring(0, Math.min(10, group.length())) : options.name;
            memory = Metadata.fresh(new MemberId(label, random.nextLong() | 1, random.nextLong()));
            store.record(memory);
            return new Replica(memory, Version.INITIAL, settings, this);
        }
        byte[] snapshot = recovered.snapshot();
        if (snapshot != null) {
            Throwable refused = application.load(snapshot);
            if (refused != null) {
                throw new IllegalStateException(
                        "store " + store + " holds a snapshot that this state machine cannot load", refused);
            }
        }
        Version base = recovered.snapshotVersion();
        Chain chain = new Chain(base.chainHigh(), base.chainLow());
        long index = base.index();
        for (byte[] command : recovered.commands()) {
            chain.add(ByteBuffer.wrap(command));
            application.apply(0, ByteBuffer.wrap(command));
            index++;
        }
        return new Replica(memory, new Version(memory.epoch(), index, chain.high(), chain.low()), settings, this);
    }

    // ---- from any thread

    /** Connects a first time and begins; what goes wrong is the caller's. */
    void start() {
        try {
            adopt(connectPatiently());
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
        thread.start();
    }

    /** A name that a crashed process had is free only when its end was ordered (flush-protocol 10.12), so this is tried for a while. */
    private FlushConnection connectPatiently() {
        long end = System.nanoTime() + CONNECT_TIMEOUT.toNanos();
        while (true) {
            try {
                return connect();
            } catch (SpreadException e) {
                boolean passing = e.code() == SpreadCode.REJECT_NOT_UNIQUE || e.code() == SpreadCode.CONNECTION_CLOSED;
                if (!passing || System.nanoTime() - end >= 0) {
                    throw e;
                }
                LockSupport.parkNanos(FIRST_PAUSE_NANOS);
            }
        }
    }

    void submit(ReplicaApplication.Pending<S> command) {
        if (!admitted(command)) {
            return;
        }
        submitted.add(command);
        if (stopped) {
            refuseSubmitted();
        } else if (submissionsAnnounced.compareAndSet(false, true)) {
            tasks.add(() -> {});
        }
    }

    private boolean admitted(ReplicaApplication.Pending<S> command) {
        boolean admitted = true;
        try {
            admitted = Thread.currentThread() == thread
                    || permits.tryAcquire()
                    || permits.tryAcquire(options.submitTimeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            admitted = false;
        }
        if (!admitted) {
            command.future.completeExceptionally(new ReplicaException(
                    ReplicaException.Reason.QUEUE_FULL,
                    options.maxOutstanding + " commands are outstanding; none ended within " + options.submitTimeout));
        } else if (Thread.currentThread() != thread) {
            command.permits = permits;
        }
        return admitted;
    }

    @Override
    public void execute(Runnable task) {
        if (stopped) {
            throw new RejectedExecutionException("the replicated state machine is closed");
        }
        tasks.add(task);
    }

    boolean isInternalThread() {
        return Thread.currentThread() == thread;
    }

    Role role() {
        return role;
    }

    boolean isStopped() {
        return stopped;
    }

    @Nullable
    Throwable failure() {
        return failure;
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

    boolean readsOutsidePrimary() {
        return options.readOutsidePrimary;
    }

    ReplicaException closedException() {
        Throwable why = failure;
        return new ReplicaException(
                ReplicaException.Reason.CLOSED,
                why == null
                        ? "the replicated state machine of group '" + group + "' is closed"
                        : "the replicated state machine of group '" + group + "' has stopped: " + why.getMessage(),
                why);
    }

    /** Ends everything and waits for it, unless it is called by the internal thread. */
    void close() {
        if (isInternalThread()) {
            stop(null);
            return;
        }
        tasks.add(() -> stop(null));
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- the internal thread

    private void run() {
        long nextTick = System.nanoTime() + TICK_NANOS;
        while (!stopped) {
            try {
                long left = nextTick - System.nanoTime();
                Runnable task = tasks.poll(Math.max(0, left), TimeUnit.NANOSECONDS);
                if (task != null) {
                    task.run();
                }
                // However much there is to do: a member that is read all the time has to connect again too.
                if (left <= 0 && !stopped) {
                    tick();
                    nextTick = System.nanoTime() + TICK_NANOS;
                }
                turn();
            } catch (InterruptedException e) {
                stop(null);
            } catch (RuntimeException | Error e) {
                stop(e);
            }
        }
        refuseSubmitted();
    }

    private void turn() {
        if (stopped) {
            return;
        }
        sinceTurn = 0;
        submissionsAnnounced.set(false);
        ReplicaApplication.Pending<S> next;
        while ((next = submitted.poll()) != null) {
            replica.submit(application.register(next), next.message);
        }
        replica.endOfTurn();
    }

    private void tick() {
        store.tick();
        long now = System.nanoTime();
        if (listener == null && !connecting && now - nextConnect >= 0) {
            connecting = true;
            Thread helper = new Thread(this::reconnect, "replica " + group + " connects");
            helper.setDaemon(true);
            helper.start();
        }
        List<String> silent = replica.silentMembers();
        if (listener != null && !silent.isEmpty() && !silenceReported && now - viewSince > SILENCE_NANOS) {
            silenceReported = true;
            options.report.accept(
                    ReplicaReason.OUT_OF_TURN,
                    "members " + silent + " of group '" + group
                            + "' say nothing; nothing is decided without them. Is another program in the group?");
        }
    }

    private void stop(@Nullable Throwable why) {
        if (stopped) {
            return;
        }
        failure = why;
        stopped = true;
        if (why != null) {
            options.report.accept(ReplicaReason.STATE_DAMAGED, "the member stops: " + why);
        }
        Listener last = listener;
        if (last != null) {
            last.connection.close();
        }
        replica.close();
        refuseSubmitted();
        try {
            store.close();
        } catch (RuntimeException e) {
            options.report.accept(ReplicaReason.STATE_DAMAGED, String.valueOf(e.getMessage()));
        }
        role(Role.MINORITY);
    }

    private void refuseSubmitted() {
        ReplicaApplication.Pending<S> next;
        while ((next = submitted.poll()) != null) {
            next.fail(closedException());
        }
    }

    // ---- the connection

    private FlushConnection connect() {
        ConnectOptions connect = ConnectOptions.of(daemon, options.name).withTimeout(CONNECT_TIMEOUT);
        return FlushConnection.connect(
                FlushOptions.of(options.connection.apply(connect)).withWrapping(Wrapping.ALWAYS));
    }

    private void reconnect() {
        try {
            FlushConnection connection = connect();
            tasks.add(() -> {
                connecting = false;
                if (stopped) {
                    connection.close();
                } else {
                    adopt(connection);
                }
            });
        } catch (RuntimeException e) {
            tasks.add(() -> {
                connecting = false;
                delayConnect();
            });
        }
    }

    private void delayConnect() {
        nextConnect = System.nanoTime() + pause;
        pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
    }

    private void adopt(FlushConnection connection) {
        FlushGroup joined;
        try {
            replica.connected(connection.privateGroup());
            joined = connection.join(group);
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
        Listener next = new Listener(connection, joined);
        listener = next;
        joined.listen(next, this);
    }

    private void disconnect() {
        Listener last = listener;
        if (last != null) {
            listener = null;
            last.connection.close();
            replica.disconnected();
            delayConnect();
        }
    }

    /** Takes the events of one connection; those that come after its end are of no interest. */
    private final class Listener implements FlushListener {
        final FlushConnection connection;
        final FlushGroup joined;

        Listener(FlushConnection connection, FlushGroup joined) {
            this.connection = connection;
            this.joined = joined;
        }

        private void take(Runnable event) {
            if (listener != this || stopped) {
                return;
            }
            try {
                event.run();
                if (++sinceTurn >= MESSAGES_PER_TURN) {
                    turn();
                }
            } catch (RuntimeException | Error e) {
                stop(e);
            }
        }

        @Override
        public void onView(View view) {
            take(() -> {
                viewSince = System.nanoTime();
                silenceReported = false;
                replica.view(view.members());
            });
        }

        @Override
        public void onMessage(DataMessage message) {
            take(() -> {
                if (message.group().equals(group)) {
                    replica.message(message.sender(), message.body());
                }
            });
        }

        @Override
        public void onFlushRequest(FlushRequest request) {
            take(() -> {
                turn();
                consenting = request;
                replica.flushRequest();
                consenting = null;
            });
        }

        @Override
        public void onTransition() {
            take(replica::transition);
        }

        @Override
        public void onSelfLeave() {
            take(ReplicaMember.this::disconnect);
        }

        @Override
        public void onReject(Reject reject) {
            take(() -> {
                options.report.accept(
                        ReplicaReason.OUT_OF_TURN, "the daemon refuses to let this member into group '" + group + "'");
                disconnect();
            });
        }

        @Override
        public void onClosed(SpreadException why) {
            take(ReplicaMember.this::disconnect);
        }
    }

    // ---- what the replica does

    private interface Sending {
        void to(FlushGroup joined);
    }

    private void send(Sending sending) {
        Listener now = listener;
        if (now == null) {
            return;
        }
        try {
            sending.to(now.joined);
        } catch (SpreadException e) {
            // The connection is ending: its end comes as an event, behind what was delivered before.
            now.connection.close();
        }
    }

    @Override
    public void multicast(Order order, byte[] message) {
        Service service = switch (order) {
            case FIFO -> Service.FIFO;
            case AGREED -> Service.AGREED;
            case SAFE -> Service.SAFE;
        };
        send(joined -> joined.multicast(service, message));
    }

    @Override
    public void send(List<String> receivers, byte[] message) {
        send(joined -> joined.subgroupcast(Service.AGREED, receivers, message));
    }

    @Override
    public void consent() {
        FlushRequest request = consenting;
        if (request != null) {
            try {
                request.flush();
            } catch (SpreadException e) {
                // The connection is ending.
            }
        }
    }

    @Override
    public void rejoin() {
        pause = Math.max(pause, FIRST_PAUSE_NANOS * 10);
        // Not in the middle of what the replica is doing.
        tasks.add(this::disconnect);
    }

    @Override
    public void apply(long ticket, ByteBuffer command) {
        application.apply(ticket, command);
    }

    @Override
    public byte[] save() {
        return application.save();
    }

    @Override
    public boolean load(byte[] state) {
        Throwable refused = application.load(state);
        if (refused != null) {
            options.report.accept(
                    ReplicaReason.STATE_NOT_ACCEPTED,
                    application.machine().getClass().getName() + ".load failed: " + refused);
        }
        return refused == null;
    }

    @Override
    public void completed(long ticket) {
        application.completed(ticket);
    }

    @Override
    public void uncertain(long ticket) {
        application.failed(ticket, new UncertainException());
    }

    @Override
    public void refused(long ticket, Refusal why) {
        application.failed(
                ticket,
                switch (why) {
                    case NOT_PRIMARY ->
                        new ReplicaException(
                                ReplicaException.Reason.NOT_PRIMARY,
                                "this member is not in a primary component of group '" + group + "'");
                    case QUEUE_FULL ->
                        new ReplicaException(
                                ReplicaException.Reason.QUEUE_FULL,
                                replica.queued() + " commands wait to be sent; no more are taken");
                    case TOO_LARGE ->
                        new ReplicaException(
                                ReplicaException.Reason.TOO_LARGE,
                                "the command takes more than " + settings.commandBytes() + " bytes");
                    case CLOSED -> closedException();
                });
    }

    @Override
    public void append(long epoch, long index, ByteBuffer command) {
        store.append(epoch, index, command);
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
        if (next == Role.PRIMARY) {
            pause = FIRST_PAUSE_NANOS;
        }
        role = next;
        synchronized (roleListeners) {
            roleListeners.notifyAll();
        }
        for (Consumer<Role> each : new ArrayList<>(roleListeners)) {
            each.accept(next);
        }
    }

    /** Waits for a role to be taken, or for the end. */
    @SuppressWarnings("WaitNotInLoop")
    void awaitRole(long nanos) throws InterruptedException {
        synchronized (roleListeners) {
            if (role != Role.PRIMARY && !stopped) {
                TimeUnit.NANOSECONDS.timedWait(roleListeners, Math.min(nanos, 100_000_000L));
            }
        }
    }

    @Override
    public void formed(Primary primary) {}

    @Override
    public void report(ReplicaReason reason, String text) {
        options.report.accept(reason, text);
    }

    ReplicaStatus status() {
        return new ReplicaStatus(
                role,
                replica.isDecided(),
                replica.id(),
                replica.members(),
                replica.silentMembers(),
                replica.catchingUp(),
                replica.version(),
                replica.lastPrimary(),
                replica.attempts(),
                replica.queued(),
                explanation());
    }

    private String explanation() {
        if (listener == null) {
            return "there is no connection to " + daemon;
        }
        if (replica.members().isEmpty()) {
            return "the group has not let this member in yet";
        }
        if (!replica.silentMembers().isEmpty()) {
            return "members " + replica.silentMembers() + " have not said what they have";
        }
        return switch (role) {
            case PRIMARY -> "in the primary component, with " + replica.members();
            case CATCHING_UP -> "the state is on the way";
            case MINORITY -> minority();
        };
    }

    private String minority() {
        Primary last = replica.lastPrimary();
        String present = "present are " + replica.members();
        if (last.number() > 0 || !replica.attempts().isEmpty()) {
            return present + ", not enough"
                    + (last.number() > 0 ? " of the last primary " + names(last) : "")
                    + (last.number() > 0 && !replica.attempts().isEmpty() ? " and" : "")
                    + replica.attempts().stream()
                            .map(each -> " of " + names(each) + ", who were about to become primary")
                            .collect(Collectors.joining(" and"));
        }
        int n = settings.quorum().members();
        return present + "; none of them has a history, and to found one takes "
                + (n == 0
                        ? "a member with founder(true)"
                        : settings.durable() ? "more than half of " + n + " members" : "all " + n + " members");
    }

    private static List<String> names(Primary primary) {
        return primary.members().stream().map(MemberId::name).toList();
    }
}
