package org.flushspread.tools.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.HostResolver;
import org.junit.jupiter.api.Test;

/** Questions stay below what daemons answer: 20 at once, then one in 50 ms (monitor-protocol 2). */
class PaceTest {
    private static final Configuration RING = Configuration.parse(
            "Spread_Segment 10.1.2.255:4803 { d1 10.1.2.1 d2 10.1.2.2 }", "test", HostResolver.LOCALHOST_ONLY);

    private final Daemon d1 = RING.requireByName("d1");
    private final Daemon d2 = RING.requireByName("d2");
    private final AtomicLong now = new AtomicLong(-5);
    private final Pace pace = new Pace(now::get);

    @Test
    void someQuestionsAreAskedAtOnceAndTheRestOneByOne() {
        for (int i = 0; i < Pace.BURST; i++) {
            assertThat(pace.nanosBefore(d1)).isZero();
        }
        for (int i = 0; i < 100; i++) {
            long wait = pace.nanosBefore(d1);
            assertThat(wait).isEqualTo(Pace.INTERVAL.toNanos());
            now.addAndGet(wait);
        }
    }

    @Test
    void aPauseFillsTheBucketAndNoMore() {
        for (int i = 0; i < Pace.BURST; i++) {
            pace.nanosBefore(d1);
        }
        now.addAndGet(Duration.ofHours(1).toNanos());
        for (int i = 0; i < Pace.BURST; i++) {
            assertThat(pace.nanosBefore(d1)).isZero();
        }
        assertThat(pace.nanosBefore(d1)).isPositive();
    }

    @Test
    void eachDaemonHasABucketOfItsOwn() {
        for (int i = 0; i <= Pace.BURST; i++) {
            pace.nanosBefore(d1);
        }
        assertThat(pace.nanosBefore(d2)).isZero();
    }
}
