package org.flushspread.kernel.ring;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.DeliveryThreshold;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.RingInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Leaving an old ring for a new one (membership-protocol 6.5, 7). */
class RingRecoveryTest {
    private final RingNetwork network = RingNetwork.ring(4);
    private final RingDaemon alpha = network.daemon(0);
    private final RingDaemon beta = network.daemon(1);
    private final RingDaemon gamma = network.daemon(2);
    private final RingDaemon delta = network.daemon(3);

    @AfterEach
    void everyBufferIsGivenBack() {
        network.close();
    }

    @Test
    void aChangeWithoutLossIsOneSignalAndOneView() {
        network.loseToken(0, 1, 2, 3);
        network.form(0, 1, 2);
        network.settle();
        assertThat(alpha.log)
                .isEqualTo(beta.log)
                .containsExactly("T[alpha, beta, gamma]", "I[alpha, beta, gamma]", "R[alpha, beta, gamma]");
    }

    @Test
    void theTransitionalIdIsTheFirstMemberAndTheRingsTime() {
        network.loseToken(0, 1, 2, 3);
        network.form(3, 2);
        network.settle();
        assertThat(gamma.transitionals.get(1).id()).isEqualTo(new MembershipId(gamma.self.id(), network.seconds + 2));
        assertThat(gamma.transitionals.get(1)).isEqualTo(delta.transitionals.get(1));
    }

    @Test
    void missingPacketsAreFetchedFromThoseWhoHaveThem() {
        loseDataTo(gamma, "one", "two");
        network.form(1, 2, 3);
        network.lost = (datagram, to) -> false;
        network.settle();
        assertThat(gamma.log).startsWith("one", "two", "T[beta, gamma, delta]");
        assertThat(beta.log).isEqualTo(delta.log).isEqualTo(gamma.log);
    }

    @Test
    void whatADaemonSentBeforeAReloadRemovedItIsStillFetched() {
        loseDataTo(beta, "one", "two");
        Configuration withoutDelta = RingConfigurations.of("", 3);
        network.daemons.subList(0, 3).forEach(each -> {
            each.context.configure(withoutDelta, each.self, withoutDelta.hash());
            each.ring.reconfigured(false);
        });
        network.form(0, 1, 2);
        network.lost = (datagram, to) -> false;
        network.settle();
        assertThat(beta.log).startsWith("one", "two", "T[alpha, beta, gamma]");
        assertThat(alpha.log).isEqualTo(beta.log).isEqualTo(gamma.log);
    }

    @Test
    void packetsFetchedInRecoveryCarryTheOldRingsId() {
        loseDataTo(gamma, "one", "two");
        MembershipId old = gamma.ring.membershipId();
        network.wire.clear();
        network.form(1, 2, 3);
        network.lost = (datagram, to) -> false;
        network.settle();
        assertThat(network.data())
                .isNotEmpty()
                .allMatch(each -> each.packet().ring().equals(old));
        assertThat(network.tokens().stream().flatMap(each -> each.token().requests().stream()))
                .isNotEmpty()
                .allMatch(each -> each.ring().equals(old));
    }

    @Test
    void noNewMessageIsSentInRecovery() {
        network.loseToken(0, 1, 2, 3);
        beta.submit(PacketType.AGREED, "new");
        network.form(0, 1);
        network.settle();
        assertThat(alpha.log).endsWith("R[alpha, beta]", "new");
        assertThat(network.data()).allMatch(each -> each.packet().sequence() == 1);
        assertThat(network.data()).allMatch(each -> each.packet().ring().equals(alpha.ring.membershipId()));
    }

    @Test
    void aSafeMessageThatIsNotStableComesAfterTheSignal() {
        network.lost = (datagram, to) -> to == alpha && !datagram.isHurry();
        alpha.ring.hurryTimeout();
        beta.submit(PacketType.AGREED, "agreed");
        beta.submit(PacketType.SAFE, "safe");
        beta.submit(PacketType.AGREED, "behind");
        network.settle();
        network.loseToken(0, 1, 2, 3);
        network.lost = (datagram, to) -> false;
        network.form(1, 2, 3);
        network.settle();
        assertThat(gamma.log).startsWith("agreed", "T[beta, gamma, delta]", "safe", "behind", "I[beta, gamma, delta]");
        assertThat(beta.log).isEqualTo(gamma.log).isEqualTo(delta.log);
    }

