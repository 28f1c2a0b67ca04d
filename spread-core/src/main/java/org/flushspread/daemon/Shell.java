package org.flushspread.daemon;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.daemon.admin.FlightRecorder;
import org.flushspread.daemon.admin.JfrEvents;
import org.flushspread.daemon.seal.SealFigures;
import org.flushspread.kernel.Inputs;
import org.flushspread.kernel.Kernel;
import org.flushspread.kernel.Turn;
import org.flushspread.kernel.base.CommandProof;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.KernelFailure;
import org.flushspread.kernel.base.Ports;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.ReloadOrigin;
import org.flushspread.kernel.base.Route;
import org.flushspread.kernel.base.Session;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One kernel between its sockets: what the kernel reads ({@link Inputs}) and what it does ({@link Ports}). Everything runs on one event
 * loop; whatever becomes ready asks for a turn, and one turn at the end of a pass of the loop reads it all.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on the loop ends the channel, and is seen there
final class Shell implements Ports, Inputs {
    private static final Logger LOG = LoggerFactory.getLogger(Shell.class);
    /** A turn that takes so long keeps tokens and clients waiting; nanoseconds. */
    private static final long SLOW_TURN = 50_000_000;

    private final IoEventLoop loop;
    private final ByteBufAllocator allocator;
    private final ShellCounters counters;
    private final FlightRecorder recorder;
    private final Consumer<String> fatal;
    private final ClientConnections clients;
    private final DatagramReceiver receiver;
    private final Runnable turnTask = this::turn;
    private final Runnable runTurn = this::runTurn;
    private final Consumer<Throwable> failure = this::failed;

    private final Sockets sockets;
    private @Nullable MonitorReplies replies;
    private @Nullable DatagramSender sender;
    private @Nullable ClientListeners listeners;
    private @Nullable Rights rights;
    private Consumer<Event> observer = event -> {};
    private @Nullable Kernel kernel;
    private @Nullable Turn turn;
    private boolean turnAsked;
    /** The clock when a turn first read it, 0 before, and when it last did. */
    private long turnBegan;

    private long clock;
    private String name = "";
    private @Nullable ScheduledFuture<?> timer;
    private long timerAt;
    private @Nullable Diagnosis diagnosis;
    private @Nullable AloneWatch alone;
    private SealedChannel seal;

    /**
     * @param fatal told, with a sentence, that this daemon cannot go on
     */
    Shell(
            IoEventLoop loop,
            Sockets sockets,
            ByteBufAllocator allocator,
            DatagramReceiver receiver,
            ShellCounters counters,
            FlightRecorder recorder,
            Consumer<String> fatal) {
        this.recorder = recorder;
        this.sockets = sockets;
        this.loop = loop;
        this.allocator = allocator;
        this.receiver = receiver;
        this.counters = counters;
        this.fatal = fatal;
        seal = SealedChannel.unsealed(counters);
        this.clients = new ClientConnections(allocator, this::wake, this::wakeLater);
    }

    /** Before {@link #begin}. */
    void seal(SealedChannel with) {
        seal = with;
    }

    /** On the loop. */
    SealFigures seal() {
        return seal.figures();
    }

    ClientConnections clients() {
        return clients;
    }

    @Nullable
    Kernel kernel() {
        return kernel;
    }

    /** Makes the kernel and lets it begin. On the loop, once. */
    void begin(
            Configuration configuration,
            Daemon me,
            DaemonOptions options,
            @Nullable DatagramSender datagrams,
            @Nullable ClientListeners clientListeners,
            Rights clientRights,
            Consumer<Event> events,
            long seed) {
        name = me.name();
        replies = new MonitorReplies(
                sockets, allocator, counters, me.address(), configuration.ring().checksSources(), seal);
        sender = datagrams;
        listeners = clientListeners;
        rights = clientRights;
        observer = events;
        Kernel made =
                new Kernel(configuration, me, options.kernel(), this, allocator, seed, nanoTime(), epochSeconds());
        clientRights.begin(made);
        kernel = made;
        clients.kernel(made);
        if (datagrams != null) {
            diagnose(new Diagnosis(configuration, me, LocalAddresses.ofThisMachine()));
        }
        receiver.register(loop, this::wake);
        clients.inTurn(made::start);
        turn = new Turn(made, this);
        if (clientListeners != null) {
            clientListeners.accepting(true);
        }
        wake();
    }

