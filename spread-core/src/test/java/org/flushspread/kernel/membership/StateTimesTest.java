package org.flushspread.kernel.membership;

import static org.assertj.core.api.Assertions.assertThat;

import org.flushspread.kernel.base.MembershipState;
import org.junit.jupiter.api.Test;

/** operations 2.1: seconds in each membership state. */
class StateTimesTest {
    private static final int OP = MembershipState.OP.number();
    private static final int GATHER = MembershipState.GATHER.number();

    private final StateTimes times = new StateTimes(100);

    @Test
    void theStateThatLastsCountsUpToNow() {
        assertThat(times.upTo(150)).containsExactly(0L, 50L, 0L, 0L, 0L, 0L);
        assertThat(times.upTo(170)).containsExactly(0L, 70L, 0L, 0L, 0L, 0L);
    }

    @Test
    void eachStateKeepsWhatItHadAndAllTogetherAreTheWholeTime() {
        times.observe(GATHER, 200);
        times.observe(GATHER, 250);
        times.observe(OP, 300);
        times.observe(GATHER, 1000);
        assertThat(times.upTo(1005)).containsExactly(700L, 100L, 0L, 105L, 0L, 0L);
        assertThat(times.upTo(1005).stream().mapToLong(Long::longValue).sum()).isEqualTo(905);
    }
}