    @Test
    void whatIsStableIsDeliveredInTheOldRingWhateverItsService() {
        network.daemons.forEach(each -> each.ring.threshold(DeliveryThreshold.NOTHING));
        alpha.submit(PacketType.AGREED, "stable");
        network.settle();
        network.loseToken(0, 1, 2, 3);
        network.form(0, 1, 2, 3);
        network.settle();
        assertThat(gamma.log).startsWith("stable", "T[alpha, beta, gamma, delta]");
    }

    @Test
    void behindAHoleOnlyTheObligationSetIsDelivered() {
        // alpha's packet 1 reaches nobody, its packet 2 everybody; beta's follow
        network.lost = (datagram, to) -> datagram.isData() && datagram.packet().sequence() == 1;
        alpha.submit(PacketType.AGREED, Images.body("hole", 1300));
        alpha.submit(PacketType.AGREED, Images.body("alpha's", 1300));
        while (network.data().isEmpty()) {
            network.daemons.forEach(each -> {
                if (network.data().isEmpty()) {
                    each.turn();
                }
            });
        }
        beta.submit(PacketType.AGREED, "beta's");
        while (beta.ring.highestSequence() < 3 || gamma.ring.highestSequence() < 3) {
            network.step();
        }
        network.loseToken(0, 1, 2, 3);
        network.clearSockets();
        network.form(1, 2, 3);
        network.settle();
        assertThat(gamma.log).startsWith("T[beta, gamma, delta]", "beta's", "I[beta, gamma, delta]");
        assertThat(beta.log).isEqualTo(gamma.log);
        network.form(0);
        network.settle();
        assertThat(alpha.log.stream().map(Images::name)).startsWith("hole", "alpha's");
    }

    @Test
    void dummiesAreNeitherAskedForNorSent() {
        behindAHole(late -> {});
        assertThat(network.tokens().stream().flatMap(each -> each.token().requests().stream()))
                .allMatch(each -> !each.sequences().contains(1));
    }

    /** Its sender does not come along, so nobody else would get it (6.5 step 5). */
    @Test
    void aHoleIsOneAlsoForWhomItsPacketHasReachedMeanwhile() {
        behindAHole(beta::data);
        assertThat(beta.log).startsWith("T[beta, gamma, delta]", "I[beta, gamma, delta]");
        assertThat(beta.log).isEqualTo(gamma.log);
    }

    /** @param meanwhile gets the packet that is missing when all have reported that */
    private void behindAHole(Consumer<byte[]> meanwhile) {
        network.lost = (datagram, to) -> datagram.isData() && datagram.packet().sequence() == 1;
        alpha.submit(PacketType.AGREED, Images.body("hole", 1300));
        alpha.submit(PacketType.AGREED, Images.body("alpha's", 1300));
        while (beta.ring.highestSequence() < 2) {
            network.step();
        }
        network.loseToken(0, 1, 2, 3);
        network.clearSockets();
        byte[] hole = network.data().get(0).bytes();
        network.reported = () -> meanwhile.accept(hole);
        network.wire.clear();
        network.form(1, 2, 3);
        network.settle();
    }

    @Test
    void anUnfinishedLargeMessageIsForgottenAndSentWholeInTheNewRing() {
        String large = Images.body("large", 50_000);
        beta.submit(PacketType.AGREED, large);
        network.step();
        assertThat(gamma.ring.highestSequence()).isBetween(1, 34);
        network.loseToken(0, 1, 2, 3);
        network.clearSockets();
        network.form(0, 1, 2);
        network.settle();
        assertThat(gamma.log).endsWith("R[alpha, beta, gamma]", large);
        assertThat(gamma.refused(Reason.FRAGMENT_OUT_OF_ORDER)).isZero();
        assertThat(beta.log).isEqualTo(gamma.log);
    }