    /** Says what is to be seen now, and again whenever this daemon is in no ring with others for a while. */
    private void diagnose(Diagnosis first) {
        diagnosis = first;
        first.atStart().forEach(DaemonLog.NETWORK::warn);
        AloneWatch watch = new AloneWatch(loop, this::whyAlone, DaemonLog.NETWORK::warn);
        alone = watch;
        watch.begin();
    }

    private List<String> whyAlone(Duration time) {
        Kernel now = kernel;
        Diagnosis known = diagnosis;
        if (now == null || known == null) {
            return List.of();
        }
        List<String> reasons = new ArrayList<>(known.alone(now.heard(), time));
        reasons.addAll(seal.whyAlone(time));
        now.heard().forget();
        return reasons;
    }

    // ---- turns

    /** Asks for a turn in this pass of the loop. On the loop. */
    void wake() {
        if (!turnAsked) {
            turnAsked = true;
            loop.execute(turnTask);
        }
    }

    /** Asks for a turn after the loop has looked at its sockets again: a task that asks for itself would starve them. */
    private void wakeLater() {
        if (!turnAsked) {
            turnAsked = true;
            loop.schedule(turnTask, 0, TimeUnit.NANOSECONDS);
        }
    }

    private void turn() {
        turnAsked = false;
        Kernel now = kernel;
        if (now == null || turn == null) {
            return;
        }
        counters.turns++;
        turnBegan = 0;
        clients.inTurn(runTurn);
        if (turn == null) {
            return;
        }
        try {
            if (sender != null) {
                sender.flush();
            }
            clients.flush(failure);
        } catch (Throwable e) {
            failed(e);
        }
        if (clock - turnBegan >= SLOW_TURN) {
            counters.slowTurns++;
            JfrEvents.slowTurn(name, clock - turnBegan);
        }
        armTimer(now);
    }

