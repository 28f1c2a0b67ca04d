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

    /** From January 2038 on the word is negative where signs count; a daemon that starts again must still not begin anew. */
    @Test
    void followTheClockBeyondJanuary2038() {
        assertThat(times.next(Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
        assertThat(times.next(Integer.MAX_VALUE)).isEqualTo(Integer.MIN_VALUE);
        assertThat(times.next(Integer.MIN_VALUE + 50)).isEqualTo(Integer.MIN_VALUE + 50);
        assertThat(times.next(Integer.MAX_VALUE)).isEqualTo(Integer.MIN_VALUE + 51);
        assertThat(new IdTimes().next(Integer.MIN_VALUE + 60)).isEqualTo(Integer.MIN_VALUE + 60);
    }

    @Test
    void areNeverWhatMeansNoTime() {
        assertThat(times.next(-3)).isEqualTo(-3);
        assertThat(times.next(-3)).isEqualTo(-2);
        assertThat(times.next(-3)).isEqualTo(1);
        assertThat(new IdTimes().next(-1)).isEqualTo(1);
        assertThat(new IdTimes().next(0)).isEqualTo(1);
    }
}
