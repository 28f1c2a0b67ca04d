package org.flushspread.kernel.monitor;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import org.flushspread.config.Configuration;
import org.flushspread.config.ConfigurationHash;
import org.flushspread.config.Daemon;
import org.flushspread.config.RingVersion;
import org.flushspread.kernel.base.CommandProof;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.Counters;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.Route;
import org.flushspread.kernel.membership.Partition;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.MonitorFacts;
import org.flushspread.wire.MonitorOrigin;
import org.flushspread.wire.MonitorPackets;
import org.flushspread.wire.MonitorQuestion;
import org.flushspread.wire.MonitorSignature;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * What a monitor program asks of a daemon (monitor-protocol). What changes something needs a signature where a key for that is configured;
 * elsewhere nothing proves who asks, and it needs {@code DangerousMonitor}, RELOAD included (the C daemon obeys that one always). Every kind
 * of request has a rate limit.
 */
public final class Monitor {
    /** Requests of one kind that are answered at once. */
    static final int BURST = 20;
    /** After a burst, one request of a kind in this time. */
    static final Duration INTERVAL = Duration.ofMillis(50);

    private static final int KINDS = 4;
    private static final int MAX_WINDOW = Short.MAX_VALUE;
    private static final long NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

    private final Context context;
    private final Partition partition;
    private final StatusSource source;
    private final WindowControl windows;
    private final long startedAt;
    /** For each kind, when the next request is within the rate; the further in the past, the more are. */
    private final long[] freeAt = new long[KINDS];

    private boolean killed;

    public Monitor(Context context, Partition partition, StatusSource source, WindowControl windows) {
        this.context = context;
        this.partition = partition;
        this.source = source;
        this.windows = windows;
        this.startedAt = context.nanos();
        for (int i = 0; i < KINDS; i++) {
            freeAt[i] = startedAt - INTERVAL.toNanos() * (BURST - 1);
        }
    }

    /** A packet with a monitor's type bit, of at least a header. */
    public void packet(ByteBuf packet, int index, int length) {
        boolean little = ByteOrderTag.isLittleEndian(packet, index);
        int type = PacketHeader.type(packet, index, little) & PacketType.MONITOR;
        int signature = type == PacketType.STATUS ? 0 : MonitorSignature.lengthIn(packet, index, length);
        int said = PacketHeader.dataLength(packet, index, little) - signature;
        int body = switch (type) {
            case PacketType.STATUS, PacketType.RELOAD -> 0;
            case PacketType.PARTITION -> partitionLength(said);
            case PacketType.FLOW_CONTROL -> MonitorPackets.FLOW_CONTROL_LENGTH;
            default -> -1;
        };
        boolean padded = type == PacketType.STATUS
                && MonitorQuestion.of(packet, index, little).kind() == MonitorQuestion.Kind.FACTS
                && said > 0
                && said <= PacketHeader.MAX_BODY;
        if (body < 0
                || !isFromMonitor(packet, index, little)
                || length != PacketHeader.LENGTH + said + signature
                || (said != body && !padded)) {
            context.refuse(Reason.BAD_MONITOR_PACKET);
            return;
        }
        Daemon host = context.configuration().byTransmitter(PacketHeader.procId(packet, index, little));
        if (host == null) {
            context.refuse(Reason.BAD_MONITOR_PACKET, "not from the host of a daemon");
            return;
        }
        if (type != PacketType.STATUS && !mayChange(packet, index, length, host)) {
            return;
        }
        if (!withinRate(type)) {
            context.refuse(Reason.MONITOR_RATE);
            return;
        }
        switch (type) {
            case PacketType.STATUS -> status(packet, index, little, host);
            case PacketType.PARTITION -> partition(packet, index, little, host);
            case PacketType.FLOW_CONTROL -> flowControl(packet, index, little);
            default -> context.ports().report(new Event.ReloadRequested(host));
        }
    }

