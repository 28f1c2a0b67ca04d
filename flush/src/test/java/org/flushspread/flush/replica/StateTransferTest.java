package org.flushspread.flush.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flushspread.flush.replica.ScriptedMember.deliverAll;
import static org.flushspread.flush.replica.ScriptedMember.view;

import org.junit.jupiter.api.Test;

/** replica-protocol R9: who cannot take the state is told so, and costs the others nothing more. */
class StateTransferTest {
    private static final ReplicaSettings SETTINGS = ReplicaSettings.DEFAULT;

    private final ScriptedMember a = new ScriptedMember("a", ReplicaSettingsOf.founder(SETTINGS, true));
    private final ScriptedMember small = new ScriptedMember("small", ReplicaSettingsOf.accepting(SETTINGS, 10));
    private final ScriptedMember c = new ScriptedMember("c", SETTINGS);

    private void fill() {
        view(a);
        deliverAll(a);
        a.submit(1, "more than ten bytes");
        deliverAll(a);
    }

    @Test
    void aStateAboveTheLimitIsNotSentAndBothSidesSayItsSize() {
        fill();
        view(a, small);
        deliverAll(a, small);
        assertThat(a.reports).singleElement().asString().contains("STATE_TOO_LARGE", "19 bytes", "small", "at most 10");
        assertThat(small.reports)
                .singleElement()
                .asString()
                .contains("STATE_TOO_LARGE", "19 bytes", "at most 10", "larger limit");
        assertThat(small.rejoins).isZero();
        assertThat(small.role()).isEqualTo(Role.MINORITY);
        assertThat(small.replica.stateTooLarge()).isEqualTo(19);
        assertThat(a.role()).isEqualTo(Role.PRIMARY);
    }

    @Test
    void aStateThatIsKnownToBeTooLargeIsNotSavedAgain() {
        fill();
        for (int i = 0; i < 5; i++) {
            view(a, small);
            deliverAll(a, small);
        }
        assertThat(a.saved).isEqualTo(1);
    }

    @Test
    void whoHasRoomGetsTheStateBesideWhoHasNot() {
        fill();
        view(a, small, c);
        deliverAll(a, small, c);
        assertThat(c.state).isEqualTo("more than ten bytes");
        assertThat(c.role()).isEqualTo(Role.PRIMARY);
        assertThat(small.role()).isEqualTo(Role.MINORITY);
        a.submit(2, "!");
        deliverAll(a, small, c);
        assertThat(c.state).isEqualTo("more than ten bytes!");
        assertThat(small.state).isEmpty();
    }

    @Test
    void aStateThatTheApplicationCannotReadIsNotAskedForInAnEndlessRound() {
        fill();
        c.accepts = false;
        view(a, c);
        deliverAll(a, c);
        assertThat(c.reports).singleElement().asString().contains("STATE_NOT_ACCEPTED");
        assertThat(c.rejoins).isZero();
        assertThat(a.role()).isEqualTo(Role.PRIMARY);
        c.accepts = true;
        view(a, c);
        deliverAll(a, c);
        assertThat(c.role()).isEqualTo(Role.PRIMARY);
    }
}
