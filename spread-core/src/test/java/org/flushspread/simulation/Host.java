package org.flushspread.simulation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.flushspread.config.AccessRules;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.Inputs;
import org.flushspread.kernel.Kernel;
import org.flushspread.kernel.KernelSnapshot;
import org.flushspread.kernel.Turn;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.KernelFailure;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.Ports;
import org.flushspread.kernel.base.Probe;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.Route;
import org.flushspread.kernel.base.Session;
import org.flushspread.kernel.base.TraceLine;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.TokenHeader;
import org.jspecify.annotations.Nullable;

/**
 * A machine with one daemon: receive buffers of limited size, a clock of its own, and the kernel that ships, driven by the {@link Turn} that
 * ships. It can crash, restart under the same name and id, and pause.
 *
 * <p>One class because it is the simulated counterpart of one class of the shell: all that the kernel asks of its host and all that happens
 * to it depend on whether the host is up, paused or busy. Sockets are {@link ReceiveBuffers} and {@link Pipes}.
 */
public final class Host implements Ports, Inputs {
    private static final int TURNS_TO_AUDIT = 16;

    private final int number;
    private final World world;
    private final Network network;
    private final Swarm swarm;
    private final Watch watch;
    private final KernelSettings settings;
    private final ReceiveBuffers sockets;
    private final Pipes pipes = new Pipes();
    private final long[] faults;
    /** Which turns take long. */
    private final Chance turns;

    /** Told when the daemon has ended itself. */
    private Consumer<Host> failureListener = host -> {};
    /** Nanoseconds that the work of this turn has taken so far. */
    private long spent;
    /** What it will have taken, and inputs to be read before it has. */
    private long work;

    private int before;
    private int turnsRun;
    private boolean memoryShort;
    private boolean calm;
    private boolean stopping;
    private boolean gone;
    /** There was no ring to leave. */
    private boolean leftNothing;

    private Configuration configuration;
    private Daemon me;
    private final HostMemory.FreeArrays freeArrays;
    private HostMemory memory;
    private @Nullable Kernel kernel;
    private @Nullable Turn turn;
    private boolean accepting = true;
    private boolean turnScheduled;
    private long busyUntil;
    private long pausedUntil;
    private long clockSkew;
    /** Where a clock that jumps back stands still. */
    private int clockFloor;

    private int highestIdTime;
    private int life;
    private @Nullable AccessRules access;
    private @Nullable MembershipId ring;
    private @Nullable FormIds forms;
    /** Rings this daemon was in. */
    private final Set<MembershipId> left = new HashSet<>();
    /** When the earliest wake-up for a deadline comes; later ones are scheduled by it. */
    private long alarm = Long.MAX_VALUE;
    /** Hosts behind each daemon and each segment of the configuration. */
    private int[][] byDaemon = {};

    private int[][] bySegment = {};

    Host(
            World world,
            Network network,
            Swarm swarm,
            Configuration configuration,
            Daemon me,
            KernelSettings settings,
            Watch watch,
            HostMemory.FreeArrays freeArrays,
            long[] faults,
            Chance turns) {
        this.world = world;
        this.network = network;
        this.swarm = swarm;
        this.sockets = new ReceiveBuffers(swarm.receiveBuffer());
        this.configuration = configuration;
        this.me = me;
        this.number = me.index();
        this.settings = settings;
        this.watch = watch;
        this.freeArrays = freeArrays;
        this.memory = new HostMemory(freeArrays);
        this.faults = faults;
        this.turns = turns;
        resolveRoutes();
    }

    /** Daemons are named d1, d2, ... in the order of the hosts. */
    private void resolveRoutes() {
        byDaemon = new int[configuration.daemons().size()][1];
        for (int i = 0; i < byDaemon.length; i++) {
            byDaemon[i][0] = Configurations.host(configuration.daemons().get(i));
        }
        bySegment = new int[configuration.segments().size()][];
        for (int i = 0; i < bySegment.length; i++) {
            bySegment[i] = configuration.segments().get(i).daemons().stream()
                    .mapToInt(Configurations::host)
                    .toArray();
        }
    }

    /** The hosts that a datagram is carried to. */
    int[] behind(Route route) {
        return route.kind() == Route.Kind.SEGMENT ? bySegment[route.index()] : byDaemon[route.index()];
    }

    public Daemon me() {
        return me;
    }

    /** Place among the hosts, whatever configuration is in force. */
    public int number() {
        return number;
    }

    public Configuration configuration() {
        return configuration;
    }

    public boolean isUp() {
        return kernel != null;
    }

