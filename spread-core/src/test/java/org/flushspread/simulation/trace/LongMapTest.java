package org.flushspread.simulation.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.flushspread.simulation.Chance;
import org.junit.jupiter.api.Test;

class LongMapTest {
    @Test
    void aKeyHasTheValueItWasGivenLast() {
        Chance chance = new Chance(7);
        LongMap map = new LongMap();
        Map<Long, Long> expected = new HashMap<>();
        for (long value = 1; value <= 10_000; value++) {
            long key = (long) chance.nextInt(50) << 32 | chance.nextInt(100);
            assertThat(map.get(key)).isEqualTo(expected.getOrDefault(key, 0L));
            Long before = expected.put(key, value);
            assertThat(map.put(key, value)).isEqualTo(before == null ? 0 : before);
        }
    }
}
