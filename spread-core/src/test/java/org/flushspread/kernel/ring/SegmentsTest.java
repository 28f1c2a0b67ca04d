package org.flushspread.kernel.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.Route;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bursts, forwarding and widening over segments (ring-protocol 6 step 8, 8.1, 12), and the accelerated ring (10). */
class SegmentsTest {
    private RingNetwork network = RingNetwork.ring("", 2, 2, 1);

    @AfterEach
    void everyBufferIsGivenBack() {
        network.close();
    }

    @Test
    void theTokenGoesRoundInConfigurationOrder() {
        network.daemon(0).submit(PacketType.AGREED, "one");
        network.settle();
        assertThat(network.tokens().stream().map(each -> each.to().index()).limit(10))
                .containsExactly(1, 2, 3, 4, 0, 1, 2, 3, 4, 0);
    }

    @Test
    void aBurstIsSentRouteByRouteAndTheTokenBehindIt() {
        for (int i = 0; i < 3; i++) {
            network.daemon(1).submit(PacketType.AGREED, Images.body("m" + i, 1300));
        }
        network.settle();
        List<String> sent = network.daemon(1).sent.stream()
                .filter(each -> !each.isHurry())
                .map(each -> each.to().kind() + "" + each.to().index())
                .limit(10)
                .toList();
        assertThat(sent)
                .containsExactly(
                        "DATA2",
                        "DATA2",
                        "DATA2",
                        "DATA4",
                        "DATA4",
                        "DATA4",
                        "SEGMENT0",
                        "SEGMENT0",
                        "SEGMENT0",
                        "TOKEN2");
    }

    @Test
    void aPeerDaemonOfASegmentBroadcastsNothing() {
        network.daemon(4).submit(PacketType.AGREED, "one");
        network.settle();
        assertThat(network.daemon(4).sent).noneMatch(each -> each.to().kind() == Route.Kind.SEGMENT);
        assertThat(network.daemon(3).log).containsExactly("one");
    }

    /** Neighbours that were in a ring with it may need the packet to recover. */
    @Test
    void aRoutedPacketOfADaemonThatAReloadTookOutIsForwardedAllTheSame() {
        network.daemon(0).submit(PacketType.SAFE, "one");
        network.settle();
        ByteBuf packet = Unpooled.copiedBuffer(network.data().stream()
                .filter(each -> each.packet().routed())
                .findFirst()
                .orElseThrow()
                .buffer());
        packet.setIntLE(PacketHeader.PROC_ID, 0x0a0a0a0a);
        packet.setIntLE(PacketHeader.MEMBERSHIP_ID, 0x0a0a0a0a);
        RingDaemon gateway = network.daemon(2);
        gateway.sent.clear();
        gateway.data(packet.array());
        assertThat(gateway.sent).hasSize(1);
        assertThat(gateway.sent.get(0).to().kind()).isEqualTo(Route.Kind.SEGMENT);
        assertThat(gateway.sent.get(0).buffer().getIntLE(PacketHeader.PROC_ID)).isEqualTo(0x0a0a0a0a);
        assertThat(gateway.refused(Reason.UNKNOWN_ORIGINATOR)).isOne();
    }

    @Test
    void aRoutedPacketIsForwardedUnchangedButForItsTransmitterAndTheFlag() {
        network.daemon(0).submit(PacketType.SAFE, "one");
        network.settle();
        Datagram routed = network.data().stream()
                .filter(each -> each.packet().routed())
                .findFirst()
                .orElseThrow();
        Datagram forwarded = network.daemon(2).sent.stream()
                .filter(Datagram::isData)
                .findFirst()
                .orElseThrow();
        ByteBuf expected = Unpooled.copiedBuffer(routed.buffer());
        expected.setIntLE(PacketHeader.TYPE, 0x80000090);
        expected.setIntLE(PacketHeader.TRANSMITTER, network.daemon(2).self.id());
        assertThat(forwarded.buffer()).isEqualTo(expected);
        assertThat(forwarded.to().kind()).isEqualTo(Route.Kind.SEGMENT);
    }

    @Test
    void aRoutedPacketOfAnotherRingIsForwardedToo() {
        ByteBuf foreign = routedPacket();
        foreign.setIntLE(PacketHeader.MEMBERSHIP_ID + 4, 1);
        network.daemon(2).data(foreign.array());
        assertThat(network.daemon(2).sent).hasSize(1);
        assertThat(network.daemon(2).foreign).hasSize(1);
        assertThat(network.daemon(2).foreign.get(0).routed()).isFalse();
    }

    @Test
    void aBigEndianRoutedPacketKeepsItsByteOrder() {
        ByteBuf little = routedPacket();
        ByteBuf big = Unpooled.copiedBuffer(little);
        for (int at = 4; at < 32; at += 4) {
            big.setInt(at, little.getIntLE(at));
        }
        for (int at = 32; at < 40; at += 2) {
            big.setShort(at, little.getShortLE(at));
        }
        big.setInt(PacketHeader.TYPE, little.getIntLE(PacketHeader.TYPE) & ~0x80000080);
        network.daemon(2).data(big.array());
        Datagram.Packet forwarded = network.daemon(2).sent.get(0).packet();
        assertThat(forwarded.little()).isFalse();
        assertThat(forwarded.routed()).isFalse();
        assertThat(forwarded.transmitter()).isEqualTo(network.daemon(2).self.id());
        assertThat(network.daemon(2).log).containsExactly("routed");
    }

