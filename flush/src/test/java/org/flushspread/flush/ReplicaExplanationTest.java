package org.flushspread.flush;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.flushspread.flush.replica.Lineage;
import org.flushspread.flush.replica.MemberId;
import org.flushspread.flush.replica.Primary;
import org.junit.jupiter.api.Test;

/** What a member says of why it is no primary. */
class ReplicaExplanationTest {
    private static final MemberId ONE = new MemberId("counter", 1, 2);
    private static final MemberId OTHER = new MemberId("counter", 3, 4);
    private static final MemberId THIRD = new MemberId("third", 5, 6);

    @Test
    void membersOfOneNameAreToldApart() {
        assertThat(ReplicaExplanation.names(primary(ONE, OTHER))).containsExactly("counter/3", "counter/7");
        assertThat(ReplicaExplanation.names(primary(ONE, THIRD))).containsExactly("counter", "third");
    }

    private static Primary primary(MemberId... members) {
        return new Primary(1, Lineage.NONE, List.of(members));
    }
}
