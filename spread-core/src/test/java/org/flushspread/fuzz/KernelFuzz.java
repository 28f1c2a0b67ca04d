package org.flushspread.fuzz;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.flushspread.config.Configuration;
import org.flushspread.config.ConfigurationReading;
import org.flushspread.config.Daemon;
import org.flushspread.config.HostResolver;
import org.flushspread.config.RingVersion;
import org.flushspread.kernel.FakePorts;
import org.flushspread.kernel.LoneKernel;
import org.flushspread.kernel.OneDaemon;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.Session;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.MonitorOrigin;
import org.flushspread.wire.MonitorPackets;
import org.flushspread.wire.Name;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.StatusReply;

/** Nothing a peer or a client sends makes the kernel throw, keep buffers, hang or fail somebody else. */
class KernelFuzz {
    private static final int OP = 1;
    private static final Configuration THREE =
            LoneKernel.configuration(LoneKernel.ABC, "DangerousMonitor = true", "AcceleratedRing = no");
    /** The ring of the recordings of Spread 5, so that their ids and their hash are known here. */
    private static final Configuration THREE_OF_SPREAD5 = ConfigurationReading.parse(
                    "DangerousMonitor = true\nSpread_Segment 10.34.0.255:5410 { d1 10.34.0.1  d2 10.34.0.2  d3 10.34.0.3 }",
                    "spread.conf",
                    HostResolver.LOCALHOST_ONLY,
                    Optional.of(RingVersion.SPREAD5))
            .configuration();

    /**
     * Datagrams at a daemon that is alone in a ring of three configured. Bits of a step: 1 token port, 2 true length, 4 true configuration
     * hash, 8 the installed ring, 16 transmitted by a neighbour, 32 a neighbour's own, 64 a hundredth of a second passes, 128 a whole one.
     */
    static void datagrams(byte[] input) {
        datagrams(input, THREE);
    }

    /** The same in a ring of Spread 5, all of them from the address of the second daemon. */
    static void datagramsOfSpread5(byte[] input) {
        datagrams(input, THREE_OF_SPREAD5);
    }

    private static void datagrams(byte[] input, Configuration configuration) {
        Daemon neighbour = configuration.daemons().get(1);
        LoneKernel a =
                new LoneKernel(configuration, configuration.daemons().get(0).name());
        try {
            a.start();
            a.run(Duration.ofSeconds(2));
            for (Steps steps = new Steps(input); steps.next(); ) {
                ByteBuf packet = dressed(a, steps, configuration.hash(), neighbour.id());
                if (steps.is(1)) {
                    a.token(packet, neighbour.address());
                } else {
                    a.data(packet, neighbour.address());
                }
                a.run(Duration.ofMillis((steps.is(64) ? 10 : 0) + (steps.is(128) ? 1000 : 0)));
                a.ports.takeSent();
                a.ports.takeReplies();
            }
            isInARingAgain(a, configuration.ring().monitor(neighbour, neighbour.id(), configuration.hash()), neighbour);
        } finally {
            a.stop();
        }
    }

    private static ByteBuf dressed(LoneKernel a, Steps steps, int hash, int neighbour) {
        int length = steps.bytes().length;
        ByteBuf packet = LoneKernel.buffer().writeBytes(steps.bytes());
        if (length < PacketHeader.LENGTH) {
            return packet;
        }
        boolean little = ByteOrderTag.isLittleEndian(packet, 0);
        if (steps.is(2)) {
            ByteOrderTag.setShort(packet, PacketHeader.DATA_LENGTH, length - PacketHeader.LENGTH, little);
        }
        if (steps.is(4)) {
            ByteOrderTag.setInt(packet, PacketHeader.CONF_HASH, hash, little);
        }
        if (steps.is(8)) {
            List<Event.MembershipInstalled> all = a.ports.events(Event.MembershipInstalled.class);
            DaemonMembership ring = all.get(all.size() - 1).membership();
            ByteOrderTag.setInt(packet, PacketHeader.MEMBERSHIP_ID, ring.id().procId(), little);
            ByteOrderTag.setInt(
                    packet, PacketHeader.MEMBERSHIP_ID + 4, ring.id().time(), little);
        }
        if (steps.is(16)) {
            ByteOrderTag.setInt(packet, PacketHeader.TRANSMITTER, neighbour, little);
        }
        if (steps.is(32)) {
            ByteOrderTag.setInt(packet, PacketHeader.PROC_ID, neighbour, little);
        }
        return packet;
    }