    @Test
    void twoRingsMeetAndEachHasItsOwnSignal() {
        network.loseToken(0, 1, 2, 3);
        network.form(0, 1);
        network.settle();
        network.form(2, 3);
        network.settle();
        alpha.submit(PacketType.AGREED, "left");
        delta.submit(PacketType.AGREED, "right");
        network.settle();
        network.forget();
        network.form(0, 1, 2, 3);
        network.settle();
        assertThat(beta.log).startsWith("T[alpha, beta]").endsWith("R[alpha, beta, gamma, delta]");
        assertThat(gamma.log).startsWith("T[gamma, delta]").endsWith("R[alpha, beta, gamma, delta]");
    }

    @Test
    void sequenceNumbersStartAgainAndTheFenceDoesNotLeakIntoTheNewRing() {
        alpha.submit(PacketType.AGREED, "old");
        network.settle();
        network.form(0, 1, 2, 3);
        network.settle();
        assertThat(alpha.ring.highestSequence()).isZero();
        assertThat(alpha.ring.aru()).isZero();
        alpha.submit(PacketType.SAFE, "new");
        network.settle();
        assertThat(alpha.ring.aru()).isOne();
        assertThat(alpha.log).endsWith("new");
    }

    @Test
    void dataAboveWhatWasReportedIsRefusedFromForm1On() {
        byte[] late = lateCopyOfAPacketThatBetaMissed();
        beta.ring.loseToken();
        RingInfo report = beta.ring.describe();
        beta.ring.enterForm(report);
        beta.data(late);
        assertThat(beta.refused(Reason.ABOVE_REPORTED_HIGHEST)).isOne();
        beta.ring.loseToken();
        beta.data(late);
        assertThat(beta.ring.highestSequence()).isEqualTo(1);
    }

    private byte[] lateCopyOfAPacketThatBetaMissed() {
        network.lost = (datagram, to) -> datagram.isData() && to == beta;
        delta.submit(PacketType.AGREED, "late");
        while (network.data().isEmpty()) {
            network.step();
        }
        assertThat(beta.ring.highestSequence()).isZero();
        return network.data().get(0).bytes();
    }

    @Test
    void anAbortedRecoveryKeepsWhatItGotAndForgetsTheHoles() {
        loseDataTo(gamma, "one", "two", "three");
        network.form(1, 2, 3);
        network.lost = (datagram, to) -> false;
        while (gamma.ring.myAru() < 3) {
            network.step();
        }
        network.loseToken(1, 2, 3);
        RingInfo again = gamma.ring.describe();
        assertThat(again.holes()).isEmpty();
        assertThat(again.id()).isNotEqualTo(new MembershipId(gamma.self.id(), -1));
        network.form(2, 3);
        network.settle();
        assertThat(gamma.log).startsWith("one", "two", "three", "T[gamma, delta]");
    }

    @Test
    void aCompleteDaemonStaysBoundToTheObligationSetOfAnAbortedAttempt() {
        network.loseToken(0, 1, 2, 3);
        network.form(0, 1);
        network.step();
        assertThat(alpha.log).isEmpty();
        network.loseToken(0, 1);
        assertThat(alpha.ring.describe().procs()).containsExactly(alpha.self.id(), beta.self.id());
        assertThat(alpha.ring.describe().numTrans()).isOne();
    }

    @Test
    void afterFiveHundredRoundsTheAttemptIsGivenUp() {
        loseDataTo(gamma, "one");
        network.form(1, 2, 3);
        network.lost = (datagram, to) -> datagram.isData();
        network.settle();
        assertThat(network.daemons.stream().flatMap(each -> each.failures.stream()))
                .contains(Reason.RECOVERY_ROUNDS);
        assertThat(gamma.ring.tokenAlive()).isFalse();
        network.loseToken(1, 2, 3);
        network.lost = (datagram, to) -> false;
        network.form(1, 2, 3);
        network.settle();
        assertThat(gamma.log).startsWith("one", "T[beta, gamma, delta]");
    }

    @Test
    void nobodyHoldsTheTokenInRecovery() {
        network.loseToken(0, 1, 2, 3);
        network.lost = (datagram, to) -> datagram.isToken() && to == delta;
        network.form(0, 1, 2, 3);
        for (int i = 0; i < 4; i++) {
            network.step();
        }
        assertThat(alpha.ring.tokenAlive()).isTrue();
        beta.submit(PacketType.AGREED, "queued");
        assertThat(network.hurries()).isEmpty();
    }

