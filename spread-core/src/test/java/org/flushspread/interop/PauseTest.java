package org.flushspread.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.flushspread.Wait;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Daemons that stand still for a while, as in a long garbage collection. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("once")
@Timeout(240)
class PauseTest {
    /** A token timeout that no busy machine reaches by itself. */
    private static final Timers PATIENT = new Timers(15_000, 500, 50, 50, 125, 100, 250, 2000, 1000);

    /** Longer than the hurry timeout, so that the token is sent again, and much shorter than the token timeout. */
    private static final Duration SHORT = Duration.ofMillis(800);

    /** What the hasty daemon has for a token timeout, and how long it stands still. */
    private static final int HASTY_TOKEN = 3000;

    private static final Duration LONG = Duration.ofMillis(HASTY_TOKEN + 1000);

    @ParameterizedTest
    @CsvSource({
        "JJJ, loopback",
        "JCJ, loopback",
        "CJC, loopback",
        "j5j, MULTICAST 3",
        "5j5, BROADCAST 21",
        "j5j, MULTICAST_IPV6 12"
    })
    void aPauseShorterThanTheTokenTimeoutCostsNoMembershipAndNoMessage(String kinds, String where) {
        try (Ring ring = new Ring(kinds, Net.of(where, 3), PATIENT, true)) {
            ring.form().populate();
            int changes = ring.membershipChanges();
            int since = ring.traces.size();
            for (Node each : ring.nodes) {
                try (Traffic traffic = ring.traffic()) {
                    traffic.await(50);
                    each.pause();
                    Wait.pause(SHORT);
                    each.resume();
                    traffic.await(50);
                }
            }
            ring.awaitComplete(since);
            assertThat(ring.membershipChanges()).isEqualTo(changes);
            ring.requireSound();
        }
    }

    /**
     * The pause is longer than the daemon's own token timeout, but the others are more patient, and the token waits in its socket. A pause that
     * hits the daemon while it has the token in hand proves nothing, so not every one has to pass; if timers came before sockets, none would.
     */
    @ParameterizedTest
    @ValueSource(strings = {"JJJ", "jjj"})
    void aPausedDaemonReadsTheWaitingTokenBeforeItDeclaresItLost(String kinds) {
        try (Ring ring = new Ring(kinds, new Loopback(3), PATIENT, false)) {
            Node hasty = ring.nodes.get(1);
            ring.nodes.get(0).start();
            ring.nodes.get(2).start();
            ring.nodes.get(0).awaitListening();
            ring.nodes.get(2).awaitListening();
            ring.configuration(
                    text -> text.replace("TokenTimeout = " + PATIENT.token(), "TokenTimeout = " + HASTY_TOKEN));
            hasty.start();
            hasty.awaitListening();
            ring.awaitRing(ring.nodes);
            ring.populate();
            ring.expectCascades();
            int survived = 0;
            for (int i = 0; survived < 2 && i < 6; i++) {
                int changes = ring.membershipChanges();
                try (Traffic traffic = ring.traffic()) {
                    traffic.await(30);
                    hasty.pause();
                    Wait.pause(LONG);
                    hasty.resume();
                    traffic.await(30);
                }
                ring.awaitRing(ring.nodes);
                ring.awaitViews();
                survived += ring.membershipChanges() == changes ? 1 : 0;
            }
            assertThat(survived).isEqualTo(2);
            ring.requireSound();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "JJJ, loopback",
        "JCJ, loopback",
        "CJC, loopback",
        "5j5, MULTICAST 3",
        "j5j, BROADCAST 21",
        "5jj, MULTICAST_IPV6 3"
    })
    void aDaemonThatWasLeftBehindComesBack(String kinds, String where) {
        try (Ring ring = new Ring(kinds, Net.of(where, 3), Timers.FIFTH.withToken(1000), true)) {
            ring.form().populate();
            ring.expectCascades();
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
