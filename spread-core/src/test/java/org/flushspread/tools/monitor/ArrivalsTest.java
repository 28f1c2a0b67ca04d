package org.flushspread.tools.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.HostResolver;
import org.flushspread.daemon.TestPorts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Silence counts only beside an answer: who is slow is not blocked (operations 7). */
@Timeout(120)
@SuppressWarnings("try") // a daemon answers as long as it is open
class ArrivalsTest {
    private static final Duration SHORT = Duration.ofMillis(100);
    private final Configuration ring = Configuration.parse(
            "Spread_Segment 127.0.0.255:" + TestPorts.free() + " { d1 127.0.0.1 { 127.0.0.1 } }\n",
            "test",
            HostResolver.LOCALHOST_ONLY);
    private final Daemon d1 = ring.daemons().get(0);
    private final Arrivals arrivals = new Arrivals(
            () -> new MonitorPort(ring, d1, 0, Optional.empty()), new Pace(System::nanoTime), SHORT, each -> true);

    private Arrivals.Outcome askTokenPort() {
        return arrivals.of(List.of(d1), null, (port, missing) -> missing.forEach(port::askToken));
    }

    @Test
    void aPortThatAnswersIsReached() throws IOException {
        try (SlowDaemon slow = new SlowDaemon(d1, Duration.ZERO)) {
            assertThat(askTokenPort().arrived()).containsExactly(d1);
        }
    }

    /** The longest answer is nearly as late as it may be; a machine that is slow itself makes that no finding either. */
    @Test
    void whoAnswersLateIsNotLost() throws IOException {
        try (SlowDaemon slow = new SlowDaemon(d1, SHORT.multipliedBy(5))) {
            Arrivals.Outcome outcome = askTokenPort();
            assertThat(outcome.lost()).isEmpty();
        }
    }

    @Test
    void aPortThatIsSilentBesideOneThatAnswersIsLost() throws IOException {
        try (SlowDaemon slow = new SlowDaemon(d1, Duration.ZERO)) {
            slow.deafAtTokenPort();
            Arrivals.Outcome outcome = askTokenPort();
            assertThat(outcome.lost()).containsExactly(d1);
            assertThat(outcome.arrived()).isEmpty();
        }
    }

    @Test
    void ofWhomNothingIsHeardAnyMoreNothingIsSaid() {
        Arrivals.Outcome outcome = askTokenPort();
        assertThat(outcome.lost()).isEmpty();
        assertThat(outcome.arrived()).isEmpty();
        assertThat(outcome.unknown(List.of(d1))).containsExactly(d1);
    }

    @Test
    void aQuestionThatIsLostOnceIsAskedAgain() throws IOException {
        try (SlowDaemon slow = new SlowDaemon(d1, Duration.ZERO)) {
            slow.losesAtTokenPort(2);
            assertThat(askTokenPort().arrived()).containsExactly(d1);
        }
    }
}
