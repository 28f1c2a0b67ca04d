package org.flushspread.kernel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.flushspread.config.AccessRules;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.ReloadDifference;
import org.flushspread.config.Timers;
import org.flushspread.kernel.base.CertifiedUser;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.Counters;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.DeadlineKind;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.Heard;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.kernel.base.KernelFailure;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.Message;
import org.flushspread.kernel.base.PasswordMethods;
import org.flushspread.kernel.base.Ports;
import org.flushspread.kernel.base.Probe;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.ReloadOrigin;
import org.flushspread.kernel.base.ScramAnswer;
import org.flushspread.kernel.base.Session;
import org.flushspread.kernel.groups.Groups;
import org.flushspread.kernel.membership.MembershipProtocol;
import org.flushspread.kernel.membership.Partition;
import org.flushspread.kernel.membership.StateTimes;
import org.flushspread.kernel.monitor.Monitor;
import org.flushspread.kernel.monitor.StatusSource;
import org.flushspread.kernel.monitor.WindowControl;
import org.flushspread.kernel.ring.Ring;
import org.flushspread.kernel.ring.RingObserver;
import org.flushspread.kernel.session.Sessions;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.ServiceType;
import org.jspecify.annotations.Nullable;

/**
 * One daemon. Call {@link #now} first in every turn (a {@link Turn} does), then inputs in any number, then {@link #turnEnded}. Not thread
 * safe: one thread for the whole life.
 *
 * <p>No input makes it throw. What fails in the input of one client ends that client. What fails anywhere else leaves as a
 * {@link KernelFailure}: the daemon ends then, for half of a step must never be seen by anybody (guarantees, where failures end).
 *
 * <p>One class because it is the one place where the rooms meet: each input goes to one of them, each upcall of one to another.
 */
public final class Kernel {
    /** Bytes of a packet that a dump shows. */
    private static final int DUMPED = 2048;

    private final Context context;
    private final Ring ring;
    private final Partition partition;
    private final MembershipProtocol membership;
    private final Groups groups;
    private final Sessions sessions;
    private final Datagrams datagrams;
    private final StateTimes stateTimes;
    /** What the sockets were opened for. */
    private final Configuration started;
    /** Something failed half-way: nothing is done any more. */
    private boolean broken;
    /** It is to leave its ring as soon as its clients have. */
    private boolean leaving;

    private @Nullable Configuration waiting;
    private ReloadOrigin waitingFrom = ReloadOrigin.MONITOR;

    /**
     * @param configuration the spread.conf in force
     * @param me this daemon's entry of it
     * @param seed of the little chance there is (invented private names)
     */
    public Kernel(
            Configuration configuration,
            Daemon me,
            KernelSettings settings,
            Ports ports,
            ByteBufAllocator allocator,
            long seed,
            long nanos,
            int epochSeconds) {
        started = configuration;
        context = new Context(configuration, me, settings, ports, allocator, seed, nanos, epochSeconds);
        Timers timers = configuration.timers();
        ring = new Ring(context, timers, new Upcalls());
        stateTimes = new StateTimes(nanos);
        partition = new Partition(context);
        membership = new MembershipProtocol(context, timers, ring, partition);
        sessions = new Sessions(context, ring);
        groups = new Groups(context, ring, sessions);
        sessions.groups(groups);
        Figures figures = new Figures();
        Monitor monitor = new Monitor(context, partition, figures, figures);
        datagrams = new Datagrams(context, ring, partition, membership, monitor);
    }

    /** Begins to look for other daemons. Clients are served from the first membership on. */
    public void start() {
        checkUsable();
        try {
            membership.start();
        } catch (RuntimeException | Error e) {
            throw failed("started", e);
        }
    }

    /** A turn begins: monotonic nanoseconds and wall-clock seconds. */
    public void now(long nanos, int epochSeconds) {
        context.now(nanos, epochSeconds);
    }

    /** This turn has come as far as this moment: what it armed since the clock was last read counts from here (ring-protocol 15). */
    public void workedUntil(long nanos) {
        context.workedUntil(nanos);
    }

    /** True if the token socket is to be read before the data sockets in this turn. */
    public boolean tokenFirst() {
        return ring.tokenFirst();
    }

