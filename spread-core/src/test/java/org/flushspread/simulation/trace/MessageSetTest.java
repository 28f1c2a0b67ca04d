package org.flushspread.simulation.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.flushspread.simulation.Chance;
import org.junit.jupiter.api.Test;

class MessageSetTest {
    private final Chance chance = new Chance(7);

    private long message() {
        return (long) chance.nextInt(40) << 32 | chance.nextInt(300);
    }

    @Test
    void aMessageIsNewOnceAndThenContained() {
        MessageSet set = new MessageSet();
        Set<Long> expected = new TreeSet<>();
        for (int i = 0; i < 10_000; i++) {
            long message = message();
            assertThat(set.contains(message)).isEqualTo(expected.contains(message));
            assertThat(set.add(message)).isEqualTo(expected.add(message));
        }
        assertThat(set).hasToString(expected.toString());
    }

    @Test
    void aSetContainsAllOfAnotherUnlessOneIsMissing() {
        MessageSet whole = new MessageSet();
        MessageSet part = new MessageSet();
        for (int i = 0; i < 1_000; i++) {
            long message = message();
            whole.add(message);
            if (chance.nextBoolean()) {
                part.add(message);
            }
        }
        assertThat(whole.containsAll(part)).isTrue();
        assertThat(part.containsAll(new MessageSet())).isTrue();
        for (long missing : new long[] {300, 7L << 32 | 301, 41L << 32}) {
            MessageSet more = new MessageSet();
            more.add(missing);
            assertThat(whole.containsAll(more)).isEqualTo(whole.contains(missing));
            assertThat(part.add(missing)).isTrue();
            assertThat(whole.containsAll(part)).isFalse();
            assertThat(part.containsAll(more)).isTrue();
        }
    }
}
