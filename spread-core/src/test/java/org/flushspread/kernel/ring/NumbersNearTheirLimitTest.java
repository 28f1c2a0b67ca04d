package org.flushspread.kernel.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.PacketType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Numbers that grow for as long as a ring lives, or that a file sets beyond all reason. */
@Tag("once")
class NumbersNearTheirLimitTest {
    /** The leader's hurry, the order of the accelerated ring and the answer to a lost token go by rounds (ring-protocol 10, 11). */
    @Test
    void aLostTokenIsSentAgainAlsoWhereTheRoundsPassTheLargestNumber() {
        RingNetwork network = RingNetwork.ring(RingConfigurations.accelerated(15), 3);
        network.daemons.forEach(each -> Numbers.roundsStartAt(each.ring, Integer.MAX_VALUE - 3));
        for (int i = 0; i < 8; i++) {
            network.daemon(1).submit(PacketType.SAFE, "m" + i);
            network.pass(Duration.ofSeconds(1));
        }
        int[] tokens = new int[1];
        network.lost = (datagram, to) -> datagram.isToken() && tokens[0]++ == 4;
        network.daemon(2).submit(PacketType.SAFE, "after a loss");
        network.pass(Duration.ofSeconds(2));
        network.daemons.forEach(each -> {
            assertThat(each.log).hasSize(9).endsWith("after a loss");
            assertThat(each.failures).isEmpty();
        });
        network.close();
    }

    @Test
    void noWindowsOverrunThePacketTable() {
        RingNetwork network = RingNetwork.ring(RingConfigurations.windows(32767, 32767), 4);
        String body = Images.body("m", 1300);
        for (RingDaemon each : network.daemons) {
            for (int i = 0; i < 9000; i++) {
                each.submit(PacketType.AGREED, body);
            }
        }
        network.settle();
        for (RingDaemon each : network.daemons) {
            for (Reason why : List.of(
                    Reason.TOKEN_SEQUENCE_TOO_HIGH, Reason.SEQUENCE_OUT_OF_RANGE, Reason.BAD_RETRANSMISSION_REQUEST)) {
                assertThat(each.refused(why)).as("%s: %s", each.self, why).isZero();
            }
            assertThat(each.log).hasSize(36_000);
        }
        network.close();
    }
}
