package org.flushspread.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.flushspread.flush.Snapshotter;
import org.junit.jupiter.api.Test;

/** The pages of the key-value store: together the state, each as it was unless it says which command has changed it. */
class KeyValueStoreTest {
    private final Random random = new Random(1);
    private final Map<String, String> expected = new TreeMap<>();
    private final Pages pages = new Pages();
    private long index;

    private void change(int commands) {
        for (int i = 0; i < commands; i++) {
            String key = "key" + random.nextInt(500);
            String value = random.nextInt(4) == 0 ? null : "value" + random.nextInt();
            assertThat(pages.put(key, value, ++index)).isEqualTo(expected.get(key));
            if (value == null) {
                expected.remove(key);
            } else {
                expected.put(key, value);
            }
        }
    }

    private static Map<String, String> entries(Pages of) throws IOException {
        Map<String, String> all = new TreeMap<>();
        of.forEach(all::put);
        return all;
    }

    @Test
    void aCopyStaysAsItIsAndTellsWhatHasChangedSince() throws IOException {
        for (int round = 0; round < 50; round++) {
            Pages before = pages.copy();
            Map<String, String> then = Map.copyOf(expected);
            long until = index;
            change(20);
            assertThat(entries(before)).isEqualTo(then);
            assertThat(entries(pages)).isEqualTo(expected);
            assertThat(pages.size()).isEqualTo(expected.size());
            int changed = 0;
            for (int page = 0; page < Pages.COUNT; page++) {
                if (pages.changed(page) > until) {
                    changed++;
                } else {
                    Map<String, String> now = new TreeMap<>();
                    pages.forEach(page, now::put);
                    before.forEach(
                            page, (key, value) -> assertThat(now.remove(key)).isEqualTo(value));
                    assertThat(now).isEmpty();
                }
            }
            assertThat(changed).isBetween(1, 20);
        }
    }

    @Test
    void partsAreWhatIsSavedAndThatIsLoaded() throws IOException {
        KeyValueStore empty = new KeyValueStore();
        assertThat(saved(empty)).hasSize(4);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(300);
        for (int i = 0; i < 300; i++) {
            out.writeInt(("k" + i).length());
            out.writeBytes("k" + i);
            out.writeInt(("v" + i).length());
            out.writeBytes("v" + i);
        }
        KeyValueStore store = new KeyValueStore();
        store.load(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        assertThat(store.size()).isEqualTo(300);
        assertThat(store.get("k7")).contains("v7");
        Snapshotter.InParts parts = store.freeze();
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (int part = 0; part < parts.parts(); part++) {
            parts.write(part, new DataOutputStream(joined));
            assertThat(parts.changed(part)).isEqualTo(part == 0 ? Long.MAX_VALUE : 0);
        }
        assertThat(saved(store)).isEqualTo(joined.toByteArray());
        KeyValueStore again = new KeyValueStore();
        again.load(new DataInputStream(new ByteArrayInputStream(saved(store))));
        assertThat(again.digest()).isEqualTo(store.digest());
    }

    private static byte[] saved(KeyValueStore store) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.save(new DataOutputStream(out));
        return out.toByteArray();
    }
}
