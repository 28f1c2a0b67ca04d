package org.flushspread.kernel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.Timers;
import org.flushspread.kernel.groups.Groups;
import org.flushspread.kernel.membership.MembershipProtocol;
import org.flushspread.kernel.ring.Ring;
import org.flushspread.kernel.ring.RingObserver;
import org.flushspread.kernel.session.Sessions;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.TokenHeader;

/**
 * One daemon. Call {@link #now} first in every turn (a {@link Turn} does), then inputs in any number, then {@link #turnEnded}. Not thread
 * safe: one thread for the whole life. No input makes it throw.
 */
public final class Kernel {
    private final Context context;
    private final Ring ring;
    private final MembershipProtocol membership;
    private final Groups groups;
    private final Sessions sessions;

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
        membership = new MembershipProtocol(context, timers, ring);
        sessions = new Sessions(context, ring);
        groups = new Groups(context, ring, sessions);
        sessions.groups(groups);
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
        int hash = PacketHeader.confHash(packet, index, little);
        if (hash != context.hash() && hash != PacketHeader.MONITOR_HASH) {
            context.refuse(Reason.WRONG_CONFIGURATION_HASH);
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
        if ((TokenHeader.type(token, index, little) & PacketType.FORM) != 0) {
            membership.formToken(token, index, length);
        } else {
            ring.token(token, index, length);
        }
    }

    /** A client connected; {@code address} is 0 for a unix domain or in-memory connection. */
    public Session opened(int address, Object transport) {
        return sessions.opened(address, transport);
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
                case PARTITION, REPORT -> {}
            }
        }
    }

    /** Ends a turn: visits of a ring of one, back-pressure, writes to clients. */
    public void turnEnded() {
        ring.turnEnded();
        sessions.turnEnded();
    }

    /** Disconnects every client and releases every buffer. Nothing may be called afterwards. */
    public void stop() {
        sessions.stop(Reason.DAEMON_STOPPING);
        ring.close();
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
            groups.regular(regular);
        }

        @Override
        public void recoveryFailed(Reason why) {
            membership.tokenLost(why);
        }

        @Override
        public void foreign(ByteBuf packet, int index, int length) {
            membership.foreign(packet, index, length);
        }
    }
}
