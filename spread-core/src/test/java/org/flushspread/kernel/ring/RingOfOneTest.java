package org.flushspread.kernel.ring;

import static org.assertj.core.api.Assertions.assertThat;

import org.flushspread.kernel.base.DeadlineKind;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.PacketType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A ring of one keeps the token to itself (ring-protocol 12) and runs the same visits. */
class RingOfOneTest {
    private final RingNetwork network = new RingNetwork(RingConfigurations.MC3, KernelSettings.DEFAULTS);
    private final RingDaemon alpha = network.daemon(0);

    @AfterEach
    void everyBufferIsGivenBack() {
        network.close();
    }

    @Test
    void installsInTheTurnThatFormedIt() {
        network.form(0);
        alpha.turn();
        assertThat(alpha.log).containsExactly("T[alpha]", "I[alpha]", "R[alpha]");
    }

    @Test
    void sendsNoToken() {
        network.form(0);
        alpha.turn();
        alpha.submit(PacketType.AGREED, "one");
        alpha.turn();
        assertThat(network.tokens()).isEmpty();
    }

    @Test
    void deliversSafeMessagesInTheSameTurn() {
        network.form(0);
        alpha.turn();
        alpha.log.clear();
        alpha.submit(PacketType.SAFE, "one");
        alpha.submit(PacketType.SAFE, "two");
        alpha.turn();
        assertThat(alpha.log).containsExactly("one", "two");
        assertThat(alpha.ring.waiting()).isZero();
    }

    @Test
    void deliversWhatWasQueuedBeforeTheFirstRing() {
        alpha.submit(PacketType.AGREED, "early bird");
        network.form(0);
        alpha.turn();
        assertThat(alpha.log).endsWith("R[alpha]", "early bird");
    }

    @Test
    void takesAnotherTurnWhenItHasMoreThanOneTurnsWork() {
        network.form(0);
        alpha.turn();
        alpha.log.clear();
        String large = Images.body("large", 1300);
        for (int i = 0; i < 3000; i++) {
            alpha.submit(PacketType.AGREED, large);
        }
        alpha.turn();
        assertThat(alpha.log).hasSizeBetween(1, 2999);
        assertThat(alpha.context.deadlines().next()).isEqualTo(alpha.context.nanos());
        for (int i = 0; i < 10; i++) {
            alpha.turn();
        }
        assertThat(alpha.log).hasSize(3000);
        assertThat(alpha.context.deadlines().next()).isGreaterThan(alpha.context.nanos());
    }

    @Test
    void armsNoTokenTimerSinceItsTokenCannotBeLost() {
        network.form(0);
        alpha.turn();
        assertThat(alpha.context.deadlines().isArmed(DeadlineKind.TOKEN)).isFalse();
    }

    /** Nobody else would miss the token, so it is given up at once (ring-protocol 7.1 step 6). */
    @Test
    void givesUpItsTokenBeforeTheNumbersEndAndCountsFromOneAgain() {
        network.form(0);
        alpha.turn();
        Numbers.startAt(alpha.ring, (1 << 30) - 1);
        alpha.log.clear();
        for (int i = 0; i < 4; i++) {
            alpha.submit(PacketType.AGREED, Images.body("m" + i, 1300));
            alpha.turn();
        }
        assertThat(alpha.failures).containsExactly(Reason.TOKEN_SEQUENCE_WRAP);
        assertThat(alpha.ring.tokenAlive()).isFalse();
        network.form(0);
        alpha.turn();
        assertThat(alpha.log.stream().map(each -> each.substring(0, 2)))
                .containsExactly("m0", "m1", "T[", "I[", "R[", "m2", "m3");
        assertThat(alpha.ring.highestSequence()).isEqualTo(2);
    }

    @Test
    void givesUpItsTokenAlsoBehindTheLastNumberThatRecoveryCouldCount() {
        network.form(0);
        alpha.turn();
        Numbers.startAt(alpha.ring, Integer.MAX_VALUE - 1);
        alpha.log.clear();
        alpha.submit(PacketType.AGREED, "one");
        alpha.turn();
        assertThat(alpha.failures).containsExactly(Reason.TOKEN_SEQUENCE_WRAP);
        network.form(0);
        alpha.turn();
        assertThat(alpha.log).endsWith("R[alpha]", "one");
    }

    @Test
    void goesOnWhereItsRoundsPassTheLargestNumber() {
        network.form(0);
        alpha.turn();
        Numbers.roundsStartAt(alpha.ring, Integer.MAX_VALUE - 1);
        alpha.log.clear();
        for (int i = 0; i < 6; i++) {
            alpha.submit(PacketType.SAFE, "m" + i);
            alpha.turn();
        }
        assertThat(alpha.log).containsExactly("m0", "m1", "m2", "m3", "m4", "m5");
    }
}
