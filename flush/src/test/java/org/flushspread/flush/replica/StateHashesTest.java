package org.flushspread.flush.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flushspread.flush.replica.ScriptedMember.deliverAll;
import static org.flushspread.flush.replica.ScriptedMember.view;

import java.util.List;
import org.junit.jupiter.api.Test;

/** replica-protocol R16: a state machine that is not deterministic is found, with the members and the commands it has parted between. */
class StateHashesTest {
    private static final ReplicaSettings SETTINGS = ReplicaSettingsOf.hashing(ReplicaSettings.DEFAULT, 2);

    private final ScriptedMember a = new ScriptedMember("a", ReplicaSettingsOf.founder(SETTINGS, true));
    private final ScriptedMember b = new ScriptedMember("b", SETTINGS);
    private final ScriptedMember c = new ScriptedMember("c", SETTINGS);

    private void submit(int commands) {
        for (int i = 0; i < commands; i++) {
            a.submit(a.completed.size() + 1, "x");
            deliverAll(a, b, c);
        }
    }

    @Test
    void statesThatPartAreReportedByAllOnceWithBothSidesAndTheRange() {
        view(a, b, c);
        deliverAll(a, b, c);
        submit(4);
        assertThat(a.replica.difference()).isEmpty();
        b.state += "!";
        submit(4);
        for (ScriptedMember each : List.of(a, b, c)) {
            assertThat(each.replica.difference()).contains("[[a, c], [b]]", "behind 4 and up to 6");
            assertThat(each.reports)
                    .filteredOn(text -> text.startsWith("STATES_DIFFER"))
                    .hasSize(1);
        }
        b.state = a.state;
        submit(2);
        assertThat(a.replica.difference()).isEmpty();
    }

    @Test
    void whoSaysNothingDoesNotHideTheOthers() {
        view(a, b, c);
        deliverAll(a, b, c);
        c.hashes = false;
        b.state += "!";
        submit(20);
        assertThat(a.replica.difference()).contains("[[a], [b]]");
    }
}