    @Test
    void aTokenThatClaimsMoreStableThanThereIsDoesNoHarm() {
        network.loseToken(0, 1, 2, 3);
        RingInfo report = alpha.ring.describe();
        RingInfo absurd = new RingInfo(
                report.id(), 5, Integer.MAX_VALUE, Integer.MAX_VALUE, List.of(7, 100_000, -3), 1, report.procs());
        alpha.ring.enterForm(absurd);
        alpha.ring.recover(
                new DaemonMembership(new MembershipId(alpha.self.id(), 77), ImmutableList.of(alpha.self)),
                absurd,
                Integer.MAX_VALUE);
        alpha.ring.sendFirstToken();
        for (int i = 0; i < 20; i++) {
            alpha.turn();
        }
        alpha.ring.loseToken();
        assertThat(alpha.refused(Reason.FRAGMENT_OUT_OF_ORDER)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void underLossAllWhoMoveTogetherDeliverTheSame(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 4; round++) {
            network.forget();
            network.lost = (datagram, to) -> random.nextInt(100) < 15;
            int[] services = {PacketType.FIFO, PacketType.AGREED, PacketType.SAFE};
            for (int i = 0; i < 60; i++) {
                RingDaemon daemon = network.daemon(random.nextInt(4));
                int length = random.nextInt(6) == 0 ? 4000 : 40;
                daemon.submit(services[random.nextInt(3)], Images.body(round + "-" + i, length));
                if (random.nextInt(4) == 0) {
                    network.step();
                }
            }
            for (int i = 0; i < random.nextInt(40); i++) {
                network.step();
            }
            network.loseToken(0, 1, 2, 3);
            network.clearSockets();
            network.lost = (datagram, to) -> datagram.isData() && random.nextInt(100) < 15;
            network.form(0, 2);
            network.form(1, 3);
            network.settle();
            assertThat(oldPart(alpha)).as("round %d", round).isEqualTo(oldPart(gamma));
            assertThat(oldPart(beta)).as("round %d", round).isEqualTo(oldPart(delta));
            network.forget();
            network.lost = (datagram, to) -> false;
            network.form(0, 2, 1, 3);
            network.settle();
        }
        assertThat(network.daemons).allMatch(each -> each.ring.waiting() == 0);
        assertThat(network.daemons).allMatch(each -> each.refused(Reason.BAD_MESSAGE_IMAGE) == 0);
    }

    /** The transitional part: from the signal to the view. Before it the two may have got different distances. */
    private static List<String> oldPart(RingDaemon daemon) {
        int from = 0;
        while (!daemon.log.get(from).startsWith("T[")) {
            from++;
        }
        int to = from;
        while (!daemon.log.get(to).startsWith("I[")) {
            to++;
        }
        return daemon.log.subList(from, to);
    }

    /** Beta sends these as packets of their own and loses the token before {@code loser} has any. */
    private void loseDataTo(RingDaemon loser, String... bodies) {
        RingDaemon sender = loser == beta ? delta : beta;
        network.lost = (datagram, to) -> datagram.isData() && to == loser;
        int service = PacketType.AGREED;
        for (String each : bodies) {
            sender.submit(service, each);
            service = service == PacketType.AGREED ? PacketType.RELIABLE : PacketType.AGREED;
        }
        while (network.data().stream()
                        .filter(each -> each.from().equals(sender.self))
                        .count()
                < bodies.length) {
            network.step();
        }
        network.step();
        network.loseToken(0, 1, 2, 3);
        network.clearSockets();
    }

    @Test
    void aPacketOfADaemonThatWasNeverInMyRingIsRefused() {
        network.loseToken(0, 1, 2, 3);
        network.form(0, 1);
        network.settle();
        Daemon stranger = delta.self;
        beta.submit(PacketType.AGREED, "one");
        network.settle();
        ByteBuf packet = Unpooled.copiedBuffer(network.data().get(0).buffer());
        packet.setIntLE(PacketHeader.PROC_ID, stranger.id());
        packet.setIntLE(PacketHeader.SEQUENCE, 2);
        packet.setIntLE(PacketHeader.TRANSMITTER, stranger.id());
        alpha.data(packet.array());
        assertThat(alpha.refused(Reason.UNKNOWN_ORIGINATOR)).isOne();
    }
}
