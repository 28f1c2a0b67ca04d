package org.flushspread.daemon;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.daemon.admin.FlightRecorder;
import org.flushspread.kernel.Kernel;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.ReloadOrigin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running Spread daemon. One thread of its own does all its work; the methods here may be called by any thread.
 *
 * <p>One class because start and end are one sequence, in which each step of the end undoes one of the start, whichever of them failed.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on the loop ends the channel, and is seen there
public final class SpreadDaemon implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SpreadDaemon.class);
    /** A connection in memory has no buffers of the system before its water marks; this stands for them: 4 MB as a rule. */
    private static final long SYSTEM_BUFFERS = 16;

    /** Clients get this long to read what was written to them before the end. */
    private static final Duration FAREWELL = Duration.ofMillis(300);

    /** The longest that the ring is waited for before the end. */
    private static final Duration LEAVING = Duration.ofSeconds(2);

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Configuration configuration;
    private final Daemon me;
    private final DaemonOptions options;
    private final Sockets sockets;
    private final ShellCounters counters = new ShellCounters();
    private final MultiThreadIoEventLoopGroup group;
    private final IoEventLoop loop;
    private final DatagramReceiver receiver;
    private final Shell shell;
    private final Administration administration;
    private final FlightRecorder recorder;
    private final List<String> listening = new ArrayList<>();
    /** Distinguishes the private names of its socket files from those of daemons that start at the same time. */
    private final String unique = ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());

    private final Optional<Supplier<Configuration>> reread;
    private final AtomicBoolean rereading = new AtomicBoolean();
    private final AtomicBoolean closing = new AtomicBoolean();
    /** Counted down when the daemon is to end, whoever says so. */
    private final CountDownLatch toStop = new CountDownLatch(1);

    private final CountDownLatch left = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Optional<String> failure = Optional.empty();
    private volatile List<String> membership = List.of();
    private volatile @Nullable Kernel kernel;

    private @Nullable DatagramSender sender;
    private SealedChannel seal;
    private @Nullable ClientListeners listeners;
    private @Nullable TlsClients tls;
    private @Nullable Rights rights;
    private @Nullable EventLog eventLog;
    private @Nullable ManagementBean bean;

    private SpreadDaemon(
            Configuration configuration, Daemon me, DaemonOptions options, Optional<Supplier<Configuration>> reread) {
        this.reread = reread;
        this.configuration = configuration;
        this.me = me;
        this.options = options;
        sockets = options.nio() ? Sockets.NIO : Sockets.best();
        recorder = new FlightRecorder(configuration.ring(), me.name(), System.nanoTime());
        ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
        // The first thing that holds descriptors, and may be refused them: before it there is nothing to give back.
        group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("spread-" + me.name(), true), sockets.ioHandlers());
        receiver = new DatagramReceiver(sockets, counters, recorder);
        seal = SealedChannel.unsealed(counters);
        loop = group.next();
        shell = new Shell(loop, sockets, allocator, receiver, counters, recorder, this::fail);
        administration = new Administration(loop, shell, counters, me, recorder);
    }

    /**
     * Starts a daemon. When this returns it serves clients, though its first membership may still be forming.
     *
     * @param me the entry of {@code configuration} to be
     * @throws DaemonStartException if it cannot listen where the configuration says; nothing is left open then
     */
    public static SpreadDaemon start(Configuration configuration, Daemon me, DaemonOptions options) {
        return start(new SpreadDaemon(configuration, me, options, Optional.empty()));
    }

    /**
     * As {@link #start(Configuration, Daemon, DaemonOptions)}, for a daemon that a monitor may tell to read its configuration again.
     *
     * @param reread reads the file again; what it throws is logged, and the old configuration stays
     */
    public static SpreadDaemon start(
            Configuration configuration, Daemon me, DaemonOptions options, Supplier<Configuration> reread) {
        return start(new SpreadDaemon(configuration, me, options, Optional.of(reread)));
    }

    private static SpreadDaemon start(SpreadDaemon daemon) {
        try {
            daemon.open();
        } catch (Throwable e) {
            daemon.close();
            throw e;
        }
        return daemon;
    }

    private void open() {
        Rights read = Rights.read(me, options);
        rights = read;
        if (options.eventLog()) {
            eventLog = EventLog.open(me);
        }
        DaemonOptions sealed = options.network() ? openSeal() : options;
        if (options.network()) {
            openSockets();
        }
        new Announcement(me, configuration, listening).log(sockets, sender != null);
        long seed = new SecureRandom().nextLong();
        Future<?> begun =
                loop.submit(() -> shell.begin(configuration, me, sealed, sender, listeners, read, this::observe, seed));
        begun.awaitUninterruptibly();
        if (!begun.isSuccess()) {
            throw new DaemonStartException("the daemon cannot begin: " + Ending.reason(begun.cause()), begun.cause());
        }
        kernel = shell.kernel();
        administration.open(options, read, unique, listening);
        bean = ManagementBean.registerSoon(this);
    }

    /** An envelope takes its room from the packets in it, so that they fit where they did. */
    private DaemonOptions openSeal() {
        if (options.seal().isEmpty()) {
            return options;
        }
        seal = SealedChannel.of(options.seal().get(), me, counters);
        receiver.seal(seal);
        shell.seal(seal);
        return options.withKernel(options.kernel().withHeadroom(seal.overhead()).withFullPackets(seal.isSealed()));
    }

    private void openSockets() {
        receiver.open(configuration, me, options.receiveBuffer());
        UnaryOperator<UdpSocket> network = options.networkFaults()
                .<UnaryOperator<UdpSocket>>map(faults -> socket -> new FaultyUdpSocket(socket, faults, loop))
                .orElse(UnaryOperator.identity());
        sender = DatagramSender.open(sockets, configuration, me, counters, options.runLength(), seal, network);
        SystemLimits limits = new SystemLimits();
        ClientListeners opened = new ClientListeners(
                sockets,
                group,
                shell.clients(),
                options,
                counters,
                limits,
                openTls().orElse(null));
        listeners = opened;
        opened.open(configuration, me, unique);
        listening.addAll(opened.listening());
        listening.addAll(receiver.listening());
        long wanted = (long) options.kernel().maxSessions() + options.kernel().maxHandshakes();
        if (wanted > limits.connections()) {
            LOG.warn(
                    "this process may open {} files: at most {} connections at a time instead of {}. Raise the limit"
                            + " (ulimit -n).",
                    limits.limit(),
                    limits.connections(),
                    wanted);
        }
    }

    private Optional<TlsClients> openTls() {
        if (options.tls().isEmpty()) {
            return Optional.empty();
        }
        TlsClients opened = new TlsClients(options.tls().get(), me, options, counters);
        tls = opened;
        administration.tls(opened);
        opened.begin(loop);
        return Optional.of(opened);
    }

    private void observe(Event event) {
        DaemonLog.report(event);
        administration.observe(event);
        if (eventLog != null) {
            eventLog.report(event, configuration);
        }
        if (event instanceof Event.MembershipInstalled installed) {
            membership =
                    installed.membership().members().stream().map(Daemon::name).toList();
        } else if (event instanceof Event.ReloadRequested) {
            reread(ReloadOrigin.MONITOR);
        } else if (event instanceof Event.Left) {
            left.countDown();
        } else if (event instanceof Event.StopRequested) {
            stopSoon();
        }
    }

    /**
     * Reads the configuration, where the daemon was started with a file of it, and the files of keys, certificates and rights, away from the loop; requests
     * that come meanwhile are answered by this one.
     */
    void reread(ReloadOrigin from) {
        if (!rereading.compareAndSet(false, true)) {
            return;
        }
        Rights now = rights;
        Thread thread = new Thread(
                () -> {
                    try {
                        seal.reread().ifPresent(keys -> loop.execute(() -> seal.keys(keys)));
                        if (tls != null) {
                            tls.reread();
                        }
                        if (now != null) {
                            now.reread(change -> loop.execute(() -> shell.tell(change)));
                        }
                        reread.ifPresent(reader -> reload(reader.get(), from));
                    } catch (Throwable e) {
                        DaemonLog.CONFIGURATION.error(
                                "the old configuration stays: {}",
                                e instanceof RuntimeException ? e.getMessage() : Ending.reason(e));
                    } finally {
                        rereading.set(false);
                    }
                },
                "spread-" + me.name() + "-reload");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Puts another configuration in force, at once or when the ring has formed. A configuration this daemon cannot change to without a new
     * start is refused, which the log tells. Without a line AcceleratedRing the ring protocol stays as it is.
     */
    public void reload(Configuration next) {
        reload(next, ReloadOrigin.HOST);
    }

    private void reload(Configuration next, ReloadOrigin from) {
        loop.execute(() -> shell.reload(next, from));
    }

    /** The daemon cannot go on: it ends by itself, its clients see the end of their connections. */
    void fail(String why) {
        if (failure.isEmpty()) {
            failure = Optional.of(why);
            LOG.error("stopping: {}", why);
        }
        stopSoon();
    }

    /**
     * Closing waits for the loop, so it cannot run on it. Whoever waits in {@link #await} closes too, in case there is no thread to be had.
     */
    private void stopSoon() {
        toStop.countDown();
        try {
            Thread stopper = new Thread(this::close, "spread-" + me.name() + "-stop");
            stopper.setDaemon(true);
            stopper.start();
        } catch (OutOfMemoryError noThread) {
            LOG.error(
                    "no thread to stop with ({}): clients stay connected until the process ends",
                    noThread.getMessage());
        }
    }

    /** The last protocol events, one line each. Any thread. */
    String recorded() {
        return recorder.text();
    }

    /** The version of this build. */
    static String version() {
        String version = SpreadDaemon.class.getPackage().getImplementationVersion();
        return version == null ? "(development build)" : version;
    }

    /** The name in the configuration. */
    public String name() {
        return me.name();
    }

    /** The configuration it was started with. */
    public Configuration configuration() {
        return configuration;
    }

    /** What runs the daemon. */
    IoEventLoop loop() {
        return loop;
    }

    /** The entry of the configuration it is. */
    public Daemon me() {
        return me;
    }

    /** Where it listens, for a person: client addresses first. */
    public List<String> listening() {
        return List.copyOf(listening);
    }

    /** Names of the daemons in the ring now; empty before the first membership. */
    public List<String> membership() {
        return membership;
    }

    /** Counts since the start. */
    public DaemonMetrics metrics() {
        Kernel now = kernel;
        if (now == null) {
            throw new IllegalStateException("the daemon has not started");
        }
        return DaemonMetrics.of(me.name(), shell.clients().size(), membership, now.counters(), counters);
    }

    /**
     * Opens a client connection without a socket. The caller speaks the client protocol over it, from the connect request on.
     *
     * @param wakeup runs, on any thread and possibly too often, when there is something to read or room to write again, and at the end;
     *     must not block
     * @throws IllegalStateException if the daemon has stopped
     */
    public MemoryConnection connect(Runnable wakeup) {
        MemoryConnection connection = new MemoryConnection(
                loop,
                shell.clients(),
                wakeup,
                options.writeLowWater() * SYSTEM_BUFFERS,
                options.writeHighWater() * SYSTEM_BUFFERS);
        if (closing.get()) {
            throw new IllegalStateException("daemon " + me.name() + " has stopped");
        }
        loop.execute(() -> {
            if (shell.kernel() == null) {
                connection.abort();
            } else {
                shell.clients().add(connection);
                connection.opened();
            }
        });
        return connection;
    }

    /** True until {@link #close} has begun, whoever called it. */
    public boolean isRunning() {
        return !closing.get();
    }

    /** Waits for the end. */
    public void await() throws InterruptedException {
        toStop.await();
        close();
    }

    /** Why the daemon ended by itself, if it did because it could not go on. */
    public Optional<String> failure() {
        return failure;
    }

    /**
     * Stops: leaves the ring in order, for which it takes 2 s at the most (membership-protocol 6.8); sessions are closed, what they were
     * sent is flushed, socket files removed. Returns when all is done.
     */
    @Override
    public void close() {
        close(true);
    }

    /** As {@link #close}, but without a word to the ring: the other daemons find out by their timeouts, as if the process had died. */
    public void halt() {
        close(false);
    }

    private void close(boolean inOrder) {
        if (!closing.compareAndSet(false, true)) {
            awaitUninterruptibly();
            return;
        }
        try {
            attempt(administration::close);
            attempt(this::closeBean);
            onLoop(() -> attempt(this::closeListeners));
            if (inOrder && kernel != null && failure.isEmpty()) {
                attempt(this::leave);
            }
            onLoop(shell::stop);
            attempt(this::farewell);
            onLoop(() -> {
                attempt(this::closeTls);
                attempt(shell.clients()::abortAll);
                attempt(receiver::close);
                attempt(this::closeSender);
            });
            attempt(this::closeFiles);
        } finally {
            toStop.countDown();
            group.shutdownGracefully(0, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .awaitUninterruptibly(PATIENCE.toMillis());
            closed.countDown();
        }
        LOG.debug("daemon {} has stopped", me.name());
    }

    private void closeBean() {
        if (bean != null) {
            bean.close();
        }
    }

    private void closeListeners() {
        if (listeners != null) {
            listeners.close();
        }
    }

    private void closeTls() {
        if (tls != null) {
            tls.close();
        }
    }

    private void closeSender() {
        if (sender != null) {
            sender.close();
        }
    }

    private void closeFiles() {
        if (rights != null) {
            rights.close();
        }
        if (eventLog != null) {
            eventLog.close();
        }
        seal.close();
    }

    /** Whatever a step of the end throws, the next one follows: nothing may stay open behind it. */
    private static void attempt(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            LOG.warn("while stopping", e);
        }
    }

    /** Runs a step of the end on the loop, or here if the loop never got a thread. */
    private void onLoop(Runnable step) {
        Future<?> done;
        try {
            done = loop.submit(() -> attempt(step));
        } catch (Throwable noLoop) {
            attempt(step);
            return;
        }
        if (!done.awaitUninterruptibly(PATIENCE.toMillis())) {
            LOG.warn("daemon {} does not answer; it is ended all the same", me.name());
        }
    }

    private void leave() {
        onLoop(shell::leave);
        if (!await(left, LEAVING)) {
            LOG.warn(
                    "daemon {} has not left the ring within {} s: the others notice it by their timeouts",
                    me.name(),
                    LEAVING.toSeconds());
        }
    }

    /** Waits until every connection has closed after its last bytes, but not for long. */
    private void farewell() {
        CountDownLatch gone = new CountDownLatch(1);
        loop.execute(() -> shell.clients().whenEmpty(gone::countDown));
        await(gone, FAREWELL);
    }

    /** An interrupt ends only this wait. */
    private static boolean await(CountDownLatch event, Duration most) {
        try {
            return event.await(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void awaitUninterruptibly() {
        boolean interrupted = false;
        while (true) {
            try {
                closed.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