    /** A signature that is asked for proves it, and needs no DangerousMonitor; a command without one is named once, and then counted. */
    private boolean mayChange(ByteBuf packet, int index, int length, Daemon host) {
        CommandProof proof = context.ports().proofOf(packet, index, length);
        if (proof == CommandProof.NOT_ASKED_FOR) {
            boolean may = context.configuration().options().dangerousMonitor();
            if (!may) {
                context.refuse(Reason.MONITOR_NOT_ALLOWED, "DangerousMonitor is off");
            }
            return may;
        }
        Reason why = proof.refusal();
        if (why == null) {
            return true;
        }
        if (context.counters().refused(why) == 0) {
            context.refuse(
                    why,
                    "a command of a monitor that says it is at " + host
                            + "; commands need the key of --monitor-key here (said once)");
        } else {
            context.count(why);
        }
        return false;
    }

    /** A datagram of the token port that is no token. Of monitors, only STATUS is answered there: so they see whether that port is reached. */
    public boolean tokenPort(ByteBuf packet, int index, int length) {
        boolean little = ByteOrderTag.isLittleEndian(packet, index);
        if ((PacketHeader.type(packet, index, little) & PacketType.MONITOR) != PacketType.STATUS
                || length != PacketHeader.LENGTH
                || !isFromMonitor(packet, index, little)) {
            return false;
        }
        packet(packet, index, length);
        return true;
    }

    /** In a ring of Spread 5 hash and source have shown already that it comes from one who has the file (monitor-protocol 9). */
    private boolean isFromMonitor(ByteBuf packet, int index, boolean little) {
        return context.configuration().ring().checksSources() || MonitorPackets.isFromMonitor4(packet, index, little);
    }

    /** Daemons of Spread 5 take a table that has at least an entry for each daemon (spread5 5). */
    private int partitionLength(int said) {
        int least = 2 * context.configuration().daemons().size();
        boolean enough = context.configuration().ring().checksSources() && said >= least;
        return enough ? said : MonitorPackets.PARTITION_LENGTH;
    }

    /** What a status request is answered with now. */
    public StatusReply status() {
        Counters counters = context.counters();
        DaemonMembership regular = source.regular();
        boolean any = counters.membershipChanges > 0;
        return new StatusReply(
                (int) ((context.nanos() - startedAt) / NANOS_PER_SECOND),
                source.membershipState(),
                source.groupsState(),
                (int) counters.packetsSent,
                (int) counters.packetsReceived,
                (int) counters.packetsDelivered,
                (int) counters.retransmissions,
                (int) counters.unicastRetransmissions,
                (int) counters.segmentRetransmissions,
                (int) counters.broadcastRetransmissions,
                source.aru(),
                source.myAru(),
                source.highestSequence(),
                (int) counters.tokenHurries,
                source.tokenRounds(),
                context.me().id(),
                any ? regular.id().procId() : 0,
                (int) counters.messagesDelivered,
                (int) counters.membershipChanges,
                any ? regular.size() : 0,
                any ? segments(regular) : 0,
                source.window(),
                source.personalWindow(),
                source.accelerated() ? 1 : 0,
                source.acceleratedWindow(),
                source.sessions(),
                source.groups(),
                context.configuration().ring().major(),
                context.configuration().ring().minor(),
                context.configuration().ring().patch());
    }

    private void status(ByteBuf packet, int index, boolean little, Daemon host) {
        int port = MonitorPackets.replyPort(packet, index, little);
        if (port == 0) {
            context.refuse(Reason.BAD_MONITOR_PACKET, "no reply port");
            return;
        }
        int procId = PacketHeader.procId(packet, index, little);
        RingVersion ring = context.configuration().ring();
        IpAddress address = ring.repliesTo(host, procId);
        MonitorOrigin onward = ring.monitor(context.me(), procId, context.hash());
        MonitorQuestion question = MonitorQuestion.of(packet, index, little);
        switch (question.kind()) {
            case NONE -> reply(address, port, null);
            case FACTS -> reply(address, port, facts(question, context.hash()));
            case ENTRY -> reply(address, port, facts(question, entryHash(question.index())));
            case PASS_TO_DATA, PASS_TO_TOKEN -> passToDaemon(onward, port, question);
            case PASS_TO_SEGMENT -> {
                if (question.index() < context.configuration().segments().size()) {
                    pass(context.routes().segment(question.index()), onward, port);
                }
            }
        }
    }

