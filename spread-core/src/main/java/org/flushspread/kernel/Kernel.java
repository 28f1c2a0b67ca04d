package org.flushspread.kernel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.ReloadDifference;
import org.flushspread.config.Timers;
import org.flushspread.kernel.groups.Groups;
import org.flushspread.kernel.membership.MembershipProtocol;
import org.flushspread.kernel.membership.Partition;
import org.flushspread.kernel.monitor.Monitor;
import org.flushspread.kernel.monitor.StatusSource;
import org.flushspread.kernel.monitor.WindowControl;
import org.flushspread.kernel.ring.Ring;
import org.flushspread.kernel.ring.RingObserver;
import org.flushspread.kernel.session.Sessions;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.TokenHeader;
import org.jspecify.annotations.Nullable;

/**
 * One daemon. Call {@link #now} first in every turn (a {@link Turn} does), then inputs in any number, then {@link #turnEnded}. Not thread
 * safe: one thread for the whole life. No input makes it throw.
 */
public final class Kernel {
    private final Context context;
    private final Ring ring;
    private final Partition partition;
    private final MembershipProtocol membership;
    private final Monitor monitor;
    private final Groups groups;
    private final Sessions sessions;
    private Transmitters transmitters;
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
        context = new Context(configuration, me, settings, ports, allocator, seed, nanos, epochSeconds);
        Timers timers = configuration.timers();
        ring = new Ring(context, timers, new Upcalls());
        partition = new Partition(context);
        membership = new MembershipProtocol(context, timers, ring, partition);
        sessions = new Sessions(context, ring);
        groups = new Groups(context, ring, sessions);
        sessions.groups(groups);
        Figures figures = new Figures();
        monitor = new Monitor(context, partition, figures, figures);
        transmitters = new Transmitters(configuration);
    }

    /** Begins to look for other daemons. Clients are served from the first membership on. */
    public void start() {
        membership.start();
    }

    /** Sets the time of this turn: monotonic nanoseconds and wall-clock seconds. */
    public void now(long nanos, int epochSeconds) {
        context.now(nanos, epochSeconds);
    }

    /** True if the token socket is to be read before the data sockets in this turn. */
    public boolean tokenFirst() {
        return ring.tokenFirst();
    }

    /** A datagram of the data port, lent for the call (ring-protocol 6). */
    public void data(ByteBuf packet, int index, int length) {
        if (length < PacketHeader.LENGTH) {
            context.refuse(Reason.DATAGRAM_TOO_SHORT);
            return;
        }
        boolean little = ByteOrderTag.isLittleEndian(packet, index);
        int type = PacketHeader.type(packet, index, little);
        if ((type & PacketType.MONITOR) != 0) {
            monitor.packet(packet, index, length);
            return;
        }
        int hash = PacketHeader.confHash(packet, index, little);
        if (hash != context.hash()) {
            context.refuse(
                    hash == PacketHeader.MONITOR_HASH
                            ? Reason.MONITOR_HASH_ON_RING_PACKET
                            : Reason.WRONG_CONFIGURATION_HASH);
            return;
        }
        if (!isFromOther(PacketHeader.transmitter(packet, index, little))) {
            return;
        }
        if (length != PacketHeader.LENGTH + PacketHeader.dataLength(packet, index, little)) {
            context.refuse(Reason.DATAGRAM_LENGTH_MISMATCH);
            return;
        }
        if ((type & PacketType.MEMBERSHIP) != 0) {
            membership.packet(packet, index, length);
        } else if ((type & PacketType.HURRY) != 0) {
            ring.hurry(packet, index);
        } else if ((type & PacketType.REGULAR) != 0) {
            ring.data(packet, index, length);
        } else {
            context.refuse(Reason.UNKNOWN_PACKET_TYPE);
        }
    }

    /** A datagram of the token port, lent for the call (ring-protocol 7.1). */
    public void token(ByteBuf token, int index, int length) {
        if (length < TokenHeader.LENGTH) {
            context.refuse(Reason.DATAGRAM_TOO_SHORT);
            return;
        }
        boolean little = ByteOrderTag.isLittleEndian(token, index);
        if (TokenHeader.confHash(token, index, little) != context.hash()) {
            context.refuse(Reason.WRONG_CONFIGURATION_HASH);
            return;
        }
        if (!isFromOther(TokenHeader.transmitter(token, index, little))) {
            return;
        }
        if ((TokenHeader.type(token, index, little) & PacketType.FORM) != 0) {
            membership.formToken(token, index, length);
        } else {
            ring.token(token, index, length);
        }
    }

    /** True if a daemon that I hear sent it. My own broadcasts come back to me: they are no refusal. */
    private boolean isFromOther(int transmitter) {
        int daemon = transmitters.indexOf(transmitter);
        if (daemon < 0) {
            context.refuse(Reason.UNKNOWN_TRANSMITTER);
            return false;
        }
        if (daemon == context.me().index()) {
            return false;
        }
        if (!partition.hears(daemon)) {
            context.refuse(Reason.OTHER_PARTITION);
            return false;
        }
        return true;
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
        waiting = next;
        waitingFrom = from;
        reloadIfOperational();
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
        ReloadDifference difference = ReloadDifference.between(before, loaded, context.me());
        if (difference instanceof ReloadDifference.Refused refused) {
            context.ports().report(new Event.Reloaded(false, String.join("; ", refused.reasons())));
            return;
        }
        Daemon me = Objects.requireNonNull(loaded.byId(context.me().id()));
        context.configure(loaded, me, loaded.hash());
        transmitters = new Transmitters(loaded);
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
        return sessions.opened(address, transport);
    }

    /**
     * As {@link #opened(int, Object)}, for a client that may take nothing for so long before MaxSessionMessages and the limit in bytes of one
     * session count: one without the buffers of a system in between (client-protocol 8).
     */
    public Session opened(int address, Object transport, Duration patience) {
        return sessions.opened(address, transport, patience);
    }

    /** Bytes of a client (reader to writer index), lent for the call. */
    public void bytes(Session session, ByteBuf bytes) {
        sessions.bytes(session, bytes);
    }

    /** The shell's buffer to this client is full, or has room again. May be called from within {@link Ports#write}. */
    public void writability(Session session, boolean writable) {
        sessions.writability(session, writable);
    }

    /** The client's connection ended or failed. Not called for a session that {@link Ports#close} closed. */
    public void closed(Session session) {
        sessions.closed(session);
    }

    /** The verdict of {@link Ports#authenticate}. */
    public void authenticated(Session session, String method, boolean accepted) {
        sessions.authenticated(session, method, accepted);
    }

    /** True if {@link #nextDeadline()} has an answer. */
    public boolean hasDeadline() {
        return context.deadlines().any();
    }

    /** Monotonic time at which a turn is needed even if nothing arrives. */
    public long nextDeadline() {
        return context.deadlines().next();
    }

    /** Fires what is due. */
    public void deadlines() {
        for (DeadlineKind due = context.deadlines().takeDue(context.nanos());
                due != null;
                due = context.deadlines().takeDue(context.nanos())) {
            switch (due) {
                case TOKEN, ALIVE, JOIN, REP, SEG, GATHER, LOOKUP -> membership.timeout(due);
                case HURRY -> ring.hurryTimeout();
                case HANDSHAKE -> sessions.handshakeTimeout();
                case PARTITION -> partition.expired();
                case REPORT -> {}
            }
        }
    }

    /** Ends a turn: what was sent to myself, visits of a ring of one, back-pressure, writes to clients. */
    public void turnEnded() {
        do {
            reloadIfOperational();
            membership.turnEnded();
            ring.turnEnded();
        } while (membership.hasWork() || (waiting != null && membership.isOperational()) || sessions.readHeld());
        sessions.turnEnded();
    }

    /** Disconnects every client and releases every buffer. Nothing may be called afterwards. */
    public void stop() {
        sessions.stop(Reason.DAEMON_STOPPING);
        ring.close();
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

    public Counters counters() {
        return context.counters();
    }

    /** Hands each layer what the ring says. */
    private final class Upcalls implements RingObserver {
        @Override
        public void message(Message message) {
            if ((message.type() & (ServiceType.CONTROL_MESS | ServiceType.GROUPS_MESS)) != 0) {
                groups.control(message);
            } else {
                context.counters().messagesDelivered++;
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
