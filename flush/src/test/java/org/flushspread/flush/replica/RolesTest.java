package org.flushspread.flush.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flushspread.flush.replica.ScriptedMember.deliverAll;
import static org.flushspread.flush.replica.ScriptedMember.deliverUntil;
import static org.flushspread.flush.replica.ScriptedMember.view;

import java.util.List;
import org.junit.jupiter.api.Test;

/** replica-protocol R7: PRIMARY is who is a member of a formed primary, and nobody else; R13: what fails often is remembered once. */
class RolesTest {
    private static final ReplicaSettings SETTINGS = ReplicaSettings.DEFAULT;

    private final ScriptedMember a = new ScriptedMember("a", ReplicaSettingsOf.founder(SETTINGS, true));
    private final ScriptedMember b = new ScriptedMember("b", SETTINGS);
    private final ScriptedMember c = new ScriptedMember("c", SETTINGS);

    @Test
    void nobodyIsPrimaryWhileStatesAreAwaited() {
        view(a, b);
        deliverAll(a, b);
        assertThat(a.role()).isEqualTo(Role.PRIMARY);
        view(a, b, c);
        assertThat(a.role()).isEqualTo(Role.MINORITY);
        a.deliverNext(a, b, c);
        assertThat(a.replica.silentMembers()).containsExactly("b", "c");
        assertThat(a.role()).isEqualTo(Role.MINORITY);
    }

    @Test
    void nobodyIsPrimaryWhileVotesAreAwaited() {
        view(a, b);
        deliverAll(a, b);
        view(a, b);
        deliverUntil(ReplicaMessage.Vote.class, a, b);
        assertThat(a.role()).isEqualTo(Role.MINORITY);
        assertThat(a.replica.awaitedVotes()).containsExactly("a", "b");
        a.deliverNext(a, b);
        assertThat(a.role()).isEqualTo(Role.MINORITY);
        assertThat(a.replica.awaitedVotes()).containsExactly("b");
        b.deliverNext(a, b);
        assertThat(a.role()).isEqualTo(Role.PRIMARY);
        assertThat(a.replica.awaitedVotes()).isEmpty();
    }

    @Test
    void nobodyIsPrimaryAfterTheTransition() {
        view(a, b);
        deliverAll(a, b);
        a.replica.transition();
        assertThat(a.role()).isEqualTo(Role.MINORITY);
        assertThat(a.replica.isTransitional()).isTrue();
        assertThat(b.role()).isEqualTo(Role.PRIMARY);
        view(a);
        assertThat(a.replica.isTransitional()).isFalse();
    }

    @Test
    void aFormedPrimaryStaysWhileOneMoreMemberIsVotedIn() {
        view(a);
        deliverAll(a);
        view(a, b);
        deliverUntil(ReplicaMessage.Vote.class, a, b);
        a.deliverNext(a, b);
        assertThat(a.role()).isEqualTo(Role.PRIMARY);
        assertThat(a.replica.awaitedVotes()).isNotEmpty();
        assertThat(b.role()).isNotEqualTo(Role.PRIMARY);
    }

    @Test
    void moreMembersThanTheQuorumIsMadeForAreReported() {
        ScriptedMember one = new ScriptedMember("x", ReplicaSettingsOf.sized(SETTINGS, 2));
        ScriptedMember two = new ScriptedMember("y", ReplicaSettingsOf.sized(SETTINGS, 2));
        ScriptedMember three = new ScriptedMember("z", ReplicaSettingsOf.sized(SETTINGS, 2));
        view(one, two);
        deliverAll(one, two);
        assertThat(one.reports).isEmpty();
        view(one, two, three);
        deliverAll(one, two, three);
        assertThat(one.reports).anyMatch(text -> text.contains("3 members with a vote, and a quorum made for 2"));
    }

    @Test
    void commandsAreRefusedWhereNothingIsFormed() {
        ScriptedMember strict =
                new ScriptedMember("s", ReplicaSettingsOf.refusing(ReplicaSettingsOf.founder(SETTINGS, true)));
        view(strict);
        deliverUntil(ReplicaMessage.Vote.class, strict);
        strict.submit(1, "x");
        assertThat(strict.refused).containsExactly(1L);
        deliverAll(strict);
        strict.submit(2, "y");
        deliverAll(strict);
        assertThat(strict.completed).containsExactly(2L);
        view(strict);
        strict.submit(3, "z");
        assertThat(strict.refused).containsExactly(1L, 3L);
    }

    @Test
    void aHundredFailuresWithAMemberSinceLostNeedNoPerson() {
        for (int i = 0; i < 100; i++) {
            view(a, b, c);
            deliverUntil(ReplicaMessage.Vote.class, a, b, c);
            assertThat(a.sends()).as("a votes in view " + i).isTrue();
            for (ScriptedMember each : List.of(a, b, c)) {
                each.replica.transition();
            }
            deliverAll(a, b, c); // completed, too late to be formed
        }
        assertThat(a.replica.attempts()).hasSize(1);
        assertThat(a.replica.lastPrimary()).isEqualTo(Primary.NONE);
        view(a, b);
        deliverAll(a, b);
        assertThat(a.role()).isEqualTo(Role.PRIMARY);
        assertThat(b.role()).isEqualTo(Role.PRIMARY);
    }

    @Test
    void attemptsThatAskForTheSameQuorumAreOne() {
        Lineage one = new Lineage(1, 1);
        MemberId x = new MemberId("x", 1, 1);
        MemberId y = new MemberId("y", 2, 2);
        MemberId z = new MemberId("z", 3, 3);
        Primary first = new Primary(4, one, List.of(x, y, z));
        Primary turned = new Primary(6, one, List.of(z, y, x));
        assertThat(Primary.with(List.of(first), turned)).containsExactly(turned);
        assertThat(Primary.with(List.of(turned), first)).containsExactly(turned);
        Primary half = new Primary(7, one, List.of(x, y));
        Primary otherHalf = new Primary(8, one, List.of(y, x));
        assertThat(Primary.with(List.of(half), otherHalf)).containsExactly(half, otherHalf);
        Primary elsewhere = new Primary(9, new Lineage(3, 1), List.of(x, y, z));
        assertThat(Primary.with(List.of(first), elsewhere)).containsExactly(first, elsewhere);
    }

    /** replica-protocol R5: all members of an attempt vote, so that none of them can act as if it did not know of it. */
    @Test
    void theVotesOfAMajorityAreNotEnough() {
        ScriptedMember first = new ScriptedMember("x", ReplicaSettingsOf.founder(SETTINGS, true));
        ScriptedMember second = new ScriptedMember("y", SETTINGS);
        ScriptedMember third = new ScriptedMember("z", SETTINGS);
        view(first, second);
        deliverAll(first, second);
        view(first, second, third);
        deliverUntil(ReplicaMessage.Vote.class, first, second, third);
        first.deliverNext(first, second, third);
        second.deliverNext(second, third); // the first one is late
        second.deliverNext(second, third);
        third.deliverNext(second, third);
        for (ScriptedMember each : List.of(first, second, third)) {
            each.replica.transition();
        }
        view(second, third);
        deliverAll(second, third);
        view(first);
        deliverAll(first);
        assertThat(List.of(first, second))
                .as("primaries side by side")
                .filteredOn(each -> each.role() == Role.PRIMARY)
                .hasSize(1);
    }
}
