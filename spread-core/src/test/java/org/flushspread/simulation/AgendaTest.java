package org.flushspread.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgendaTest {
    private record Entry(long time, int order) implements Runnable {
        @Override
        public void run() {}
    }

    @Test
    void whatIsToHappenComesByTimeAndForOneTimeInOrderOfAdding() {
        Chance chance = new Chance(7);
        Agenda agenda = new Agenda();
        List<Entry> waiting = new ArrayList<>();
        for (int order = 0; order < 3_000; order++) {
            Entry entry = new Entry(chance.nextInt(500), order);
            agenda.add(entry.time, entry);
            waiting.add(entry);
            if (chance.nextInt(3) == 0) {
                Entry first = waiting.stream()
                        .min(Comparator.comparingLong(Entry::time).thenComparingInt(Entry::order))
                        .orElseThrow();
                waiting.remove(first);
                assertThat(agenda.firstTime()).isEqualTo(first.time);
                assertThat(agenda.takeFirst()).isSameAs(first);
            }
        }
        waiting.sort(Comparator.comparingLong(Entry::time).thenComparingInt(Entry::order));
        for (Entry each : waiting) {
            assertThat(agenda.isDueBy(each.time - 1)).isFalse();
            assertThat(agenda.isDueBy(each.time)).isTrue();
            assertThat(agenda.takeFirst()).isSameAs(each);
        }
        assertThat(agenda.isDueBy(Long.MAX_VALUE)).isFalse();
    }
}
