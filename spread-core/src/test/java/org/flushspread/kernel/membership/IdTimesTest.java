package org.flushspread.kernel.membership;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Times of ids (membership-protocol 8). */
class IdTimesTest {
    private final IdTimes times = new IdTimes();

    @Test
    void followTheClockButNeverRepeatOrGoBack() {
        assertThat(times.next(100)).isEqualTo(100);
        assertThat(times.next(100)).isEqualTo(101);
        assertThat(times.next(50)).isEqualTo(102);
        assertThat(times.next(200)).isEqualTo(200);
    }

    @Test
    void arePositiveWhateverTheClockSays() {
        assertThat(times.next(-5)).isEqualTo(1);
        assertThat(times.next(Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
        assertThat(times.next(0)).isEqualTo(1);
    }
}