    /** Lets a probe see what the kernel of this life does. */
    void probe(Probe probe) {
        if (kernel != null) {
            kernel.probe(probe);
        }
    }

    /** True while a ring of so many daemons stands and nothing is under way. */
    boolean isInRing(int size) {
        if (kernel == null) {
            return false;
        }
        KernelSnapshot now = kernel.snapshot(new KernelSnapshot.Limits(0, 0, 0));
        return now.membershipState() == 1
                && now.groupsState() == 1
                && now.ring().regular().size() == size;
    }

    /** State of the groups (groups-protocol 6), 0 while the daemon is down. */
    int groupsState() {
        return kernel == null ? 0 : kernel.groupsState();
    }

    /** Client messages that wait for the token, 0 while the daemon is down. */
    int waitingMessages() {
        return kernel == null ? 0 : kernel.waitingMessages();
    }

    /** Puts another configuration in force as soon as the daemon can. */
    void reload(Configuration next) {
        if (kernel != null) {
            faults[Faults.RELOAD.ordinal()]++;
            world.log(() -> "reload " + me.name() + " " + next.daemons());
            try {
                kernel.reload(next);
            } catch (KernelFailure e) {
                failStop(e);
            }
            wake();
        }
    }

    /** Another access file comes into force, or none, and stays so over restarts (security 4). */
    void access(@Nullable AccessRules rules) {
        access = rules;
        world.log(() -> "access " + me.name() + " " + (rules == null ? "none" : rules));
        if (kernel != null) {
            kernel.access(rules);
            wake();
        }
    }

    /** Counts the lives of this daemon; a restart begins a new one. */
    public int life() {
        return life;
    }

    void start(long seed) {
        life++;
        // Ids of rings are unique over restarts only while the clock is behind none used before (membership-protocol
        // 8).
        clockFloor = highestIdTime + 10;
        world.log(() -> "start  " + me.name());
        world.mix(life * 31L + me.index());
        memory = new HostMemory(freeArrays);
        network.started(this, epochSeconds() * 1000L);
        Kernel fresh = new Kernel(configuration, me, settings, this, memory, seed, world.now(), epochSeconds());
        kernel = fresh;
        turn = new Turn(fresh, this);
        accepting = true;
        stopping = false;
        gone = false;
        leftNothing = false;
        alarm = Long.MAX_VALUE;
        forms = swarm.corruption() > 0 ? null : new FormIds(me.name());
        watch.started(this);
        fresh.now(world.now(), epochSeconds());
        fresh.access(access);
        fresh.start();
        fresh.turnEnded();
        wakeAtDeadline();
        wake();
    }

    /** The process is gone: connections break, buffers in the sockets are lost. */
    public void crash() {
        Kernel dying = kernel;
        if (dying == null) {
            return;
        }
        world.log(() -> "crash  " + me.name());
        watch.crashed(this);
        kernel = null;
        turn = null;
        dying.stop();
        watch.released(this, memory.used());
        sockets.clear();
        pipes.clear();
        pausedUntil = world.now();
    }

    /** The daemon is told to stop: it leaves its ring, and its process ends then, or after {@code patience} nanoseconds. */
    public void stop(long patience) {
        if (kernel == null) {
            return;
        }
        world.log(() -> "stop   " + me.name());
        stopping = true;
        int of = life;
        world.after(patience, () -> {
            if (life == of && kernel != null) {
                crash();
            }
        });
        world.at(Math.max(world.now(), pausedUntil), () -> leave(of));
    }

    private void leave(int of) {
        if (life != of || kernel == null) {
            return;
        }
        try {
            kernel.now(nanoTime(), epochSeconds());
            kernel.leave();
            leftNothing = gone;
        } catch (KernelFailure e) {
            failStop(e);
        }
        wake();
    }

    /** The process stands still; datagrams pile up in its sockets. */
    public void pause(long nanos) {
        faults[Faults.PAUSE.ordinal()]++;
        pausedUntil = Math.max(pausedUntil, world.now() + nanos);
        world.log(() -> "pause  " + me.name() + " for " + nanos / 1_000_000 + " ms");
        Spectator spectator = world.spectator();
        if (spectator != null) {
            spectator.paused(this, nanos);
        }
    }

    void resume() {
        if (stopping && kernel != null) {
            crash();
        }
        pausedUntil = world.now();
        memory.recover();
        calm = true;
        wake();
    }

    void jumpClock(long seconds) {
        faults[Faults.CLOCK_JUMP.ordinal()]++;
        clockSkew += seconds;
    }

