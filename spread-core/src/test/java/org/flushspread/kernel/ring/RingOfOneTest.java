package org.flushspread.kernel.ring;

import static org.assertj.core.api.Assertions.assertThat;

import org.flushspread.kernel.DeadlineKind;
import org.flushspread.kernel.KernelSettings;
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
}
