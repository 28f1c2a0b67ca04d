package org.flushspread.interop;

import java.util.List;
import org.flushspread.Wait;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The exchange of groups after a merge, with more of them than one message holds. */
@Tag("once")
@Timeout(240)
class GroupsStateTest {
    private static final int GROUPS = 1200;

    @ParameterizedTest
    @CsvSource({
        "JJJ, loopback",
        "JCJ, loopback",
        "CJC, loopback",
        "j5j, MULTICAST 3",
        "5j5, BROADCAST 12",
        "5j5, MULTICAST_IPV6 3"
    })
    void manyGroupsAreOneAgainAfterAMerge(String kinds, String where) {
        try (Ring ring = new Ring(kinds, Net.of(where, 3), Timers.STEADY, true)) {
            ring.form().populate();
            for (Member each : ring.members) {
                for (int i = 0; i < GROUPS; i++) {
                    each.join(group(i));
                }
            }
            awaitGroups(ring.members, 3);
            ring.partition(0, 1, 1);
            ring.awaitRing(ring.nodes.subList(0, 1));
            ring.awaitRing(ring.nodes.subList(1, 3));
            awaitGroups(ring.members.subList(0, 1), 1);
            awaitGroups(ring.members.subList(1, 3), 2);
            Member one = ring.members.get(1);
            for (int i = 0; i < GROUPS; i += 2) {
                one.leave(group(i));
            }
            Wait.until("left", () -> one.view(group(GROUPS - 2)) == null);
            ring.partition(0, 0, 0);
            ring.awaitRing(ring.nodes);
            ring.awaitViews();
            for (int i = 0; i < GROUPS; i++) {
                String group = group(i);
                int size = i % 2 == 0 ? 2 : 3;
                for (Member each : ring.members) {
                    Wait.until(
                            size + " members of " + group + " at " + each,
                            () -> each == one && size == 2 || each.sees(group, size));
                }
            }
            ring.exchange(100);
            ring.requireSound();
        }
    }

    private static void awaitGroups(List<Member> members, int size) {
        for (Member each : members) {
            for (int i = 0; i < GROUPS; i++) {
                String group = group(i);
                Wait.until(size + " members of " + group + " at " + each, () -> each.sees(group, size));
            }
        }
    }

    private static String group(int i) {
        return "a-group-with-a-long-name-" + i;
    }
}