    void arrived(int from, byte[] bytes, boolean onTokenPort) {
        if (kernel == null) {
            return;
        }
        if (sockets.add(new ReceiveBuffers.Arrived(from, bytes), onTokenPort)) {
            wake();
        } else {
            faults[Faults.BUFFER_FULL.ordinal()]++;
        }
    }

    /** True for a token of a ring that this daemon has left for another, and for those that form rings. */
    boolean mayGetLate(byte[] token) {
        ByteBuf in = Unpooled.wrappedBuffer(token);
        return isForm(in)
                || left.contains(MembershipId.read(in, TokenHeader.MEMBERSHIP_ID, ByteOrderTag.isLittleEndian(in, 0)));
    }

    /** True if datagrams wait in the sockets. */
    boolean hasUnread() {
        return !sockets.isEmpty();
    }

    /** After so many more allocations some fail. */
    void shortMemory(int allocations, int times) {
        faults[Faults.MEMORY_SHORT.ordinal()]++;
        memoryShort = true;
        memory.failAt(allocations + 1, times);
    }

    void onFailure(Consumer<Host> listener) {
        failureListener = listener;
    }

    /** Nanoseconds by which what is sent now leaves later than the turn began. */
    long spent() {
        return spent;
    }

    private void worked() {
        if (work > 0 && before-- <= 0) {
            faults[Faults.LONG_TURN.ordinal()]++;
            spent = work;
            work = 0;
        }
    }

    /** A client connects; false if nobody listens. */
    boolean connect(Pipe pipe) {
        if (kernel == null) {
            return false;
        }
        pipes.arrive(pipe);
        wake();
        return true;
    }

    /** A turn is due as soon as the host is free. */
    void wake() {
        if (turnScheduled || kernel == null) {
            return;
        }
        turnScheduled = true;
        world.at(Math.max(busyUntil, pausedUntil), this::turn);
    }

    private void turn() {
        turnScheduled = false;
        Turn now = turn;
        if (now == null) {
            return;
        }
        if (pausedUntil > world.now()) {
            wake();
            return;
        }
        if (!calm && turns.happens(swarm.longTurns())) {
            work = 1 + turns.nextLong(2 * swarm.timers().token().toNanos());
            before = turns.nextInt(4);
        }
        busyUntil = world.now() + swarm.turnCost();
        boolean more = false;
        try {
            more = now.run();
            audit();
        } catch (KernelFailure e) {
            failStop(e);
        }
        if (spent > 0) {
            // a turn that was asked for meanwhile waits too
            busyUntil += spent;
            pausedUntil = Math.max(pausedUntil, busyUntil);
            spent = 0;
        }
        work = 0;
        if (kernel == null) {
            return;
        }
        watch.turned(this);
        if (gone) {
            if (!leftNothing) {
                pipes.requireNone(me.name());
            }
            crash();
            return;
        }
        wakeAtDeadline();
        if (more) {
            wake();
        }
    }

    /** What production does not test at each step, now and then. */
    private void audit() {
        if (kernel != null && ++turnsRun % TURNS_TO_AUDIT == 0) {
            kernel.audit();
        }
    }

    /** The daemon ends itself: allowed where memory ran out, and nowhere else. */
    private void failStop(KernelFailure failure) {
        if (!memoryShort || !(failure.getCause() instanceof OutOfMemoryError)) {
            throw failure;
        }
        faults[Faults.FAIL_STOP.ordinal()]++;
        world.log(() -> "fails  " + me.name() + " " + failure.getMessage());
        crash();
        failureListener.accept(this);
    }

    private void wakeAtDeadline() {
        Kernel running = kernel;
        if (running == null || !running.hasDeadline()) {
            return;
        }
        long at = Math.max(running.nextDeadline(), world.now() + 1);
        if (at < alarm) {
            alarm = at;
            int of = life;
            world.at(at, () -> alarm(of, at));
        }
    }

    private void alarm(int of, long at) {
        if (life != of || alarm != at) {
            return;
        }
        alarm = Long.MAX_VALUE;
        Kernel running = kernel;
        if (running != null && running.hasDeadline() && running.nextDeadline() <= at) {
            wake();
        } else {
            wakeAtDeadline();
        }
    }

    // Inputs

    @Override
    public long nanoTime() {
        return world.now() + spent;
    }

    @Override
    public int epochSeconds() {
        return Math.max(clockFloor, (int) (World.EPOCH + world.now() / 1_000_000_000L + clockSkew));
    }