    /** Long after everybody fell silent, between its searches for others. */
    private static void isInARingAgain(LoneKernel a, MonitorOrigin monitor, Daemon from) {
        a.run(Duration.ofSeconds(60));
        StatusReply status = status(a, monitor, from);
        for (int second = 0; status.state() != OP && second < 30; second++) {
            a.run(Duration.ofSeconds(1));
            status = status(a, monitor, from);
        }
        assertThat(status.state()).isEqualTo(OP);
        assertThat(status.groupsState()).isEqualTo(OP);
        assertThat(status.members()).isOne();
    }

    private static StatusReply status(LoneKernel a, MonitorOrigin monitor, Daemon from) {
        ByteBuf ask = LoneKernel.buffer();
        MonitorPackets.writeStatus(ask, monitor, 1);
        a.data(ask, from.address());
        List<FakePorts.Reply> replies = a.ports.takeReplies();
        assertThat(replies).hasSize(1);
        ByteBuf reply =
                Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(replies.get(0).hex()));
        return requireNonNull(StatusReply.read(reply, 0, reply.readableBytes()));
    }

    /**
     * Bytes of clients. Bits of a step: 1 a new connection, 2 after a handshake that succeeds, 4 the header's data length is true, 8 the
     * header's sender is, 16 the connection ends afterwards.
     */
    static void clients(byte[] input) {
        OneDaemon daemon = new OneDaemon();
        try {
            Session bystander = daemon.client("good", true);
            daemon.send(bystander, message("good", ServiceType.JOIN_MESS, "room", ""));
            daemon.takeMessages(bystander);
            Session hostile = daemon.connect();
            int names = 0;
            for (Steps steps = new Steps(input); steps.next(); ) {
                if (steps.is(1)) {
                    hostile = steps.is(2) ? daemon.client("bad" + names++, true) : daemon.connect();
                }
                byte[] bytes = steps.bytes();
                if (daemon.ports.client(hostile).closed() == null) {
                    daemon.send(hostile, dressed(bytes, "bad" + (names - 1), steps));
                }
                if (steps.is(16) && daemon.ports.client(hostile).closed() == null) {
                    daemon.closed(hostile);
                }
            }
            daemon.takeMessages(bystander);
            assertThat(daemon.ports.client(bystander).closed()).isNull();
            daemon.send(bystander, message("good", ServiceType.AGREED_MESS, "room", "still here"));
            assertThat(daemon.takeMessages(bystander))
                    .singleElement()
                    .satisfies(each -> assertThat(each)
                            .endsWith(ByteBufUtil.hexDump("still here".getBytes(StandardCharsets.US_ASCII))));
        } finally {
            daemon.stop();
        }
    }

    private static byte[] dressed(byte[] bytes, String sender, Steps steps) {
        if (bytes.length < MessageHeader.LENGTH) {
            return bytes;
        }
        ByteBuf message = Unpooled.wrappedBuffer(bytes);
        boolean little = ByteOrderTag.isLittleEndian(message, 0);
        if (steps.is(4)) {
            int groups = Math.floorMod(MessageHeader.numGroups(message, 0, little), 8);
            ByteOrderTag.setInt(message, MessageHeader.NUM_GROUPS, groups, little);
            int rest = Math.max(0, bytes.length - MessageHeader.LENGTH - groups * Name.SLOT);
            ByteOrderTag.setInt(message, MessageHeader.DATA_LENGTH, rest, little);
        }
        if (steps.is(8)) {
            message.setBytes(4, slot("#" + sender + "#d1"));
        }
        return bytes;
    }

    private static byte[] message(String sender, int service, String group, String body) {
        ByteBuf out = Unpooled.buffer();
        byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
        MessageHeader.write(
                out, service, Name.of("#" + sender + "#d1"), 1, MessageHeader.hint((short) 0), bytes.length);
        out.writeBytes(slot(group)).writeBytes(bytes);
        return ByteBufUtil.getBytes(out);
    }

    private static byte[] slot(String name) {
        ByteBuf out = Unpooled.buffer();
        Name.of(name).write(out);
        return ByteBufUtil.getBytes(out);
    }
}
