package org.flushspread.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Daemons that stand still for a while, as in a long garbage collection. */
@Timeout(60)
@EnabledIfEnvironmentVariable(
        named = "FLUSH_SPREAD_TIMING_TESTS",
        matches = ".+",
        disabledReason = "compares times, which a busy machine spoils: set FLUSH_SPREAD_TIMING_TESTS=1 on an idle one")
class PauseTest {
    private static final Timers PATIENT = Timers.FIFTH.withToken(3000);

    @ParameterizedTest
    @ValueSource(strings = {"JJJ", "JCJ", "CJC"})
    void aPauseShorterThanTheTokenTimeoutCostsNoMembershipAndNoMessage(String kinds) {
        try (Ring ring = new Ring(kinds, new Loopback(3), PATIENT, true)) {
            ring.form().populate();
            int changes = ring.membershipChanges();
            int since = ring.traces.size();
            for (Node each : ring.nodes) {
                try (Traffic traffic = ring.traffic()) {
                    traffic.await(50);
                    each.pause();
                    Wait.pause(Duration.ofMillis(800));
                    each.resume();
                    traffic.await(50);
                }
            }
            ring.awaitComplete(since);
            assertThat(ring.membershipChanges()).isEqualTo(changes);
            ring.requireSound();
        }
    }

    /** The pause is longer than the daemon's own token timeout, but the others are more patient, and the token waits in its socket. */
    @Test
    void aPausedDaemonReadsTheWaitingTokenBeforeItDeclaresItLost() {
        try (Ring ring = new Ring("JJJ", new Loopback(3), Timers.FIFTH.withToken(4000), false)) {
            Node hasty = ring.nodes.get(1);
            ring.nodes.get(0).start();
            ring.nodes.get(2).start();
            ring.nodes.get(0).awaitListening();
            ring.nodes.get(2).awaitListening();
            ring.configuration(text -> text.replace("TokenTimeout = 4000", "TokenTimeout = 800"));
            hasty.start();
            hasty.awaitListening();
            ring.awaitRing(ring.nodes);
            ring.populate();
            int changes = ring.membershipChanges();
            int since = ring.traces.size();
            for (int i = 0; i < 3; i++) {
                try (Traffic traffic = ring.traffic()) {
                    traffic.await(30);
                    hasty.pause();
                    Wait.pause(Duration.ofMillis(1300));
                    hasty.resume();
                    traffic.await(30);
                }
            }
            ring.awaitComplete(since);
            assertThat(ring.membershipChanges()).isEqualTo(changes);
            ring.requireSound();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"JJJ", "JCJ", "CJC"})
    void aDaemonThatWasLeftBehindComesBack(String kinds) {
        try (Ring ring = new Ring(kinds, new Loopback(3), Timers.FIFTH, true)) {
            ring.form().populate();
            for (Node each : ring.nodes) {
                try (Traffic traffic = ring.traffic()) {
                    traffic.await(50);
                    each.pause();
                    ring.awaitRing(ring.nodes.stream().filter(n -> n != each).toList());
                    ring.awaitViews(
                            ring.members.stream().filter(m -> m.node != each).toList());
                    each.resume();
                    ring.awaitRing(ring.nodes);
                    ring.awaitViews();
                }
            }
            ring.exchange(200);
            ring.requireSound();
        }
    }
}