    /** A datagram of the data port from a source that was not looked at. */
    public void data(ByteBuf packet, int index, int length) {
        data(packet, index, length, null);
    }

    /**
     * A datagram of the data port, lent for the call (ring-protocol 6).
     *
     * @param source the address it came from, without a scope, or null if that was not looked at; see {@link #wantsSources}
     */
    public void data(ByteBuf packet, int index, int length, @Nullable IpAddress source) {
        checkUsable();
        if (membership.hasLeft()) {
            return;
        }
        try {
            datagrams.data(packet, index, length, source);
        } catch (RuntimeException | Error e) {
            throw failed("read a data packet", e, packet, index, length);
        }
    }

    /**
     * True while it matters where datagrams come from: always in a ring of Spread 5 (spread5 2.3), in others while no ring stands, or one was
     * disturbed (membership-protocol 6.7).
     */
    public boolean wantsSources() {
        return context.configuration().ring().checksSources() || membership.wantsSources();
    }

    /** A datagram of the token port from a source that was not looked at. */
    public void token(ByteBuf token, int index, int length) {
        token(token, index, length, null);
    }

    /** A datagram of the token port, lent for the call (ring-protocol 7.1); the source as in {@link #data(ByteBuf, int, int, IpAddress)}. */
    public void token(ByteBuf token, int index, int length, @Nullable IpAddress source) {
        checkUsable();
        if (membership.hasLeft()) {
            return;
        }
        try {
            datagrams.token(token, index, length, source);
        } catch (RuntimeException | Error e) {
            throw failed("read a token", e, token, index, length);
        }
    }

    /**
     * Puts a newly read spread.conf in force (membership-protocol 10), at once or as soon as a ring is installed. The result is reported
     * as {@link Event.Reloaded}: a file this daemon cannot run with changes nothing. Timers stay as they were at the start.
     */
    public void reload(Configuration next) {
        reload(next, ReloadOrigin.MONITOR);
    }

    /** As {@link #reload(Configuration)}, told by whom: it decides what a missing AcceleratedRing means (configuration 4.3). */
    public void reload(Configuration next, ReloadOrigin from) {
        checkUsable();
        waiting = next;
        waitingFrom = from;
        try {
            reloadIfOperational();
        } catch (RuntimeException | Error e) {
            throw failed("put another configuration in force", e);
        }
    }

    private void reloadIfOperational() {
        Configuration next = waiting;
        if (next == null || !membership.isOperational()) {
            return;
        }
        waiting = null;
        Configuration before = context.configuration();
        Configuration loaded =
                waitingFrom == ReloadOrigin.MONITOR ? next.asReloadOf(before) : next.keepingRingOf(before);
        ReloadDifference difference = ReloadDifference.between(started, before, loaded, context.me());
        if (difference instanceof ReloadDifference.Refused refused) {
            context.ports().report(new Event.Reloaded(false, String.join("; ", refused.reasons())));
            return;
        }
        Daemon me = Objects.requireNonNull(loaded.byId(context.me().id()));
        context.configure(loaded, me, loaded.hash());
        datagrams.reconfigured(loaded);
        partition.reconfigured();
        ring.reconfigured(loaded.options().acceleratedRing().orElse(false));
        groups.reconfigured();
        context.ports().configured(loaded);
        context.ports().report(new Event.Reloaded(true, describe(difference, before, next, loaded)));
        if (!(difference instanceof ReloadDifference.Unchanged)) {
            membership.reloaded(difference instanceof ReloadDifference.SingletonPhase);
        }
    }

