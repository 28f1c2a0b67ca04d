package org.flushspread.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MembershipId;
import org.junit.jupiter.api.Test;

class LeaderTest {
    private final List<Leader.Change> changes = new ArrayList<>();
    private final Leader leader = new Leader("room", changes::add);

    private static View view(String group, int myIndex, String... members) {
        List<String> all = List.of(members);
        return new View(
                0x1100,
                group,
                new GroupId(new MembershipId(1, 2), 3),
                all,
                myIndex,
                View.Cause.JOIN,
                members[0],
                List.of(all),
                0);
    }

    @Test
    void theFirstMemberOfTheViewLeads() {
        assertThat(leader.member()).isNull();
        leader.accept(view("room", 1, "#a#d1", "#me#d1"));
        assertThat(leader.member()).isEqualTo("#a#d1");
        assertThat(leader.isMe()).isFalse();
        leader.accept(view("room", 0, "#me#d1"));
        assertThat(leader.isMe()).isTrue();
        assertThat(changes)
                .containsExactly(new Leader.Change(null, "#a#d1", false), new Leader.Change("#a#d1", "#me#d1", true));
    }

    @Test
    void aViewThatKeepsTheLeaderIsNoChange() {
        leader.accept(view("room", 0, "#me#d1"));
        leader.accept(view("room", 0, "#me#d1", "#b#d1"));
        leader.accept(view("other", 1, "#c#d1", "#me#d1"));
        leader.accept(new Transition(0x2000, "room", new GroupId(new MembershipId(1, 2), 3)));
        assertThat(changes).hasSize(1);
    }

    @Test
    void whoHasLeftOrLostTheDaemonKnowsNoLeader() {
        leader.accept(view("room", 0, "#me#d1"));
        leader.accept(new SelfLeave(0x200, "other"));
        assertThat(leader.isMe()).isTrue();
        leader.accept(new SelfLeave(0x200, "room"));
        assertThat(leader.isMe()).isFalse();
        assertThat(leader.member()).isNull();
        leader.accept(view("room", 1, "#a#d1", "#me#d1"));
        leader.disconnected();
        leader.disconnected();
        assertThat(changes).hasSize(4).last().isEqualTo(new Leader.Change("#a#d1", null, false));
    }
}
