package org.flushspread.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A ring of C daemons under load becomes one of ours, daemon by daemon, and then each of ours is replaced by the next one. The clients of the
 * daemon that is replaced connect again when there is another; nobody else notices more than views.
 */
@Timeout(300)
class RollingUpgradeTest {
    @ParameterizedTest
    @ValueSource(ints = {3})
    void nothingIsLost(int size) {
        try (Ring ring = new Ring("C".repeat(size), new Loopback(size), Timers.STEADY, true)) {
            ring.form().populate().exchange(200);
            for (Node each : List.copyOf(ring.nodes)) {
                replace(ring, each, Kind.JAVA);
            }
            for (Node each : List.copyOf(ring.nodes)) {
                replace(ring, each, Kind.JAVA);
            }
            assertThat(ring.nodes).allMatch(each -> each.kind == Kind.JAVA);
            ring.exchange(200);
            ring.requireSound();
        }
    }

    /** All members send; what those of the other daemons send meanwhile arrives at each of them, in one order. */
    static void replace(Ring ring, Node old, Kind next) {
        List<Member> others =
                ring.open().stream().filter(each -> each.node != old).toList();
        assertThat(others).hasSize(ring.nodes.size() - 1);
        int since = ring.traces.size();
        try (Traffic traffic = ring.traffic()) {
            traffic.await(100);
            old.stop();
            ring.awaitRing(ring.running());
            ring.awaitViews(others);
            traffic.await(50);
            old.become(next);
            old.start();
            old.awaitListening();
            ring.awaitRing(ring.nodes);
            ring.addMember(old);
            ring.awaitViews();
            traffic.await(50);
        }
        ring.awaitComplete(since, others);
    }
}
