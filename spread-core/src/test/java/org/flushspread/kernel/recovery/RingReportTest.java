package org.flushspread.kernel.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.RingInfo;
import org.junit.jupiter.api.Test;

/** What goes into FORM1 about an old ring (membership-protocol 6.2 step 4, 6.3 step 5). */
class RingReportTest {
    private static final MembershipId ID = new MembershipId(1, 100);

    @Test
    void theFirstReportListsWhatThisDaemonMisses() {
        RingInfo report = RingReport.describe(ID, new Held(10, 12, 20, 13, 17), 1, List.of(1));
        assertThat(report).isEqualTo(new RingInfo(ID, 0, 10, 20, List.of(13, 17), 1, List.of(1)));
    }

    @Test
    void myselfFirstThenTheRestOfTheCommitSet() {
        RingInfo report = RingReport.describe(ID, new Held(0, 0, 0), 2, List.of(1, 2, 3));
        assertThat(report.procs()).containsExactly(2, 1, 3);
        assertThat(report.trans()).containsExactly(2);
    }

    @Test
    void onlyWhatAllMissStaysAHole() {
        RingInfo first = RingReport.describe(ID, new Held(10, 12, 20, 13, 17), 1, List.of(1));
        RingInfo both = RingReport.combine(first, new Held(11, 16, 23, 17, 22), 2, List.of(2));
        assertThat(both).isEqualTo(new RingInfo(ID, 0, 11, 23, List.of(17, 22), 2, List.of(1, 2)));
    }

    @Test
    void whatIHaveDiscardedIsNoHole() {
        RingInfo token = new RingInfo(ID, 0, 2, 5, List.of(3, 4), 1, List.of(1));
        assertThat(RingReport.combine(token, new Held(5, 5, 5), 2, List.of(2)).holes())
                .isEmpty();
    }

    @Test
    void transitionalMembersComeFirstInVisitingOrderThenEveryObligationOnce() {
        RingInfo token = new RingInfo(ID, 7, 0, 0, List.of(), 2, List.of(5, 3, 9, 4));
        RingInfo combined = RingReport.combine(token, new Held(0, 0, 0), 4, List.of(4, 9, 8));
        assertThat(combined.procs()).containsExactly(5, 3, 4, 9, 8);
        assertThat(combined.numTrans()).isEqualTo(3);
        assertThat(combined.transTime()).isEqualTo(7);
    }

    @Test
    void aReportOfTooManyHolesEndsBeforeTheFirstThatDoesNotFit() {
        int[] missing = IntStream.rangeClosed(1, 1700).map(i -> 2 * i).toArray();
        RingInfo report = RingReport.describe(ID, new Held(0, 1, 3400, missing), 1, List.of(1));
        assertThat(report.holes()).hasSize(1600).endsWith(3200);
        assertThat(report.highestSequence()).isEqualTo(3201);
    }

    @Test
    void aCombinedReportNeverEndsBelowTheTokens() {
        List<Integer> holes = new ArrayList<>();
        IntStream.rangeClosed(2, 1601).forEach(holes::add);
        RingInfo token = new RingInfo(ID, 0, 0, 1601, holes, 1, List.of(1));
        int[] missing = IntStream.rangeClosed(2, 1700).toArray();
        RingInfo combined = RingReport.combine(token, new Held(0, 1, 1701, missing), 2, List.of(2));
        assertThat(combined.holes()).hasSize(1600);
        assertThat(combined.highestSequence()).isEqualTo(1601);
    }

    /** A ring of which only some numbers are missing. */
    private record Held(int aru, int myAru, int highest, Set<Integer> missing) implements OldRing {
        Held(int aru, int myAru, int highest, int... missing) {
            this(
                    aru,
                    myAru,
                    highest,
                    new TreeSet<>(IntStream.of(missing).boxed().toList()));
        }

        @Override
        public int lastDiscarded() {
            return aru;
        }

        @Override
        public boolean isHeld(int sequence) {
            return sequence <= aru || (sequence <= highest && !missing.contains(sequence));
        }

        @Override
        public boolean isWaitingSafe(int sequence) {
            return false;
        }

        @Override
        public int originator(int sequence) {
            return 0;
        }

        @Override
        public void deliver(int sequence) {}

        @Override
        public void discard(int sequence) {}
    }
}
