package org.flushspread.kernel.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.flushspread.config.Options;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.Session;
import org.flushspread.kernel.base.SlowClients;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** client-protocol 6.4: who falls behind is named at half of a limit; back-pressure holds senders back before anybody goes. */
class SlowSessionsTest {
    private static final byte[] MESSAGE = SessionBench.message(0x10, "#sender#d1", List.of("#slow#d1"), new byte[100]);
    private static final byte[] OF_THE_SLOW_ONE =
            SessionBench.message(0x10, "#slow#d1", List.of("room"), new byte[100]);
    private static final Duration STALLED = Duration.ofSeconds(5);

    private static final byte[] TO_BOTH =
            SessionBench.message(0x10, "#sender#d1", List.of("#slow#d1", "#other#d1"), new byte[100]);

    private SessionBench bench = new SessionBench();
    private Session slow;
    private Session other;

    @AfterEach
    void stop() {
        bench.stop();
    }

    @Test
    void aClientThatFallsBehindIsNamedOnceAtHalfOfItsMessages() {
        Session slow = bench.client("slow");
        bench.sessions.writability(slow, false);
        deliver(500);
        assertThat(count(Reason.CLIENT_FALLS_BEHIND)).isZero();
        deliver(200);
        assertThat(count(Reason.CLIENT_FALLS_BEHIND)).isEqualTo(1);
        assertThat(count(Reason.SENDERS_HELD_BACK)).isZero();
        bench.sessions.writability(slow, true);
        bench.order();
        bench.sessions.writability(slow, false);
        deliver(501);
        assertThat(count(Reason.CLIENT_FALLS_BEHIND)).isEqualTo(2);
        assertThat(bench.closed(slow)).isNull();
    }

    @Test
    void halfOfTheBytesCountAsWell() {
        use(SessionBench.settings(10, 10, 500, 20_000));
        bench.sessions.writability(bench.client("slow"), false);
        deliver(55);
        assertThat(count(Reason.CLIENT_FALLS_BEHIND)).isZero();
        deliver(2);
        assertThat(count(Reason.CLIENT_FALLS_BEHIND)).isEqualTo(1);
    }

    @Test
    void allClientsTogetherAreNamedAtHalfOfTheMemory() {
        use(SessionBench.settings(10, 10, 500, 1 << 30, 400_000));
        bench.sessions.writability(bench.client("slow"), false);
        deliver(400);
        bench.order();
        assertThat(count(Reason.CLIENTS_FALL_BEHIND)).isZero();
        deliver(590);
        bench.order();
        assertThat(count(Reason.CLIENTS_FALL_BEHIND)).isEqualTo(1);
    }

    @Test
    void allClientsTogetherAreNamedAtHalfOfTheirMessages() {
        use(KernelSettings.DEFAULTS.withMaxClientMessages(600));
        twoSlowClients();
        deliverToBoth(149);
        bench.order();
        assertThat(count(Reason.CLIENTS_FALL_BEHIND)).isZero();
        deliverToBoth(1);
        bench.order();
        assertThat(count(Reason.CLIENTS_FALL_BEHIND)).isEqualTo(1);
        assertThat(count(Reason.CLIENT_FALLS_BEHIND)).isZero();
    }

    @Test
    void beyondTheMessagesOfAllTheClientWithMostOfThemGoes() {
        use(KernelSettings.DEFAULTS.withMaxClientMessages(600));
        twoSlowClients();
        deliverToBoth(200);
        deliver(200);
        assertThat(bench.sessions.queues().messages()).isEqualTo(600);
        assertThat(bench.closed(slow)).isNull();
        deliverToBoth(2);
        assertThat(bench.closed(slow)).isEqualTo(Reason.SLOW_CLIENT);
        assertThat(bench.closed(other)).isNull();
        assertThat(bench.sessions.queues().messages()).isEqualTo(202);
    }

    @Test
    void withBackPressureSendersWaitFromHalfOfTheMessagesOfAllOn() {
        use(backpressure().withMaxClientMessages(600));
        twoSlowClients();
        Session sender = bench.client("sender");
        for (int i = 0; i < 200; i++) {
            bench.send(sender, TO_BOTH);
            bench.order();
        }
        assertThat(bench.ordered).hasSize(150);
        assertThat(count(Reason.SENDERS_HELD_BACK)).isEqualTo(1);
        bench.sessions.writability(slow, true);
        bench.sessions.writability(other, true);
        // what they take in this turn is seen in the next one
        bench.order();
        bench.order();
        assertThat(bench.ordered).hasSize(200);
        assertThat(bench.closed(slow)).isNull();
    }

    @Test
    void withBackPressureSendersWaitAndGoOnWhenTheClientHasCaughtUp() {
        use(backpressure());
        Session sender = bench.client("sender");
        Session slow = bench.client("slow");
        bench.sessions.writability(slow, false);
        for (int i = 0; i < 1100; i++) {
            bench.send(sender, MESSAGE);
            bench.order();
        }
        assertThat(bench.ordered).hasSize(501);
        assertThat(bench.ports.client(sender).reading()).isFalse();
        assertThat(bench.closed(slow)).isNull();
        assertThat(count(Reason.SENDERS_HELD_BACK)).isEqualTo(1);
        bench.sessions.writability(slow, true);
        bench.order();
        assertThat(bench.ordered).hasSize(1100);
        assertThat(bench.ports.client(slow).size()).isEqualTo(1100 * MESSAGE.length);
        assertThat(bench.ports.client(sender).reading()).isTrue();
    }

