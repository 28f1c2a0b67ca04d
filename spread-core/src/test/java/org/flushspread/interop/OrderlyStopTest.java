package org.flushspread.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.flushspread.client.View;
import org.flushspread.interop.Namespaces.Cast;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A daemon of ours that is told to stop leaves its ring in order (membership-protocol 6.8), whatever the others are. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("once")
@Timeout(240)
class OrderlyStopTest {
    /** So long that whoever waits for it is found out, on a busy machine too. */
    private static final Timers PATIENT = Timers.STEADY.withToken(20_000);

    private static final Duration WITHOUT_TIMEOUT = Duration.ofSeconds(10);

    @ParameterizedTest(name = "{0}, {1} stops")
    @CsvSource({"JJJ, 0", "JJJ, 2", "JCC, 0", "CCJ, 2", "JCJ, 2"})
    void theOthersNeedNoTokenTimeout(String kinds, int who) {
        try (Ring ring = new Ring(kinds, new Loopback(kinds.length()), PATIENT, true)) {
            assertThat(stopUnderLoad(ring, who)).isLessThan(WITHOUT_TIMEOUT);
        }
    }

    /** In one segment, where a C daemon that leads the ring looks for others when it gets foreign data. */
    @ParameterizedTest(name = "{0}, {1} stops")
    @CsvSource({"JJJ, 0", "JJJ, 2", "JCC, 0", "CCJ, 2", "CJC, 1"})
    void theOthersOfASegmentNeedNoTokenTimeout(String kinds, int who) {
        Namespaces net = new Namespaces(Cast.MULTICAST, true, kinds.length());
        try (Ring ring = new Ring(kinds, net, PATIENT, true)) {
            assertThat(stopUnderLoad(ring, who)).isLessThan(WITHOUT_TIMEOUT);
        }
    }

    /** The longest time for which the members at the other daemons got nothing, although they sent. */
    private static Duration stopUnderLoad(Ring ring, int who) {
        ring.form().populate().exchange(100);
        Node leaver = ring.nodes.get(who);
        Duration silence = silence(ring, leaver, leaver::stop);
        for (Member each : ring.open()) {
            View view = Objects.requireNonNull(each.view(Ring.GROUP));
            assertThat(view.cause()).isEqualTo(View.Cause.DISCONNECT);
        }
        ring.exchange(100);
        ring.requireSound();
        return silence;
    }

    private static Duration silence(Ring ring, Node leaver, Runnable end) {
        List<Member> others =
                ring.open().stream().filter(each -> each.node != leaver).toList();
        try (Traffic traffic = ring.traffic()) {
            traffic.await(100);
            others.forEach(Member::takeLongestSilence);
            end.run();
            ring.awaitRing(ring.running());
            ring.awaitViews();
            traffic.await(50);
        }
        return others.stream()
                .map(Member::takeLongestSilence)
                .max(Duration::compareTo)
                .orElseThrow();
    }

    @EnabledIfEnvironmentVariable(
            named = "FLUSH_SPREAD_TIMING_TESTS",
            matches = ".+",
            disabledReason =
                    "measures times, which a busy machine spoils: set FLUSH_SPREAD_TIMING_TESTS=1 on an idle one")
    @ParameterizedTest(name = "{0}, {1} stops, one segment {2}")
    @CsvSource({"JJJ, 1, false", "JJJ, 0, true", "JCC, 0, false", "CCJ, 2, false", "CCJ, 2, true"})
    void aStopCostsTheOthersLessThanACrash(String kinds, int who, boolean oneSegment) {
        Net net = oneSegment ? new Namespaces(Cast.MULTICAST, true, kinds.length()) : new Loopback(kinds.length());
        try (Ring ring = new Ring(kinds, net, Timers.USUAL, true)) {
            ring.form().populate().exchange(100);
            Node leaver = ring.nodes.get(who);
            Duration stop = silence(ring, leaver, leaver::stop);
            leaver.start();
            leaver.awaitListening();
            ring.awaitRing(ring.nodes);
            ring.addMember(leaver);
            ring.awaitViews();
            Duration crash = silence(ring, leaver, leaver::kill);
            System.out.println(kinds + ", daemon " + (who + 1) + ", " + (oneSegment ? "one segment" : "segments")
                    + ": the others stand still for " + stop.toMillis() + " ms after a stop, " + crash.toMillis()
                    + " ms after a crash");
            assertThat(stop).isLessThan(crash);
        }
    }
}