    @Test
    void aMalformedRoutedPacketIsNotForwarded() {
        ByteBuf bad = routedPacket();
        bad.setShortLE(PacketHeader.FRAGMENT_LENGTH, 9999);
        network.daemon(2).data(bad.array());
        ByteBuf strange = routedPacket();
        strange.setIntLE(PacketHeader.PROC_ID, 0x0a0a0a0a);
        network.daemon(2).data(strange.array());
        ByteBuf far = routedPacket();
        far.setIntLE(PacketHeader.SEQUENCE, 8193);
        network.daemon(2).data(far.array());
        assertThat(network.daemon(2).sent).isEmpty();
    }

    @Test
    void aRequestIsWidenedByEachDaemonThatMissesThePacketToo() {
        network.lost = (datagram, to) -> datagram.isData() && datagram.from().index() == 4 && to.self.index() != 3;
        network.daemon(4).submit(PacketType.AGREED, "one");
        for (int i = 0; i < 12; i++) {
            network.step();
        }
        List<String> requests = network.tokens().stream()
                .filter(each -> !each.token().requests().isEmpty())
                .map(each -> each.from().index() + ":"
                        + network.configuration.daemons().stream()
                                .filter(d ->
                                        d.id() == each.token().requests().get(0).procId())
                                .map(d -> d.name())
                                .findFirst()
                                .orElse("-")
                        + "/" + each.token().requests().get(0).segment())
                .limit(3)
                .toList();
        assertThat(requests).startsWith("0:alpha/0", "1:-/0");
        network.lost = (datagram, to) -> false;
        network.settle();
        assertThat(network.daemon(0).log).containsExactly("one");
    }

    @Test
    void retransmissionsAreCountedByTheirWidth() {
        network.close();
        network = RingNetwork.ring(3);
        network.lost = (datagram, to) ->
                datagram.isData() && to.self.index() == 1 && datagram.to().kind() == Route.Kind.SEGMENT;
        network.daemon(0).submit(PacketType.AGREED, "one");
        network.settle();
        assertThat(network.daemon(2).context.counters().retransmissions).isOne();
        assertThat(network.daemon(2).context.counters().unicastRetransmissions).isOne();
        assertThat(network.daemon(1).context.counters().requestsSent).isOne();
    }

    @Test
    void packetsSentBehindTheTokenCarryTheNextRound() {
        network.close();
        network = RingNetwork.ring(RingConfigurations.accelerated(15), 3);
        for (int i = 0; i < 20; i++) {
            network.daemon(0).submit(PacketType.AGREED, Images.body("m" + i, 1300));
        }
        network.settle();
        List<Integer> rounds =
                network.data().stream().map(each -> each.packet().tokenRound()).toList();
        int first = rounds.get(0);
        assertThat(rounds.subList(0, 5)).containsOnly(first);
        assertThat(rounds.subList(5, 20)).containsOnly(first + 1);
    }

    @Test
    void onThePlainRingTheTokenNeverHasPriority() {
        priority(RingNetwork.ring(3), false);
    }

    @Test
    void onTheAcceleratedRingAPostTokenPacketGivesPriority() {
        priority(RingNetwork.ring(RingConfigurations.accelerated(15), 3), true);
    }

    private void priority(RingNetwork ring, boolean expected) {
        network.close();
        network = ring;
        RingDaemon beta = network.daemon(1);
        network.daemon(0).submit(PacketType.AGREED, "one");
        while (network.data().isEmpty()) {
            network.daemon(1).turn();
            network.daemon(2).turn();
            network.daemon(0).turn();
        }
        assertThat(beta.tokenSocket).isNotEmpty();
        while (!beta.dataSocket.isEmpty()) {
            beta.data(beta.dataSocket.remove());
        }
        assertThat(beta.ring.tokenFirst()).isEqualTo(expected);
        network.settle();
        assertThat(beta.ring.tokenFirst()).isFalse();
    }

    @Test
    void requestsOfTheAcceleratedRingComeARotationLater() {
        network.close();
        network = RingNetwork.ring(RingConfigurations.accelerated(15), 3);
        network.lost = (datagram, to) ->
                datagram.isData() && to.self.index() == 1 && datagram.to().kind() == Route.Kind.SEGMENT;
        network.daemon(0).submit(PacketType.AGREED, "one");
        network.settle();
        List<Integer> rounds = network.tokens().stream()
                .filter(each -> each.from().index() == 1)
                .filter(each -> each.token().sequence() == 1)
                .map(each -> each.token().requests().size())
                .limit(2)
                .toList();
        assertThat(rounds).containsExactly(0, 1);
        assertThat(network.daemon(1).log).containsExactly("one");
    }

    private ByteBuf routedPacket() {
        network.lost = (datagram, to) -> datagram.isData();
        network.daemon(0).submit(PacketType.AGREED, "routed");
        while (network.data().isEmpty()) {
            network.step();
        }
        network.daemons.forEach(each -> each.sent.clear());
        return Unpooled.copiedBuffer(network.data().get(0).buffer());
    }
}