    private static String describe(
            ReloadDifference difference, Configuration before, Configuration next, Configuration loaded) {
        List<String> changes = new ArrayList<>();
        if (difference instanceof ReloadDifference.MembershipChange change) {
            addDaemons(changes, "added", change.added());
            addDaemons(changes, "removed", change.removed());
            if (changes.isEmpty() && !before.segments().equals(loaded.segments())) {
                changes.add("another order, port or interface of the daemons");
            }
        } else if (difference instanceof ReloadDifference.SingletonPhase phase) {
            addDaemons(changes, "changed", phase.changed());
        }
        changes.addAll(before.options().changesTo(loaded.options()));
        boolean was = before.options().acceleratedRing().orElse(false);
        boolean is = loaded.options().acceleratedRing().orElse(false);
        if (was != is && next.options().acceleratedRing().isEmpty()) {
            changes.add("the ring protocol is now the " + (is ? "accelerated" : "plain")
                    + " one although the file does not say so, as in C daemons that reload (configuration 4.3); daemons that"
                    + " start with this file later do not find this one: write AcceleratedRing");
        }
        if (before.hash() != loaded.hash()) {
            changes.add("the hash from " + Integer.toUnsignedString(before.hash()) + " to "
                    + Integer.toUnsignedString(loaded.hash()));
        }
        return changes.isEmpty() ? "unchanged" : String.join("; ", changes);
    }

    private static void addDaemons(List<String> changes, String what, List<Daemon> daemons) {
        if (!daemons.isEmpty()) {
            changes.add(what + " " + daemons.stream().map(Daemon::toString).collect(Collectors.joining(" ")));
        }
    }

    /** A client connected; {@code address} is 0 for a unix domain or in-memory connection. */
    public Session opened(int address, Object transport) {
        checkUsable();
        try {
            return sessions.opened(address, transport);
        } catch (RuntimeException | Error e) {
            throw failed("took in a client", e);
        }
    }

    /**
     * As {@link #opened(int, Object)}, for a client that may take nothing for so long before MaxSessionMessages and the limit in bytes of one
     * session count (client-protocol 6.4).
     */
    public Session opened(int address, Object transport, Duration patience) {
        return opened(address, transport, patience, null);
    }

    /**
     * As {@link #opened(int, Object, Duration)}, for a client whose certificate the host has checked.
     *
     * @param certified who it is, or null for a client without one
     */
    public Session opened(int address, Object transport, Duration patience, @Nullable CertifiedUser certified) {
        checkUsable();
        try {
            return sessions.opened(address, transport, patience, certified);
        } catch (RuntimeException | Error e) {
            throw failed("took in a client", e);
        }
    }

    /** Bytes of a client (reader to writer index), lent for the call. */
    public void bytes(Session session, ByteBuf bytes) {
        checkUsable();
        try {
            sessions.bytes(session, bytes);
        } catch (RuntimeException | Error e) {
            inputFailed(session, e);
        }
    }

    /** The shell's buffer to this client is full, or has room again. May be called from within {@link Ports#write}. */
    public void writability(Session session, boolean writable) {
        sessions.writability(session, writable);
    }

    /** The client's connection ended or failed. Not called for a session that {@link Ports#close} closed. */
    public void closed(Session session) {
        checkUsable();
        try {
            sessions.closed(session);
        } catch (RuntimeException | Error e) {
            inputFailed(session, e);
        }
    }

    /** The verdict of {@link Ports#authenticate}. */
    public void authenticated(Session session, String method, boolean accepted) {
        checkUsable();
        try {
            sessions.authenticated(session, method, accepted);
        } catch (RuntimeException | Error e) {
            inputFailed(session, e);
        }
    }

    /** The answer of {@link Ports#authenticate} to a message of the method SCRAM. */
    public void answered(Session session, ScramAnswer answer) {
        checkUsable();
        try {
            sessions.answered(session, answer);
        } catch (RuntimeException | Error e) {
            inputFailed(session, e);
        }
    }

    /** How passwords may be shown where the configuration allows them; PWORD alone, as at a C daemon, unless it is told. */
    public void passwords(PasswordMethods methods) {
        checkUsable();
        sessions.passwords(methods);
    }

    /**
     * Puts an access file in force (security 4), or none: then clients may do everything. Sessions and memberships that it does not allow
     * end with this turn.
     */
    public void access(@Nullable AccessRules rules) {
        checkUsable();
        sessions.access(rules);
    }

    /** Only this client ends; unless ring or groups were in the middle of a step, or not even that works. */
    private void inputFailed(Session session, Throwable cause) {
        if (cause instanceof KernelFailure || cause instanceof InvariantViolation) {
            throw failed("read a client", cause);
        }
        try {
            sessions.failed(session, cause);
        } catch (RuntimeException | Error e) {
            throw failed("ended a client whose input had failed", e);
        }
    }

