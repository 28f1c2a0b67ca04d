package org.flushspread.kernel.ring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** operations 2.1: how long the token takes to come round. */
class RotationsTest {
    private static final long MILLI = 1_000_000;
    private static final int ONE_MILLISECOND = RotationFigures.BOUNDS.indexOf(MILLI);

    private final Rotations rotations = new Rotations();

    @Test
    void aRotationLastsFromVisitToVisit() {
        assertThat(rotations.figures().sumNanos()).isZero();
        rotations.visited(5 * MILLI);
        assertThat(rotations.figures().counts()).allMatch(each -> each == 0);
        rotations.visited(6 * MILLI);
        rotations.visited(8 * MILLI);
        RotationFigures figures = rotations.figures();
        assertThat(figures.lastNanos()).isEqualTo(2 * MILLI);
        assertThat(figures.sumNanos()).isEqualTo(3 * MILLI);
        assertThat(figures.counts().stream().mapToLong(Long::longValue).sum()).isEqualTo(2);
    }

    /** A bound belongs to the rotations that take exactly so long. */
    @Test
    void eachRotationIsCountedBelowItsBoundAndLongOnesBeyondAll() {
        rotations.visited(0);
        rotations.visited(MILLI);
        rotations.visited(2 * MILLI + 1);
        rotations.visited(20_000 * MILLI);
        assertThat(rotations.figures().counts().get(ONE_MILLISECOND)).isEqualTo(1);
        assertThat(rotations.figures().counts().get(ONE_MILLISECOND + 1)).isEqualTo(1);
        assertThat(rotations.figures().counts().get(RotationFigures.BOUNDS.size()))
                .isEqualTo(1);
    }

    @Test
    void theTimeBetweenTwoRingsIsNoRotation() {
        rotations.visited(0);
        rotations.interrupted();
        rotations.visited(3000 * MILLI);
        assertThat(rotations.figures().sumNanos()).isZero();
        rotations.visited(3001 * MILLI);
        assertThat(rotations.figures().sumNanos()).isEqualTo(MILLI);
    }

    @Test
    void theRecentMeanFollowsSlowly() {
        long now = 0;
        rotations.visited(now);
        rotations.visited(now += MILLI);
        assertThat(rotations.figures().recentNanos()).isEqualTo(MILLI);
        rotations.visited(now += 17 * MILLI);
        assertThat(rotations.figures().recentNanos()).isEqualTo(2 * MILLI);
        for (int i = 0; i < 200; i++) {
            rotations.visited(now += 17 * MILLI);
        }
        assertThat(rotations.figures().recentNanos()).isBetween(16 * MILLI, 17 * MILLI);
    }
}
