package org.flushspread.kernel.ring;

import static org.assertj.core.api.Assertions.assertThat;

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
}
