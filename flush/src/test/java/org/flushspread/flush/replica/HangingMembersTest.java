package org.flushspread.flush.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flushspread.flush.replica.ScriptedMember.deliverAll;
import static org.flushspread.flush.replica.ScriptedMember.deliverSome;
import static org.flushspread.flush.replica.ScriptedMember.deliverUntil;
import static org.flushspread.flush.replica.ScriptedMember.view;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** exclusion R1 to R3: who waits for a member that hangs notices it, and the view without that member goes on. */
@Tag("hunt")
@Timeout(300)
class HangingMembersTest {
    private static final long PATIENCE = 3_000_000_000L;
    private static final int MANY = 120;

    /** The donor stops while it sends the state: the joiner gets it from another once the donor is excluded. */
    @Test
    void aJoinerWhoseDonorHangsGetsTheStateFromAnother() {
        ReplicaSettings settings = ReplicaSettingsOf.inPieces(ReplicaSettings.DEFAULT, 100);
        ScriptedMember donor = new ScriptedMember("donor", ReplicaSettingsOf.founder(settings, true));
        ScriptedMember b = new ScriptedMember("b", settings);
        ScriptedMember c = new ScriptedMember("c", settings);
        ScriptedMember joiner = new ScriptedMember("joiner", settings);
        view(donor, b, c);
        deliverAll(donor, b, c);
        donor.submit(1, "x".repeat(20_000));
        deliverAll(donor, b, c);
        view(donor, b, c, joiner);
        deliverUntil(ReplicaMessage.Chunk.class, donor, b, c, joiner);
        deliverSome(5, donor, b, c, joiner);
        assertThat(donor.handedOut.get("joiner")).isBetween(1, 19_999);

        deliverAll(b, c, joiner); // the donor does nothing more
        assertThat(joiner.role()).isEqualTo(Role.CATCHING_UP);
        assertThat(joiner.replica.awaited()).containsOnly("donor");
        RollCalls calls = new RollCalls(joiner.replica, PATIENCE);
        assertThat(calls.due(0)).isNull();
        assertThat(calls.due(PATIENCE))
                .as("the roll is called, without accusing anybody")
                .isEmpty();

        view(b, c, joiner);
        deliverAll(b, c, joiner);
        assertThat(joiner.role()).isEqualTo(Role.PRIMARY);
        assertThat(joiner.state).isEqualTo(b.state).hasSize(20_000);
        donor.replica.excluded();
        view(b, c, joiner, donor);
        deliverAll(b, c, joiner, donor);
        assertThat(List.of(b, c, joiner, donor)).allMatch(each -> each.role() == Role.PRIMARY);
    }

    /** One of very many hangs, is excluded and comes back; the others are primary in each view. */
    @Test
    void veryManyMembersGoOnWithoutOneThatHangs() {
        List<ScriptedMember> all = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            all.add(new ScriptedMember("m" + i, ReplicaSettingsOf.founder(ReplicaSettings.DEFAULT, i == 0)));
        }
        ScriptedMember hung = all.get(MANY / 2);
        List<ScriptedMember> awake = new ArrayList<>(all);
        awake.remove(hung);
        ScriptedMember first = all.get(0);
        everybodyIsPrimary(all);
        first.submit(1, "one;");
        deliver(all);

        view(all.toArray(ScriptedMember[]::new));
        deliver(awake); // one says nothing
        assertThat(first.replica.awaited()).containsExactly(hung.name);
        assertThat(first.role()).isEqualTo(Role.MINORITY);
        RollCalls calls = new RollCalls(first.replica, PATIENCE);
        assertThat(calls.due(0)).isNull();
        assertThat(calls.due(PATIENCE)).isNotNull();

        everybodyIsPrimary(awake);
        first.submit(2, "two;");
        deliver(awake);
        hung.replica.excluded();
        everybodyIsPrimary(all);
        assertThat(all).allMatch(each -> each.state.equals("one;two;"));
    }

    private static void everybodyIsPrimary(List<ScriptedMember> members) {
        view(members.toArray(ScriptedMember[]::new));
        deliver(members);
        assertThat(members).allMatch(each -> each.role() == Role.PRIMARY);
    }

    private static void deliver(List<ScriptedMember> members) {
        deliverAll(members.toArray(ScriptedMember[]::new));
    }
}
