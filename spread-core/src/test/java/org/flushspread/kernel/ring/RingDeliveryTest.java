package org.flushspread.kernel.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.flushspread.kernel.base.DeliveryThreshold;
import org.flushspread.wire.PacketType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes up in which order (ring-protocol 13). */
class RingDeliveryTest {
    private final RingNetwork network = RingNetwork.ring(3);
    private final RingDaemon alpha = network.daemon(0);
    private final RingDaemon beta = network.daemon(1);
    private final RingDaemon gamma = network.daemon(2);

    @AfterEach
    void everyBufferIsGivenBack() {
        network.close();
    }

    @Test
    void allDaemonsDeliverAllMessagesInOneOrder() {
        for (int i = 0; i < 50; i++) {
            alpha.submit(PacketType.AGREED, "a" + i);
            beta.submit(PacketType.FIFO, "b" + i);
            gamma.submit(PacketType.SAFE, "c" + i);
        }
        network.settle();
        assertThat(alpha.log).hasSize(150).isEqualTo(beta.log).isEqualTo(gamma.log);
    }

    @Test
    void aReliableMessageOvertakesASafeOneAtItsOwnDaemonOnly() {
        alpha.submit(PacketType.FIFO, "fifo");
        alpha.submit(PacketType.SAFE, "safe");
        alpha.submit(PacketType.RELIABLE, "reliable");
        alpha.submit(PacketType.AGREED, "agreed");
        network.settle();
        assertThat(alpha.log).containsExactly("fifo", "reliable", "safe", "agreed");
        assertThat(gamma.log).containsExactly("fifo", "safe", "reliable", "agreed");
    }

    @Test
    void aReliableMessageThatArrivesOutOfOrderIsDeliveredAtOnceAndOnlyOnce() {
        network.lost = (datagram, to) -> datagram.isData() && datagram.packet().sequence() == 1 && to == beta;
        alpha.submit(PacketType.AGREED, "lost");
        alpha.submit(PacketType.RELIABLE, "reliable");
        alpha.submit(PacketType.AGREED, "agreed");
        for (int i = 0; i < 4 && beta.log.isEmpty(); i++) {
            network.step();
        }
        assertThat(beta.log).containsExactly("reliable");
        network.lost = (datagram, to) -> false;
        network.settle();
        assertThat(beta.log).containsExactly("reliable", "lost", "agreed");
    }

    @Test
    void fragmentsOfAReliableMessageWaitForTheirOrder() {
        network.lost = (datagram, to) -> datagram.isData() && datagram.packet().sequence() == 1;
        alpha.submit(PacketType.AGREED, "first");
        alpha.submit(PacketType.RELIABLE, Images.body("large", 5000));
        for (int i = 0; i < 20; i++) {
            network.step();
        }
        assertThat(beta.ring.highestSequence()).isGreaterThan(1);
        assertThat(beta.log).isEmpty();
        network.lost = (datagram, to) -> false;
        network.settle();
        assertThat(beta.log).containsExactly("first", Images.body("large", 5000));
    }

    @Test
    void aSafeMessageWaitsUntilEveryDaemonHasIt() {
        network.lost = (datagram, to) -> datagram.isData() && to == gamma;
        alpha.submit(PacketType.SAFE, "safe");
        for (int i = 0; i < 30; i++) {
            network.step();
        }
        assertThat(alpha.log).isEmpty();
        assertThat(beta.log).isEmpty();
        network.lost = (datagram, to) -> false;
        network.settle();
        assertThat(List.of(alpha.log, beta.log, gamma.log)).allMatch(log -> log.equals(List.of("safe")));
    }

    @Test
    void anUnstableSafePacketHoldsBackWhatFollowsIt() {
        network.lost = (datagram, to) -> datagram.isData() && datagram.packet().sequence() == 1 && to == gamma;
        alpha.submit(PacketType.SAFE, "safe");
        alpha.submit(PacketType.AGREED, "agreed");
        for (int i = 0; i < 30; i++) {
            network.step();
        }
        assertThat(beta.log).isEmpty();
        network.lost = (datagram, to) -> false;
        network.settle();
        assertThat(beta.log).containsExactly("safe", "agreed");
    }

    @Test
    void duplicatesAreDeliveredOnce() {
        network.copies = 3;
        for (int i = 0; i < 20; i++) {
            beta.submit(PacketType.AGREED, Images.body("b" + i, 900));
        }
        network.settle();
        assertThat(gamma.log).hasSize(20).doesNotHaveDuplicates();
        assertThat(gamma.context.counters().duplicatePackets).isEqualTo(40);
    }