    private void checkUsable() {
        if (broken) {
            throw new IllegalStateException("the protocol engine has failed before");
        }
    }

    private KernelFailure failed(String doing, Throwable cause) {
        return failed(doing, cause, Unpooled.EMPTY_BUFFER, 0, 0);
    }

    private KernelFailure failed(String doing, Throwable cause, ByteBuf packet, int index, int length) {
        broken = true;
        Throwable root = cause instanceof KernelFailure && cause.getCause() != null ? cause.getCause() : cause;
        String dump;
        try {
            dump = dump(packet, index, length);
        } catch (RuntimeException | Error e) {
            dump = "no more can be said: " + e;
        }
        return new KernelFailure(doing, dump, root);
    }

    private String dump(ByteBuf packet, int index, int length) {
        return "daemon " + context.me().name() + ", membership "
                + membership.regular().idText() + ", state "
                + membership.stateNumber() + ", groups state " + groups.stateNumber() + ", highest "
                + ring.highestSequence() + ", my aru " + ring.myAru() + ", aru " + ring.aru() + ", token rounds "
                + ring.tokenRounds() + ", waiting " + ring.waiting() + " messages with " + ring.waitingBytes()
                + " bytes, " + sessions.count() + " sessions, " + groups.count() + " groups"
                + (length == 0
                        ? ""
                        : "\npacket of " + length + " bytes: "
                                + ByteBufUtil.hexDump(packet, index, Math.min(length, DUMPED)));
    }

    /** True if {@link #nextDeadline()} has an answer. */
    public boolean hasDeadline() {
        return context.deadlines().any() && !membership.hasLeft();
    }

    /** Monotonic time at which a turn is needed even if nothing arrives. */
    public long nextDeadline() {
        return context.deadlines().next();
    }

    /** Fires what is due now. */
    public void deadlines() {
        deadlines(context.nanos());
    }

    /** Fires what was due at a moment of this turn. */
    public void deadlines(long at) {
        checkUsable();
        if (membership.hasLeft()) {
            return;
        }
        try {
            fireDue(at);
        } catch (RuntimeException | Error e) {
            throw failed("served a deadline", e);
        }
    }

    private void fireDue(long at) {
        for (DeadlineKind due = context.deadlines().takeDue(at);
                due != null;
                due = context.deadlines().takeDue(at)) {
            switch (due) {
                case TOKEN, ALIVE, JOIN, REP, SEG, GATHER, LOOKUP, LEAVE -> membership.timeout(due);
                case HURRY -> ring.hurryTimeout();
                case HANDSHAKE -> sessions.handshakeTimeout();
                case STALLED_CLIENT -> sessions.stalledTimeout();
                case PARTITION -> partition.expired();
                case REPORT -> {}
            }
        }
    }

    /** Ends a turn: what was sent to myself, visits of a ring of one, back-pressure, writes to clients. */
    public void turnEnded() {
        checkUsable();
        if (membership.hasLeft()) {
            return;
        }
        try {
            do {
                reloadIfOperational();
                if (leaving && sessions.isEmpty()) {
                    membership.leave();
                }
                membership.turnEnded();
                ring.turnEnded();
            } while (membership.hasWork() || (waiting != null && membership.isOperational()) || sessions.readHeld());
            sessions.turnEnded();
            stateTimes.observe(membership.stateNumber(), context.nanos());
        } catch (RuntimeException | Error e) {
            throw failed("ended a turn", e);
        }
    }

    /**
     * Begins to leave the ring in order (membership-protocol 6.8): clients are not read any more, and each gets what is ordered before its own
     * end; then the others form a ring without this daemon. {@link Event.Left} says that it is done, at once where there is nothing to leave;
     * from then on nothing has an effect but {@link #stop}. It may take for ever: the caller has a deadline.
     */
    public void leave() {
        checkUsable();
        if (leaving) {
            return;
        }
        leaving = true;
        try {
            if (membership.isAwaited()) {
                sessions.leave();
            } else {
                membership.leaveNothing();
            }
        } catch (RuntimeException | Error e) {
            throw failed("began to leave", e);
        }
    }

