package org.flushspread.examples.persistent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PersistentMapTest {
    private static List<String> entries(Iterable<PersistentMap.Entry<String, String>> map) {
        List<String> entries = new ArrayList<>();
        map.forEach(each -> entries.add(each.key() + "=" + each.value()));
        return entries;
    }

    private static List<String> entries(Map<String, String> map) {
        return map.entrySet().stream().map(Object::toString).toList();
    }

    @Test
    void isASortedMapAndEachVersionStaysAsItWas() {
        Random random = new Random(1);
        TreeMap<String, String> model = new TreeMap<>();
        PersistentMap<String, String> map = PersistentMap.empty();
        List<PersistentMap<String, String>> versions = new ArrayList<>();
        List<List<String>> contents = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            String key = "k" + random.nextInt(500);
            if (random.nextInt(3) == 0) {
                map = map.without(key);
                model.remove(key);
            } else {
                map = map.with(key, "v" + i);
                model.put(key, "v" + i);
            }
            assertThat(map.size()).isEqualTo(model.size());
            assertThat(map.get(key)).isEqualTo(model.get(key));
            if (i % 1000 == 0) {
                versions.add(map);
                contents.add(entries(model));
                String from = "k" + random.nextInt(500);
                assertThat(entries(map.from(from))).isEqualTo(entries(model.tailMap(from)));
                PersistentMap.Entry<String, String> first = map.first();
                assertThat(first == null ? null : first.key()).isEqualTo(model.isEmpty() ? null : model.firstKey());
            }
        }
        assertThat(entries(map)).isEqualTo(entries(model));
        for (int i = 0; i < versions.size(); i++) {
            assertThat(entries(versions.get(i))).isEqualTo(contents.get(i));
        }
    }

    /** Keys in order are the worst that can come to a search tree: without balance each costs a comparison with all before. */
    @Test
    void keysThatComeAndGoInOrderCostLogarithmicTime() {
        PersistentMap<Counted, Integer> map = PersistentMap.empty();
        long[] comparisons = {0};
        int most = 100_000;
        for (int i = 0; i < most; i++) {
            map = map.with(new Counted(i, comparisons), i);
            if (i % 2 == 1) {
                PersistentMap.Entry<Counted, Integer> first = map.first();
                map = first == null ? map : map.without(first.key());
            }
        }
        assertThat(map.size()).isEqualTo(most / 2);
        assertThat(comparisons[0]).isLessThan(100L * most);
    }

    private record Counted(int value, long[] comparisons) implements Comparable<Counted> {
        @Override
        public int compareTo(Counted other) {
            comparisons[0]++;
            return Integer.compare(value, other.value);
        }
    }
}
