package org.flushspread.kernel.membership;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.Timers;
import org.flushspread.kernel.FakePorts;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.DeadlineKind;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.MembershipState;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.MonitorPackets;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.StatusReply;
import org.flushspread.wire.TokenHeader;
import org.jspecify.annotations.Nullable;

/** A membership protocol on a fake ring, with the turns of a kernel around it. */
final class Node {
    final Daemon daemon;
    final FakePorts ports;
    final Context context;
    final FakeRing ring;
    final MembershipProtocol protocol;
    final List<DaemonMembership> installed = new ArrayList<>();

    Node(Configuration configuration, Daemon daemon, FakePorts ports, long nanos, int epochSeconds) {
        this.daemon = daemon;
        this.ports = ports;
        Timers timers = configuration.timers();
        context = new Context(
                configuration,
                daemon,
                KernelSettings.DEFAULTS,
                ports,
                UnpooledByteBufAllocator.DEFAULT,
                daemon.index(),
                nanos,
                epochSeconds);
        ring = new FakeRing(context, timers, this::install);
        protocol = new MembershipProtocol(context, timers, ring);
    }

    private void install(DaemonMembership membership) {
        installed.add(membership);
        protocol.installed(membership);
    }

    void start() {
        protocol.start();
        endTurn();
    }

    /** A datagram of either port; nobody looked where it came from. */
    void receive(boolean tokenPort, ByteBuf datagram) {
        receive(tokenPort, datagram, null);
    }

    /** A datagram of either port, from this address. */
    void receive(boolean tokenPort, ByteBuf datagram, @Nullable IpAddress source) {
        boolean little = ByteOrderTag.isLittleEndian(datagram, 0);
        int type = PacketHeader.type(datagram, 0, little);
        if (PacketHeader.transmitter(datagram, 0, little) == daemon.id()) {
            return;
        }
        if (!tokenPort) {
            if ((type & PacketType.MONITOR) != 0) {
                monitor(datagram);
            } else if ((type & PacketType.MEMBERSHIP) != 0) {
                protocol.packet(datagram, 0, datagram.readableBytes(), source);
            } else {
                protocol.foreign(datagram, 0, datagram.readableBytes());
            }
        } else if ((type & PacketType.FORM) != 0) {
            protocol.formToken(datagram, 0, datagram.readableBytes(), source);
        } else if (datagram.readableBytes() >= TokenHeader.LENGTH) {
            ring.token(datagram);
        }
        endTurn();
    }

    /** A question, which every daemon answers, or an answer. */
    private void monitor(ByteBuf datagram) {
        if (datagram.readableBytes() > PacketHeader.LENGTH) {
            protocol.answer(datagram, 0, datagram.readableBytes());
            return;
        }
        Daemon asks = context.configuration().byId(PacketHeader.procId(datagram, 0, true));
        if (asks == null) {
            return;
        }
        ByteBuf out = Unpooled.buffer();
        status().write(out);
        ports.reply(asks.address(), MonitorPackets.replyPort(datagram, 0, true), out);
    }

    private StatusReply status() {
        return new StatusReply(
                0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, daemon.id(), 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 4, 4, 0);
    }

    /** Goes to {@code nanos} and fires what is due on the way. */
    void advance(long nanos, int epochSeconds) {
        context.now(nanos, epochSeconds);
        for (DeadlineKind due = context.deadlines().takeDue(nanos);
                due != null;
                due = context.deadlines().takeDue(nanos)) {
            if (due == DeadlineKind.HURRY) {
                ring.hurryTimeout();
            } else {
                protocol.timeout(due);
            }
        }
        endTurn();
    }

    private void endTurn() {
        boolean again = true;
        while (again) {
            protocol.turnEnded();
            again = ring.turnEnded() || protocol.hasWork();
        }
    }

    MembershipState state() {
        return MembershipState.values()[protocol.stateNumber() - 1];
    }

    List<String> members() {
        return protocol.regular().members().stream().map(Daemon::name).toList();
    }
}