    private void reply(IpAddress address, int port, @Nullable MonitorFacts facts) {
        ByteBuf out = context.allocator().buffer(StatusReply.LENGTH, StatusReply.LENGTH);
        try {
            status().write(out);
            if (facts != null) {
                facts.write(out, 0);
            }
            context.ports().reply(address, port, out);
        } finally {
            out.release();
        }
    }

    private MonitorFacts facts(MonitorQuestion question, int hash) {
        return new MonitorFacts(question.value(), hash, source.regular().id(), context.epochSeconds());
    }

    private int entryHash(int index) {
        Configuration now = context.configuration();
        if (index >= now.daemons().size()) {
            return 0;
        }
        Daemon daemon = now.daemons().get(index);
        return ConfigurationHash.ofEntry(now.ring(), now.segments().get(daemon.segment()), daemon);
    }

    /** So a monitor sees whether what this daemon sends reaches another one (monitor-protocol 8). */
    private void passToDaemon(MonitorOrigin from, int port, MonitorQuestion question) {
        if (question.index() >= context.configuration().daemons().size()) {
            return;
        }
        Daemon to = context.configuration().daemons().get(question.index());
        boolean data = question.kind() == MonitorQuestion.Kind.PASS_TO_DATA;
        pass(data ? context.routes().data(to) : context.routes().token(to), from, port);
    }

    /** Passes a request on without its question, so that it goes no further. */
    private void pass(Route to, MonitorOrigin from, int port) {
        ByteBuf out = context.allocator().buffer(PacketHeader.LENGTH, PacketHeader.LENGTH);
        try {
            MonitorPackets.writeStatus(out, from, port);
            context.ports().send(to, out);
        } finally {
            out.release();
        }
    }

    private void partition(ByteBuf packet, int index, boolean little, Daemon host) {
        int[] components = new int[context.configuration().daemons().size()];
        for (int i = 0; i < components.length; i++) {
            components[i] = MonitorPackets.component(packet, index, i, little);
        }
        if (components[context.me().index()] != MonitorPackets.EXIT) {
            partition.set(components);
        } else if (!killed) {
            killed = true;
            context.ports().report(new Event.StopRequested(Reason.MONITOR_KILL, host));
        }
    }

    /** The entry behind the last daemon is the window of all; with 128 daemons there is none. */
    private void flowControl(ByteBuf packet, int index, boolean little) {
        int daemons = context.configuration().daemons().size();
        int me = context.me().index();
        int all = daemons < MonitorPackets.SLOTS
                ? MonitorPackets.window(packet, index, daemons, little)
                : MonitorPackets.UNCHANGED;
        int window = clamp(all, 1, MAX_WINDOW);
        int limit = window == WindowControl.UNCHANGED ? source.window() : window;
        int personal = clamp(MonitorPackets.window(packet, index, me, little), 1, limit);
        if (personal == WindowControl.UNCHANGED && source.personalWindow() > limit) {
            personal = limit;
        }
        int accelerated = clamp(
                MonitorPackets.acceleratedWindow(packet, index, me, little),
                0,
                personal == WindowControl.UNCHANGED ? source.personalWindow() : personal);
        windows.windows(window, personal, accelerated);
    }

    private static int clamp(int value, int least, int most) {
        return value == MonitorPackets.UNCHANGED ? WindowControl.UNCHANGED : Math.max(least, Math.min(value, most));
    }

    /** A bucket of {@link #BURST} requests that fills by one in {@link #INTERVAL}. */
    private boolean withinRate(int type) {
        int kind = Integer.numberOfTrailingZeros(type / PacketType.STATUS);
        long interval = INTERVAL.toNanos();
        long earliest = context.nanos() - interval * (BURST - 1);
        if (freeAt[kind] - context.nanos() > 0) {
            return false;
        }
        // time that was not used fills the bucket, but no further
        if (freeAt[kind] - earliest < 0) {
            freeAt[kind] = earliest;
        }
        freeAt[kind] += interval;
        return true;
    }

    private static int segments(DaemonMembership membership) {
        int count = 0;
        int last = -1;
        for (int i = 0; i < membership.size(); i++) {
            int segment = membership.members().get(i).segment();
            count += segment == last ? 0 : 1;
            last = segment;
        }
        return count;
    }
}
