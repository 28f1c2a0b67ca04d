package org.flushspread.kernel.groups;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LocalGroupsTest {
    private final LocalGroups groups = new LocalGroups(12345);

    @Test
    void findsWhatIsThereAfterAnyAdditionsAndRemovals() {
        Random random = new Random(1);
        TreeMap<Name, LocalGroup> model = new TreeMap<>();
        for (int i = 0; i < 200_000; i++) {
            Name name = Name.of("g" + random.nextInt(500));
            LocalGroup known = model.get(name);
            assertThat(find(name)).isSameAs(known);
            if (known == null) {
                LocalGroup fresh = new LocalGroup(name);
                model.put(name, fresh);
                groups.add(fresh);
            } else if (random.nextBoolean()) {
                groups.remove(known);
                model.remove(name);
            }
        }
        assertThat(groups.size()).isEqualTo(model.size());
    }

    @Test
    void whatStandsBehindTheNulOfASlotDoesNotMatter() {
        LocalGroup group = new LocalGroup(Name.of("abc"));
        groups.add(group);
        ByteBuf slot = slot(group.name());
        slot.setBytes(4, new byte[] {'x', 'y', 'z'});
        assertThat(groups.find(slot, 0)).isSameAs(group);
        slot.setByte(3, 'd');
        assertThat(groups.find(slot, 0)).isNull();
    }

    @Test
    void anEmptyNameAndOneOfFullLengthAreNamesLikeOthers() {
        for (String text : List.of("", "n".repeat(31))) {
            LocalGroup group = new LocalGroup(Name.of(text));
            groups.add(group);
            assertThat(find(group.name())).isSameAs(group);
        }
    }

    @Test
    void findingAllocatesNothing() {
        for (int i = 0; i < 1000; i++) {
            groups.add(new LocalGroup(Name.of("group" + i)));
        }
        ByteBuf known = slot(Name.of("group500"));
        ByteBuf unknown = slot(Name.of("nobody"));
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 20; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10_000; i++) {
                if (groups.find(known, 0) == null || groups.find(unknown, 0) != null) {
                    throw new AssertionError();
                }
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).isLessThan(1000);
    }

    /** "Aa" and "BB" collide under the multiplier 31, and so do all names made of them. */
    @Test
    void namesMadeToCollideAreFoundAsFastAsOthers() {
        List<Name> colliding = new ArrayList<>();
        for (int i = 0; i < 1 << 14; i++) {
            StringBuilder text = new StringBuilder();
            for (int bit = 0; bit < 14; bit++) {
                text.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            colliding.add(Name.of(text.toString()));
        }
        assertThat(colliding.stream().map(Name::hashCode).distinct()).hasSize(1);
        colliding.forEach(name -> groups.add(new LocalGroup(name)));
        assertThat(groups.longestProbe()).isLessThan(200);
        colliding.forEach(name -> assertThat(find(name)).isNotNull());
    }

    private @Nullable LocalGroup find(Name name) {
        return groups.find(slot(name), 0);
    }

    private static ByteBuf slot(Name name) {
        ByteBuf slot = Unpooled.buffer();
        name.write(slot);
        return slot;
    }
}
