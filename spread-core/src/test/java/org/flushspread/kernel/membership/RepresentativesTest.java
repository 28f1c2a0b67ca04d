package org.flushspread.kernel.membership;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import org.flushspread.config.Configuration;
import org.flushspread.wire.Representative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Membership-protocol 5.4 and 5.5. Daemons a, b, c are one segment, d and e another. */
class RepresentativesTest {
    private static final Configuration CONFIGURATION = TestConfigurations.of(1, 3, 2);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a/POTENTIAL            | b/POTENTIAL | a/POTENTIAL",
                "a/SEG_REP              | b/POTENTIAL | a/SEG_REP",
                "a/RING_REP             | a/POTENTIAL | a/RING_REP",
                "a/POTENTIAL            | b/SEG_REP   | b/SEG_REP",
                "a/SEG_REP              | a/SEG_REP   | a/SEG_REP",
                "a/SEG_REP              | b/SEG_REP   | a/SEG_REP b/SEG_REP",
                "a/RING_REP             | a/SEG_REP   | a/SEG_REP",
                "a/RING_REP             | b/SEG_REP   | a/RING_REP b/SEG_REP",
                "a/POTENTIAL            | b/RING_REP  | b/RING_REP",
                "a/SEG_REP              | a/RING_REP  | a/RING_REP",
                "a/SEG_REP              | b/RING_REP  | a/SEG_REP b/RING_REP",
                "a/RING_REP             | a/RING_REP  | a/RING_REP",
                "a/RING_REP             | b/RING_REP  | a/RING_REP b/RING_REP",
                "a/SEG_REP b/RING_REP   | b/SEG_REP   | a/SEG_REP b/SEG_REP",
                "d/POTENTIAL            | a/POTENTIAL | d/POTENTIAL a/POTENTIAL",
                "d/SEG_REP              | a/SEG_REP   | d/SEG_REP a/SEG_REP",
            })
    void insertionFollowsTheTable(String before, String inserted, String after) {
        Representatives reps = list(before);
        reps.insert(rep(inserted));
        assertThat(reps.toList()).isEqualTo(list(after).toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a/RING_REP d/SEG_REP           | d",
                "d/SEG_REP a/SEG_REP            | a",
                "b/SEG_REP a/SEG_REP            | b",
                "c/RING_REP b/RING_REP          | b",
                "e/RING_REP d/RING_REP a/RING_REP | a",
            })
    void theSmallestIsTheFirstSegRepOfTheFirstSegmentOrElseTheFirstRingRep(String reps, String smallest) {
        assertThat(requireNonNull(list(reps).smallest(CONFIGURATION)).procId())
                .isEqualTo(rep(smallest + "/SEG_REP").procId());
        assertThat(list(reps).sorted(CONFIGURATION).get(0)).isEqualTo(list(reps).smallest(CONFIGURATION));
    }

    @Test
    void aFullListTakesNoMore() {
        Configuration many = TestConfigurations.of(1, 30);
        Representatives reps = new Representatives();
        for (int i = 0; i < 30; i++) {
            reps.insert(new Representative(many.daemons().get(i).id(), Representative.Type.SEG_REP, 0));
        }
        assertThat(reps.size()).isEqualTo(25);
        assertThat(reps.contains(many.daemons().get(25).id())).isFalse();
    }

    @Test
    void anEmptyListHasNoSmallest() {
        assertThat(new Representatives().smallest(CONFIGURATION)).isNull();
    }

    private static Representatives list(String reps) {
        Representatives list = new Representatives();
        for (String each : com.google.common.base.Splitter.on(' ').split(reps)) {
            list.insert(rep(each));
        }
        return list;
    }

    private static Representative rep(String text) {
        int slash = text.indexOf('/');
        org.flushspread.config.Daemon daemon = requireNonNull(CONFIGURATION.byName(text.substring(0, slash)));
        return new Representative(
                daemon.id(), Representative.Type.valueOf(text.substring(slash + 1)), daemon.segment());
    }
}
