package org.flushspread.kernel.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.flushspread.wire.PacketType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** client-protocol 6.4, ring-protocol 9: a daemon whose clients cannot take more claims the window, and nobody sends. */
class HoldBackTest {
    private static final int MESSAGES = 200;

    private final RingNetwork network = RingNetwork.ring(3);

    @AfterEach
    void close() {
        network.close();
    }

    @Test
    void nobodySendsWhileADaemonHoldsBackAndEverythingGoesOutAfterwards() {
        RingDaemon alpha = network.daemon(0);
        RingDaemon beta = network.daemon(1);
        RingDaemon gamma = network.daemon(2);
        beta.ring.holdBack(true);
        for (int i = 0; i < MESSAGES; i++) {
            alpha.submit(PacketType.AGREED, Images.body("a" + i, 1300));
            beta.submit(PacketType.AGREED, Images.body("b" + i, 1300));
            gamma.submit(PacketType.SAFE, Images.body("c" + i, 1300));
        }
        network.settle();
        int first = gamma.log.size();
        // what was sent before the token had come to beta
        assertThat(first).isLessThan(MESSAGES);
        assertThat(gamma.log).noneMatch(each -> each.startsWith("b"));
        network.pass(Duration.ofSeconds(3));
        assertThat(gamma.log).hasSize(first);
        beta.ring.holdBack(false);
        network.settle();
        assertThat(gamma.log).hasSize(3 * MESSAGES).isEqualTo(alpha.log);
        assertThat(beta.log).isEqualTo(alpha.log);
    }

    @Test
    void groupsExchangeTheirStateAllTheSame() {
        RingDaemon beta = network.daemon(1);
        beta.ring.holdBack(true);
        network.daemon(0).submit(PacketType.AGREED, "first");
        network.settle();
        for (int i = 0; i < 3; i++) {
            network.daemon(i).ring.groupsOnly(true);
            network.daemon(i).submitGroups(PacketType.AGREED, "state" + i);
        }
        network.settle();
        assertThat(beta.log).contains("state0", "state1", "state2");
    }
}