    @Test
    void largeMessagesOfSeveralDaemonsArePutTogetherSideBySide() {
        String a = Images.body("a", 100_000);
        String b = Images.body("b", 200_000);
        alpha.submit(PacketType.AGREED, a);
        beta.submit(PacketType.SAFE, b);
        network.settle();
        assertThat(gamma.log).containsExactlyInAnyOrder(a, b);
        assertThat(alpha.log).isEqualTo(gamma.log);
    }

    @Test
    void theEndOfALargeMessageAndTheMessagesPackedBehindItGoUpTogether() {
        alpha.submit(PacketType.RELIABLE, Images.body("large", 3000));
        alpha.submit(PacketType.RELIABLE, "one");
        alpha.submit(PacketType.RELIABLE, "two");
        network.settle();
        assertThat(beta.log.stream().map(Images::name)).containsExactly("large", "one", "two");
        assertThat(network.data()).hasSize(3);
    }

    @Test
    void withTheThresholdAtAgreedNothingOvertakes() {
        network.daemons.forEach(each -> each.ring.threshold(DeliveryThreshold.AGREED));
        alpha.submit(PacketType.SAFE, "safe");
        alpha.submit(PacketType.RELIABLE, "reliable");
        network.settle();
        assertThat(alpha.log).containsExactly("safe", "reliable");
    }

    @Test
    void whileOnlyGroupsMessagesAreSentNothingOvertakes() {
        alpha.submit(PacketType.SAFE, "safe");
        alpha.submit(PacketType.RELIABLE, "reliable");
        beta.ring.groupsOnly(true);
        network.lost = (datagram, to) -> datagram.isData() && datagram.packet().sequence() == 1 && to == beta;
        for (int i = 0; i < 6; i++) {
            network.step();
        }
        assertThat(beta.log).isEmpty();
        network.lost = (datagram, to) -> false;
        network.settle();
        assertThat(beta.log).containsExactly("safe", "reliable");
    }

    @Test
    void withTheThresholdAtNothingOnlyStabilityDelivers() {
        beta.ring.threshold(DeliveryThreshold.NOTHING);
        network.lost = (datagram, to) -> datagram.isData() && to == gamma;
        alpha.submit(PacketType.AGREED, "agreed");
        for (int i = 0; i < 20; i++) {
            network.step();
        }
        assertThat(alpha.log).containsExactly("agreed");
        assertThat(beta.log).isEmpty();
        network.lost = (datagram, to) -> false;
        network.settle();
        assertThat(beta.log).containsExactly("agreed");
    }

    @Test
    void aLoweredThresholdDeliversAfterTheCallThatLoweredIt() {
        beta.ring.threshold(DeliveryThreshold.NOTHING);
        network.lost = (datagram, to) -> datagram.isData() && to == gamma;
        alpha.submit(PacketType.AGREED, "agreed");
        for (int i = 0; i < 20; i++) {
            network.step();
        }
        beta.ring.threshold(DeliveryThreshold.EVERYTHING);
        assertThat(beta.log).isEmpty();
        beta.ring.turnEnded();
        assertThat(beta.log).containsExactly("agreed");
    }

    @Test
    void nothingIsDeliveredInsideAnUpcall() {
        beta.ring.threshold(DeliveryThreshold.AGREED);
        beta.onMessage = message -> {
            beta.log.add("in");
            beta.ring.threshold(DeliveryThreshold.EVERYTHING);
            beta.submit(PacketType.RELIABLE, "answer to " + Images.body(message));
            beta.log.add("out");
            beta.onMessage = later -> {};
        };
        alpha.submit(PacketType.AGREED, "one");
        alpha.submit(PacketType.SAFE, "two");
        alpha.submit(PacketType.RELIABLE, "three");
        network.settle();
        assertThat(beta.log.subList(0, 3)).containsExactly("one", "in", "out");
        assertThat(beta.log).contains("two", "three", "answer to one");
    }

    @Test
    void afterTokenLossDataIsStoredButNotDelivered() {
        byte[] packet = packetOf("late");
        network.loseToken(0, 1, 2);
        beta.data(packet);
        assertThat(beta.log).isEmpty();
        assertThat(beta.ring.highestSequence()).isEqualTo(1);
    }

    /** A packet of alpha that nobody has received. */
    private byte[] packetOf(String body) {
        network.lost = (datagram, to) -> datagram.isData();
        alpha.submit(PacketType.AGREED, body);
        while (network.data().isEmpty()) {
            network.step();
        }
        return network.data().get(0).bytes();
    }
}
