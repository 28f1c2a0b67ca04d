package org.flushspread.kernel.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.flushspread.config.Options;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.Session;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One client's share of what waits for the ring (client-protocol 6.3). */
class BacklogTest {
    private final SessionBench bench = new SessionBench(
            KernelSettings.DEFAULTS
                    .withMaxSessionBytes(1 << 20)
                    .withMaxClientBytes(1 << 20)
                    .withMaxWaitingBytes(100_000, 10_000),
            Options.DEFAULTS,
            AccessPolicy.PERMIT);

    @AfterEach
    void everyBufferIsGivenBack() {
        bench.stop();
    }

    @Test
    void whoHasHisShareWaitingIsNotReadAndOthersAre() {
        Session bulk = bench.client("bulk");
        Session other = bench.client("other");
        byte[] message = SessionBench.message(0x10, "#bulk#d1", List.of("g"), new byte[920]);
        for (int i = 0; i < 12; i++) {
            bench.send(bulk, message);
        }
        bench.sessions.readHeld();
        bench.sessions.turnEnded();
        assertThat(bench.ports.client(bulk).reading()).isFalse();
        assertThat(bench.ring.waiting()).isEqualTo(10);
        assertThat(bench.ports.accepting()).isTrue();

        bench.send(other, SessionBench.message(0x10, "#other#d1", List.of("g"), new byte[10]));
        assertThat(bench.ring.waiting()).isEqualTo(11);
        assertThat(bench.ports.client(other).reading()).isTrue();
        assertThat(bench.sessions.readHeld()).isFalse();

        bench.order();
        assertThat(bench.ordered).hasSize(13);
        assertThat(bench.ports.client(bulk).reading()).isTrue();
    }

    /** So that the ring does not wait for the next one. */
    @Test
    void ofMessagesThatAreLargerThanTheShareOneMoreIsRead() {
        Session bulk = bench.client("bulk");
        byte[] message = SessionBench.message(0x10, "#bulk#d1", List.of("g"), new byte[20_000]);
        bench.send(bulk, message);
        bench.sessions.turnEnded();
        assertThat(bench.ports.client(bulk).reading()).isTrue();

        bench.send(bulk, message);
        bench.send(bulk, message);
        bench.sessions.readHeld();
        bench.sessions.turnEnded();
        assertThat(bench.ring.waiting()).isEqualTo(2);
        assertThat(bench.ports.client(bulk).reading()).isFalse();
        bench.order();
        assertThat(bench.ordered).hasSize(3);
        assertThat(bench.ports.client(bulk).reading()).isTrue();
    }

    /** What one has waiting is ahead of what others send next: 1 MB takes a busy ring some 10 ms. */
    @Test
    void theShareOfOneIsAMegabyteAsARule() {
        assertThat(KernelSettings.DEFAULTS.maxSessionWaitingBytes()).isEqualTo(1 << 20);
    }

    @Test
    void allTogetherStopAtTheMemoryThatIsSetForThem() {
        Session a = bench.client("a");
        bench.ring.pretendWaitingBytes(100_000);
        bench.send(a, SessionBench.message(0x10, "#a#d1", List.of("g"), new byte[10]));
        bench.sessions.turnEnded();
        assertThat(bench.ports.client(a).reading()).isFalse();
        assertThat(bench.ports.accepting()).isFalse();
        assertThat(bench.ring.waiting()).isZero();

        bench.ring.pretendWaitingBytes(0);
        bench.order();
        assertThat(bench.ordered).hasSize(1);
        assertThat(bench.ports.accepting()).isTrue();
    }
}
