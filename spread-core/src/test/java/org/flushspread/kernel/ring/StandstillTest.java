package org.flushspread.kernel.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.TokenHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A ring whose token turns and whose aru does not move (ring-protocol 8.3). */
@Timeout(120)
class StandstillTest {
    private RingNetwork network = RingNetwork.ring(3);
    private final Duration timeout = network.configuration.timers().token();

    @AfterEach
    void everyBufferIsGivenBack() {
        network.close();
    }

    private List<String> sendFromAll(int each) {
        for (int i = 0; i < each; i++) {
            for (RingDaemon daemon : network.daemons) {
                daemon.submit(i % 2 == 0 ? PacketType.SAFE : PacketType.AGREED, daemon.self.name() + i);
            }
        }
        return IntStream.range(0, each)
                .boxed()
                .flatMap(i -> network.daemons.stream().map(daemon -> daemon.self.name() + i))
                .toList();
    }

    private void everybodyDelivers(List<String> messages) {
        List<String> order = network.daemon(0).takeLog();
        assertThat(order).containsExactlyInAnyOrderElementsOf(messages);
        for (RingDaemon each : network.daemons.subList(1, network.daemons.size())) {
            assertThat(each.takeLog()).isEqualTo(order);
        }
    }

    /** The token's own way (0 to 1, 1 to 2, 2 to 0) stays open for tokens: where it is cut, the token is lost, which is another story. */
    @ParameterizedTest
    @CsvSource({"0,1", "0,2", "1,0", "1,2", "2,0", "2,1"})
    void aLinkThatLosesAllDataInOneDirectionDelaysAndStopsNothing(int from, int to) {
        for (String options : List.of("", "AcceleratedRing = yes\n")) {
            network.close();
            network = RingNetwork.ring(options, 3);
            network.lost = (datagram, receiver) ->
                    !datagram.isToken() && datagram.from().index() == from && receiver.self.index() == to;
            List<String> messages = sendFromAll(200);
            network.run(Duration.ofSeconds(4));
            everybodyDelivers(messages);
            assertThat(network.daemons)
                    .allSatisfy(each -> assertThat(each.failures).isEmpty());
        }
    }

    @Test
    void whoCannotReachTheAskingDaemonLeavesItsRequestToOthers() {
        network.lost =
                (datagram, receiver) -> datagram.isData() && datagram.from().index() == 0 && receiver.self.index() == 2;
        network.daemon(0).submit(PacketType.AGREED, "around");
        network.run(Duration.ofMillis(40));
        assertThat(network.daemon(2).takeLog()).containsExactly("around");
        assertThat(network.daemon(0).context.counters().requestsLeft).isPositive();
    }

    @Test
    void aPacketThatNobodyElseHoldsIsSentByUnicastAndToAllByTurns() {
        network.lost =
                (datagram, receiver) -> datagram.isData() && datagram.from().index() == 0;
        network.daemon(0).submit(PacketType.AGREED, "lost");
        network.run(Duration.ofMillis(100));
        assertThat(network.daemon(0).context.counters().broadcastRetransmissions)
                .isPositive();
        network.lost = (datagram, receiver) -> false;
        network.settle();
        everybodyDelivers(List.of("lost"));
    }

    @Test
    void aPersonIsToldWhichPacketIsMissingWhere() {
        network.lost = (datagram, receiver) -> datagram.isData() && receiver.self.index() == 2;
        network.daemon(0).submit(PacketType.AGREED, "stuck");
        network.run(timeout.dividedBy(2).minusMillis(50));
        assertThat(standstills(network.daemon(0))).isEmpty();
        network.run(Duration.ofMillis(200));
        assertThat(standstills(network.daemon(0))).singleElement().satisfies(said -> {
            assertThat(said.packet()).isEqualTo(1);
            assertThat(said.missingAt()).isEqualTo(network.daemon(2).self);
            assertThat(said.heldHere()).isTrue();
            assertThat(said.answered()).isGreaterThan(3);
            assertThat(said.text()).contains("packet 1 is missing at gamma").contains("both directions");
        });
        assertThat(network.daemon(0).context.counters().standstills).isEqualTo(1);
        network.lost = (datagram, receiver) -> false;
        network.settle();
        everybodyDelivers(List.of("stuck"));
    }

    private static List<Event.RingStandsStill> standstills(RingDaemon daemon) {
        return daemon.events().stream()
                .filter(Event.RingStandsStill.class::isInstance)
                .map(Event.RingStandsStill.class::cast)
                .toList();
    }

    /** One bit of memory, or somebody who forges: the token counts packets that nobody sent (16 S8 lets through what could be). */
    @ParameterizedTest
    @ValueSource(ints = {1, 17, 300})
    void aRingThatWaitsForPacketsNobodySentIsGivenUpAndTheNextOneRecovers(int beyond) {
        List<String> before = sendFromAll(5);
        network.settle();
        everybodyDelivers(before);
        AtomicBoolean forged = new AtomicBoolean();
        network.lost = (datagram, receiver) -> {
            if (!datagram.isToken() || receiver.self.index() != 2 || !forged.compareAndSet(false, true)) {
                return false;
            }
            ByteBuf token = Unpooled.wrappedBuffer(datagram.bytes());
            token.setIntLE(TokenHeader.SEQUENCE, token.getIntLE(TokenHeader.SEQUENCE) + beyond);
            receiver.tokenSocket.add(token.array());
            return true;
        };
        network.daemon(1).submit(PacketType.AGREED, "wakes the token");
        network.run(timeout.minusMillis(50));
        assertThat(network.daemons).allSatisfy(each -> assertThat(each.failures).isEmpty());
        network.run(timeout.multipliedBy(3));
        assertThat(network.daemons)
                .as("given up by whoever noticed it first; the others then lose the token")
                .allSatisfy(each -> assertThat(each.failures).isNotEmpty())
                .anySatisfy(each -> assertThat(each.failures).contains(Reason.NO_PROGRESS));

        network.loseToken(0, 1, 2);
        network.form(0, 1, 2);
        List<String> after = sendFromAll(5);
        network.settle();
        for (RingDaemon each : network.daemons) {
            assertThat(each.log).contains("wakes the token").containsAll(after);
        }
    }

    @Test
    void aDaemonThatWasStoppedForLongDoesNotGiveUpItsRing() {
        network.lost = (datagram, receiver) -> datagram.isData() && receiver.self.index() == 2;
        network.daemon(0).submit(PacketType.AGREED, "while asleep");
        network.run(Duration.ofMillis(100));
        network.sleep(Duration.ofSeconds(60));
        network.lost = (datagram, receiver) -> false;
        network.run(Duration.ofMillis(100));
        assertThat(network.daemons).allSatisfy(each -> assertThat(each.failures).doesNotContain(Reason.NO_PROGRESS));
    }
}