    private void runTurn() {
        Kernel now = kernel;
        Turn order = turn;
        if (now == null || order == null) {
            return;
        }
        try {
            if (order.run()) {
                wakeLater();
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            if (now.hasFailed()) {
                broken(e);
                return;
            }
            // The kernel is whole, and has ended its turn: what failed is the shell's own.
            failed(e);
        } catch (Throwable e) {
            broken(e);
        }
    }

    /** Fail-stop: nothing more is read or delivered; the daemon ends, and clients and ring see what they see of a crash. */
    private void broken(Throwable e) {
        turn = null;
        String dump = e instanceof KernelFailure failure ? failure.dump() : "";
        LOG.error(
                "the protocol engine failed and this daemon ends; this is a bug or lack of memory, please report it with what follows. {}",
                dump,
                e);
        LOG.error("the last protocol events:\n{}", recorder.text());
        fatal.accept(e.getMessage() + "; the log says more");
    }

    private void failed(Throwable e) {
        counters.loopFailures++;
        if (Long.bitCount(counters.loopFailures) == 1) {
            LOG.error(
                    "input made the daemon fail, {} times so far; it goes on. Please report this.",
                    counters.loopFailures,
                    e);
        }
    }

    /** One timer at a time; a deadline that moves away (as the token's does with every token) leaves it alone. */
    private void armTimer(Kernel now) {
        if (kernel == null || !now.hasDeadline()) {
            return;
        }
        long at = now.nextDeadline();
        ScheduledFuture<?> armed = timer;
        if (armed != null) {
            if (at - timerAt >= 0) {
                return;
            }
            armed.cancel(false);
        }
        timerAt = at;
        timer = loop.schedule(this::timerFired, Math.max(0, at - nanoTime()), TimeUnit.NANOSECONDS);
    }

    private void timerFired() {
        timer = null;
        turn();
    }

    /** Gives the kernel a configuration that was read again. On the loop. */
    void reload(Configuration next, ReloadOrigin from) {
        tell(now -> now.reload(next, from));
    }

    /** Begins to leave the ring; {@code Event.Left} says when it is done. On the loop. */
    void leave() {
        tell(Kernel::leave);
    }

    /** Tells the kernel something outside of its turns. On the loop. */
    void tell(Consumer<Kernel> what) {
        Kernel now = kernel;
        if (now != null) {
            clients.inTurn(() -> {
                try {
                    now.now(nanoTime(), epochSeconds());
                    what.accept(now);
                } catch (RuntimeException | Error e) {
                    broken(e);
                }
            });
            wake();
        }
    }

    /** Stops the kernel: its sessions are closed, its buffers released. On the loop, once. */
    void stop() {
        Kernel now = kernel;
        if (now == null) {
            return;
        }
        clients.inTurn(() -> {
            try {
                now.stop();
            } catch (Throwable e) {
                failed(e);
            }
        });
        kernel = null;
        turn = null;
        if (timer != null) {
            timer.cancel(false);
        }
        if (alone != null) {
            alone.stop();
        }
        if (replies != null) {
            replies.close();
        }
        if (sender != null) {
            sender.flush();
        }
        clients.flush(failure);
    }

    // ---- inputs

    @Override
    public long nanoTime() {
        long now = System.nanoTime();
        recorder.now(now);
        if (turnBegan == 0) {
            turnBegan = now;
        }
        clock = now;
        return now;
    }

    @Override
    public int epochSeconds() {
        return (int) (System.currentTimeMillis() / 1000);
    }

    @Override
    public void data(Kernel to) {
        receiver.data(to);
    }

    @Override
    public boolean token(Kernel to) {
        return receiver.token(to);
    }

    @Override
    public void clients(Kernel to) {
        clients.deliver(to, failure);
    }

    // ---- ports

    @Override
    public void send(Route to, ByteBuf datagram) {
        if (sender != null) {
            recorder.sent(to, datagram);
            sender.send(to, datagram);
        }
    }

    @Override
    public void reply(IpAddress address, int port, ByteBuf datagram) {
        if (replies != null) {
            replies.send(address, port, datagram);
        }
    }

    @Override
    public CommandProof proofOf(ByteBuf packet, int index, int length) {
        return rights == null ? CommandProof.NOT_ASKED_FOR : rights.proofOf(packet, index, length);
    }

    @Override
    public void write(Session to, ByteBuf bytes) {
        connection(to).send(bytes);
    }

    @Override
    public void reading(Session session, boolean on) {
        connection(session).setReading(on);
    }

    @Override
    public void accepting(boolean on) {
        if (listeners != null) {
            listeners.accepting(on);
        }
    }

    @Override
    public void authenticate(Session session, String method, ByteBuf said) {
        if (rights == null) {
            clients.verdict(session, now -> now.authenticated(session, method, false));
        } else {
            rights.authentication().ask(session, method, said, told -> clients.verdictOn(loop, session, told));
        }
    }

    @Override
    public @Nullable IpAddress addressOf(Session session) {
        return connection(session).address().ip();
    }

    @Override
    public void close(Session session, Reason why) {
        recorder.closed(session, why);
        connection(session).finish(why);
    }

    @Override
    public void configured(Configuration now) {
        LOG.debug("routes follow the new configuration with hash {}", Integer.toUnsignedString(now.hash()));
        Diagnosis before = diagnosis;
        if (before != null) {
            diagnosis = before.of(now);
        }
    }

    @Override
    public void report(Event event) {
        recorder.reported(event);
        observer.accept(event);
        if (alone != null) {
            alone.observe(event);
        }
    }

    private static ClientConnection connection(Session session) {
        return (ClientConnection) session.transport();
    }
}