    @Override
    public void data(Kernel running) {
        for (var next = sockets.nextData(); next != null; next = sockets.nextData()) {
            byte[] bytes = network.opened(this, next.bytes(), false);
            if (bytes != null) {
                running.data(Unpooled.wrappedBuffer(bytes), 0, bytes.length, source(running, next));
            }
        }
        worked();
    }

    private @Nullable IpAddress source(Kernel running, ReceiveBuffers.Arrived datagram) {
        return running.wantsSources() ? network.address(datagram.from()) : null;
    }

    @Override
    public boolean token(Kernel running) {
        var next = sockets.nextToken();
        if (next == null) {
            return false;
        }
        if (sockets.hasData() && !running.tokenFirst()) {
            throw new Violation(
                    "data before the token", me.name() + " read a token while data waited (ring-protocol 15)");
        }
        byte[] bytes = network.opened(this, next.bytes(), true);
        if (bytes == null) {
            return true;
        }
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        if (forms != null) {
            forms.reads(in);
        }
        running.token(in, 0, bytes.length, source(running, next));
        if (forms != null) {
            forms.hasRead();
        }
        worked();
        return true;
    }

    @Override
    public void clients(Kernel running) {
        if (accepting) {
            pipes.accept(running);
        }
        if (pipes.read(running)) {
            wake();
        }
        worked();
    }

    // Ports

    @Override
    public void send(Route to, ByteBuf datagram) {
        if (kernel != null) {
            if (to.kind() == Route.Kind.TOKEN) {
                if (isForm(datagram)) {
                    // This daemon may have given the ring that forms an id, and those who come along another.
                    highestIdTime = Math.max(highestIdTime, epochSeconds()) + 2;
                }
                if (forms != null) {
                    forms.sends(datagram);
                }
            }
            network.send(this, to, datagram);
        }
    }

    static boolean isForm(ByteBuf token) {
        boolean little = ByteOrderTag.isLittleEndian(token, token.readerIndex());
        return (TokenHeader.type(token, token.readerIndex(), little) & PacketType.FORM) != 0;
    }

    @Override
    public void reply(IpAddress address, int port, ByteBuf datagram) {
        network.reply(this, address, datagram);
    }

    @Override
    public void write(Session to, ByteBuf bytes) {
        Pipe pipe = (Pipe) to.transport();
        if (kernel != null && !pipe.hostClosed) {
            pipe.write(bytes);
            if (pipe.writable && pipe.isFull()) {
                pipe.writable = false;
                kernel.writability(to, false);
            }
            pipe.client.readable();
        }
        bytes.release();
    }

    @Override
    public void reading(Session session, boolean on) {
        ((Pipe) session.transport()).reading = on;
        if (on) {
            wake();
        }
    }

    @Override
    public void accepting(boolean on) {
        accepting = on;
        if (on) {
            wake();
        }
    }

    @Override
    public void authenticate(Session session, String method, ByteBuf said) {
        throw new IllegalStateException("no method that needs the world is configured");
    }

    @Override
    public void close(Session session, Reason why) {
        Pipe pipe = (Pipe) session.transport();
        pipe.hostClosed = true;
        pipe.why = why;
        if (why == Reason.OUT_OF_MEMORY) {
            faults[Faults.CLIENT_WITHOUT_MEMORY.ordinal()]++;
        }
        if (why == Reason.ACCESS_WITHDRAWN || why == Reason.CONNECT_DENIED) {
            faults[Faults.RIGHTS.ordinal()]++;
        }
        world.log(() -> TraceLine.close(me.name(), pipe.client + " " + why));
        pipe.client.readable();
    }

    @Override
    public void configured(Configuration now) {
        configuration = now;
        me = Objects.requireNonNull(now.byId(me.id()));
        resolveRoutes();
    }

    private void note(DaemonMembership membership) {
        if (membership.id().procId() == me.id()) {
            highestIdTime = Math.max(highestIdTime, membership.id().time());
        }
    }

    @Override
    public void report(Event event) {
        world.log(() -> TraceLine.report(me.name(), event));
        gone |= event instanceof Event.Left;
        if (event instanceof Event.MembershipInstalled installed) {
            note(installed.membership());
            if (ring != null) {
                left.add(ring);
            }
            ring = installed.membership().id();
        } else if (event instanceof Event.SessionFailed failed
                && !(memoryShort && failed.cause() instanceof OutOfMemoryError)) {
            throw new Violation("no exception leaves the kernel", event.toString(), failed.cause());
        } else if (event instanceof Event.MembershipTransitional transitional) {
            note(transitional.membership());
        }
        watch.reported(this, event);
    }
}