    /** Its thread may be in the middle of a send, and takes nothing before that has gone out. */
    @Test
    void aClientThatTheOthersWaitForIsReadOn() {
        use(backpressure());
        Session sender = bench.client("sender");
        Session slow = bench.client("slow");
        holdBack(slow);
        bench.send(slow, OF_THE_SLOW_ONE);
        bench.send(sender, MESSAGE);
        assertThat(bench.ring.waiting()).isEqualTo(1);
        assertThat(bench.submitted().hex()).isEqualTo(SessionBench.hex(OF_THE_SLOW_ONE));
        assertThat(bench.ports.client(slow).reading()).isTrue();
        assertThat(bench.ports.client(sender).reading()).isFalse();
    }

    @Test
    void whatItSentBeforeTheOthersHadToWaitIsReadToo() {
        use(backpressure());
        Session slow = bench.client("slow");
        bench.ring.pretendWaiting(KernelSettings.DEFAULTS.waterMark());
        bench.send(slow, OF_THE_SLOW_ONE);
        assertThat(bench.ports.client(slow).reading()).isFalse();
        holdBack(slow);
        assertThat(bench.sessions.readHeld()).isTrue();
        assertThat(bench.submitted().hex()).isEqualTo(SessionBench.hex(OF_THE_SLOW_ONE));
        assertThat(bench.ports.client(slow).reading()).isTrue();
        assertThat(bench.sessions.readHeld()).isFalse();
    }

    @Test
    void itIsReadOnWithinItsShareAndTheMemoryForAll() {
        use(backpressure().withMaxWaitingBytes(KernelSettings.DEFAULTS.maxWaitingBytes(), 3L * OF_THE_SLOW_ONE.length));
        Session slow = bench.client("slow");
        holdBack(slow);
        for (int i = 0; i < 5; i++) {
            bench.send(slow, OF_THE_SLOW_ONE);
        }
        assertThat(bench.ring.waiting()).isEqualTo(3);
        bench.order();
        assertThat(bench.ordered).hasSize(5);
        bench.ring.pretendWaitingBytes(2 * KernelSettings.DEFAULTS.maxWaitingBytes());
        bench.send(slow, OF_THE_SLOW_ONE);
        assertThat(bench.ring.waiting()).isZero();
    }

    @Test
    void whileGroupsExchangeTheirStateNotEvenThatOneIsRead() {
        use(backpressure());
        Session slow = bench.client("slow");
        holdBack(slow);
        bench.sessions.hold(true);
        bench.send(slow, OF_THE_SLOW_ONE);
        assertThat(bench.sessions.readHeld()).isFalse();
        assertThat(bench.ring.waiting()).isZero();
        bench.sessions.hold(false);
        assertThat(bench.sessions.readHeld()).isTrue();
        assertThat(bench.ring.waiting()).isEqualTo(1);
    }

    @Test
    void withBackPressureMessagesOfTheRingAboveTheLimitDisconnectNobody() {
        use(backpressure());
        Session slow = bench.client("slow");
        bench.sessions.writability(slow, false);
        deliver(2000);
        assertThat(bench.closed(slow)).isNull();
    }

    @Test
    void aClientThatTakesNothingForTooLongGoesAllTheSameAndSendersGoOn() {
        use(backpressure());
        Session sender = bench.client("sender");
        Session slow = bench.client("slow");
        bench.sessions.writability(slow, false);
        bench.pass(Duration.ofMinutes(1));
        for (int i = 0; i < 600; i++) {
            bench.send(sender, MESSAGE);
            bench.order();
        }
        bench.pass(STALLED.minusMillis(1));
        assertThat(bench.closed(slow)).isNull();
        bench.pass(Duration.ofMillis(1));
        assertThat(bench.closed(slow)).isEqualTo(Reason.STALLED_CLIENT);
        bench.order();
        assertThat(bench.ports.client(sender).reading()).isTrue();
        assertThat(bench.closed(sender)).isNull();
    }

    private static KernelSettings backpressure() {
        return KernelSettings.DEFAULTS.withSlowClients(SlowClients.BACKPRESSURE, STALLED);
    }

    private void use(KernelSettings settings) {
        bench.stop();
        bench = new SessionBench(settings, Options.DEFAULTS, AccessPolicy.PERMIT);
    }

    private void twoSlowClients() {
        slow = bench.client("slow");
        other = bench.client("other");
        bench.sessions.writability(slow, false);
        bench.sessions.writability(other, false);
    }

    private void deliverToBoth(int messages) {
        for (int i = 0; i < messages; i++) {
            bench.deliver(TO_BOTH, 0x7f000002);
        }
    }

    /** The others wait for this client to take something. */
    private void holdBack(Session slow) {
        bench.sessions.writability(slow, false);
        deliver(600);
        assertThat(count(Reason.SENDERS_HELD_BACK)).isEqualTo(1);
    }

    private void deliver(int messages) {
        for (int i = 0; i < messages; i++) {
            bench.deliver(MESSAGE, 0x7f000002);
        }
    }

    private long count(Reason why) {
        return bench.context.counters().refused(why);
    }
}
