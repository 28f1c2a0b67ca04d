package org.flushspread.kernel.groups;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.Name;
import org.junit.jupiter.api.Test;

class MemberGroupsTest {
    private static Group group(int number) {
        return new Group(Name.of(String.format("g%05d", number)), new GroupId(new MembershipId(1, 1), 0));
    }

    /** Whatever is added and removed where, they stay those of a sorted set. */
    @Test
    void theyStayInNameOrder() {
        for (int seed = 0; seed < 50; seed++) {
            var dice = new SplittableRandom(seed);
            int names = 1 + dice.nextInt(60);
            MemberGroups groups = new MemberGroups(Name.of("#a#d"));
            TreeSet<Group> expected = new TreeSet<>();
            for (int step = 0; step < 400; step++) {
                Group one = group(dice.nextInt(names));
                if (dice.nextInt(100) < (step / 100 % 2 == 0 ? 70 : 30)) {
                    groups.add(one);
                    expected.add(one);
                } else {
                    groups.remove(one);
                    expected.remove(one);
                }
                assertThat(groups.contains(one)).isEqualTo(expected.contains(one));
                assertThat(groups.size()).isEqualTo(expected.size());
                assertThat(groups.toList()).containsExactlyElementsOf(new ArrayList<>(expected));
            }
        }
    }
}