    /**
     * Disconnects every client and releases every buffer; after a {@link KernelFailure} without another word to them. Nothing may be
     * called afterwards.
     */
    public void stop() {
        try {
            sessions.stop(broken ? Reason.DAEMON_FAILED : Reason.DAEMON_STOPPING, !broken);
        } finally {
            ring.close();
        }
    }

    /**
     * Tests every invariant, those too that are too dear for production, between two inputs. For simulators and tests: production tests the
     * cheap ones as it goes.
     *
     * @throws KernelFailure if one does not hold
     */
    public void audit() {
        checkUsable();
        try {
            ring.audit();
            groups.audit();
            sessions.audit();
        } catch (RuntimeException | Error e) {
            throw failed("tested its invariants", e);
        }
    }

    /** True after a {@link KernelFailure}. */
    public boolean hasFailed() {
        return broken;
    }

    /** Lets a checker watch; before {@link #start}. */
    public void probe(Probe watching) {
        context.probe(watching);
    }

    /** State of the groups: GOP 1, GTRANS 2, GGATHER 3, GGT 4 (the numbers of the status packet). */
    public int groupsState() {
        return groups.stateNumber();
    }

    /** Messages of clients that wait for the token. */
    public int waitingMessages() {
        return ring.waiting();
    }

    /** What can be told of this moment, for other threads to read. Its cost is bounded by {@code limits}. */
    public KernelSnapshot snapshot(KernelSnapshot.Limits limits) {
        return new KernelSnapshot(
                context.nanos(),
                context.configuration(),
                context.me(),
                membership.stateNumber(),
                groups.stateNumber(),
                stateTimes.upTo(context.nanos()),
                ring.figures(),
                context.counters().services(),
                groups.count(),
                groups.figures(limits.groups(), limits.members()),
                sessions.count(),
                sessions.figures(limits.sessions()),
                sessions.queues());
    }

    public Counters counters() {
        return context.counters();
    }

    /** What came and built no ring; of the kernel's thread. */
    public Heard heard() {
        return context.heard();
    }

    /** Hands each layer what the ring says. */
    private final class Upcalls implements RingObserver {
        @Override
        public void message(Message message) {
            if ((message.type() & (ServiceType.CONTROL_MESS | ServiceType.GROUPS_MESS)) != 0) {
                groups.control(message);
            } else {
                context.counters().ordered(message);
                sessions.deliver(message);
            }
        }

        @Override
        public void transitional(DaemonMembership trans) {
            context.ports().report(new Event.MembershipTransitional(trans));
            context.probe().transitional(trans);
            groups.transitional(trans);
        }

        @Override
        public void installed(DaemonMembership regular) {
            context.counters().membershipChanges++;
            membership.installed(regular);
        }

        @Override
        public void regular(DaemonMembership regular) {
            context.ports().report(new Event.MembershipInstalled(regular));
            context.probe().regular(regular);
            groups.regular(regular);
        }

        @Override
        public void tokenLost(Reason why) {
            membership.tokenLost(why);
        }

        @Override
        public void foreign(ByteBuf packet, int index, int length) {
            membership.foreign(packet, index, length);
        }
    }

    /** What a monitor sees and sets. */
    private final class Figures implements StatusSource, WindowControl {
        @Override
        public int membershipState() {
            return membership.stateNumber();
        }

        @Override
        public int groupsState() {
            return groups.stateNumber();
        }

        @Override
        public DaemonMembership regular() {
            return membership.regular();
        }

        @Override
        public int aru() {
            return ring.aru();
        }

        @Override
        public int myAru() {
            return ring.myAru();
        }

        @Override
        public int highestSequence() {
            return ring.highestSequence();
        }

        @Override
        public int tokenRounds() {
            return ring.tokenRounds();
        }

        @Override
        public int window() {
            return ring.window();
        }

        @Override
        public int personalWindow() {
            return ring.personalWindow();
        }

        @Override
        public boolean accelerated() {
            return ring.acceleratedRing();
        }

        @Override
        public int acceleratedWindow() {
            return ring.acceleratedWindow();
        }

        @Override
        public int sessions() {
            return sessions.count();
        }

        @Override
        public int groups() {
            return groups.count();
        }

        @Override
        public void windows(int window, int personalWindow, int acceleratedWindow) {
            ring.flowControl(window, personalWindow, acceleratedWindow);
        }
    }
}
