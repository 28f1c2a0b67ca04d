package org.flushspread.flush.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a snapshot takes the place of the log, and that not all members write one at a time (replica-protocol R24). */
class LogLengthTest {
    private static final int MOST = 100;

    /** The commands behind which a member takes snapshots. */
    private static List<Long> snapshots(LogLength log, long from, long to, int place, int members) {
        List<Long> taken = new ArrayList<>();
        for (long index = from; index <= to; index++) {
            log.add(10);
            if (log.isSnapshotDue(index, place, members)) {
                taken.add(index);
                log.begun();
                log.saved(1);
            }
        }
        return taken;
    }

    @Test
    void eachMemberTakesThemBehindOtherCommands() {
        Set<Long> all = new HashSet<>();
        for (int place = 0; place < 5; place++) {
            List<Long> taken = snapshots(new LogLength(MOST, 1 << 20), 1, 1000, place, 5);
            assertThat(taken).hasSize(10).allMatch(all::add);
        }
        assertThat(snapshots(new LogLength(MOST, 1 << 20), 1, 250, 0, 1)).containsExactly(100L, 200L);
        assertThat(snapshots(new LogLength(MOST, 1 << 20), 1, 250, 1, 2)).containsExactly(50L, 150L, 250L);
    }

    @Test
    void aChangeOfTheViewMakesTheLogNoLongerThanTwiceAsLong() {
        for (int place = 0; place < 4; place++) {
            LogLength log = new LogLength(MOST, 1 << 20);
            List<Long> taken = snapshots(log, 1, 155, 0, 4);
            taken.addAll(snapshots(log, 156, 600, place, 4));
            for (int i = 1; i < taken.size(); i++) {
                assertThat(taken.get(i) - taken.get(i - 1)).isBetween(1L, 2L * MOST);
            }
        }
    }

    @Test
    void whatWasInTheLogAtTheStartCountsToo() {
        LogLength log = new LogLength(MOST, 1 << 20);
        for (int i = 0; i < 250; i++) {
            log.add(10);
        }
        assertThat(log.isSnapshotDue(250, 0, 1)).isTrue();
    }

    @Test
    void byBytesNotBeforeTheLogIsAsLongAsTheState() {
        LogLength log = new LogLength(1 << 20, 100);
        assertThat(snapshots(log, 1, 35, 0, 3)).containsExactly(10L, 20L, 30L);
        assertThat(snapshots(new LogLength(1 << 20, 100), 1, 35, 2, 3))
                .as("later by a third of it at the last of three")
                .containsExactly(14L, 28L);
        LogLength large = new LogLength(1 << 20, 100);
        large.saved(200);
        assertThat(snapshots(large, 1, 25, 0, 1)).containsExactly(20L);
    }

    /** Members of one view apply the same commands, each of which takes a part of the time that a snapshot does. */
    @Test
    void membersTakeTurnsHoweverLongASnapshotTakes() {
        int members = 3;
        int takes = 700;
        LogLength[] logs = new LogLength[members];
        long[] until = new long[members];
        int[] taken = new int[members];
        for (int i = 0; i < members; i++) {
            logs[i] = new LogLength(MOST, 1 << 20);
        }
        for (long index = 1; index <= 60_000; index++) {
            int writing = 0;
            for (int i = 0; i < members; i++) {
                logs[i].add(0);
                if (until[i] == 0 && logs[i].isSnapshotDue(index, i, members)) {
                    until[i] = index + takes;
                    taken[i]++;
                    logs[i].begun();
                } else if (until[i] == index) {
                    until[i] = 0;
                    logs[i].saved(1);
                }
                writing += until[i] > 0 ? 1 : 0;
            }
            if (index > 20_000) {
                assertThat(writing)
                        .as("members that write behind command %d", index)
                        .isLessThanOrEqualTo(1);
            }
        }
        for (int each : taken) {
            assertThat(each).isBetween(60_000 / (8 * takes), 60_000 / (3 * takes));
        }
        // They are short again: so is the log.
        for (int i = 0; i < 8; i++) {
            logs[0].begun();
            logs[0].saved(1);
        }
        assertThat(snapshots(logs[0], 60_001, 61_000, 0, members)).hasSize(1000 / MOST);
    }
}
