package org.flushspread.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PersistentMapTest {
    private static List<String> entries(PersistentMap map) throws IOException {
        List<String> entries = new ArrayList<>();
        map.forEach((key, value) -> entries.add(key + "=" + value));
        return entries;
    }

    private static List<String> entries(TreeMap<String, String> map) {
        return map.entrySet().stream().map(Object::toString).toList();
    }

    @Test
    void isASortedMapAndEachVersionStaysAsItWas() throws IOException {
        Random random = new Random(1);
        TreeMap<String, String> model = new TreeMap<>();
        PersistentMap map = PersistentMap.EMPTY;
        List<PersistentMap> versions = new ArrayList<>();
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
            }
        }
        assertThat(entries(map)).isEqualTo(entries(model));
        for (int i = 0; i < versions.size(); i++) {
            assertThat(entries(versions.get(i))).isEqualTo(contents.get(i));
        }
    }
}
