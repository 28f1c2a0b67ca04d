package org.flushspread.flush.replica;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.flushspread.kernel.base.InvariantViolation;
import org.junit.jupiter.api.Test;

class AppliedLogTest {
    /** replica-protocol R5, R8 */
    @Test
    void theEpochOfAStateRises() {
        Metadata known = Metadata.fresh(new MemberId("a", 1, 1));
        ScriptedMember output = new ScriptedMember("a", ReplicaSettings.DEFAULT);
        AppliedLog log = new AppliedLog(
                new Version(5, 1, 0, 0),
                false,
                new Memory(known, false),
                ReplicaSettings.DEFAULT,
                output,
                new StateHashes(new Reports(output), 1));
        log.completed(6);
        assertThatThrownBy(() -> log.completed(6))
                .isInstanceOf(InvariantViolation.class)
                .hasMessageContaining("replica-protocol R5")
                .hasMessageContaining("attempt 6 was completed at a state of version 6.1");
    }
}
