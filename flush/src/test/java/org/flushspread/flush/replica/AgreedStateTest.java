package org.flushspread.flush.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What members agree on beside the state of the application: replica-protocol R18, R19, R21. */
class AgreedStateTest {
    private final AgreedState agreed = new AgreedState();

    private static byte[] saved(AgreedState state) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        state.save(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private AgreedState copy() throws IOException {
        AgreedState copy = new AgreedState();
        copy.load(new DataInputStream(new ByteArrayInputStream(saved(agreed))));
        assertThat(saved(copy)).isEqualTo(saved(agreed));
        return copy;
    }

    private void timeIs(long said) {
        agreed.enter(ByteBuffer.wrap(LogEntry.timed(said)));
    }

    private static ByteBuffer name(String of) {
        return ByteBuffer.wrap(of.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void r18TheLatestThatAnEntryHasBroughtIsTheTime() {
        ByteBuffer entry = ByteBuffer.allocate(11)
                .put(LogEntry.timed(500))
                .put(LogEntry.COMMAND)
                .put((byte) 8);
        agreed.enter(entry.flip());
        assertThat(entry.remaining()).as("the entry itself").isEqualTo(2);
        assertThat(agreed.time()).isEqualTo(500);
        timeIs(400);
        timeIs(Long.MAX_VALUE);
        timeIs(-1);
        assertThat(agreed.time()).isEqualTo(500);
        ByteBuffer untimed = ByteBuffer.wrap(new byte[] {LogEntry.COMMAND, 1, 2, 3, 4, 5, 6, 7, 8, 9});
        agreed.enter(untimed);
        assertThat(untimed.position()).as("of an earlier release").isZero();
    }

    @Test
    void r19TimersFireInTheOrderInWhichTheyAreDueEachOnce() throws IOException {
        timeIs(100);
        agreed.setTimer("late", 300);
        agreed.setTimer("first", 200);
        agreed.setTimer("second", 200);
        agreed.setTimer("past", 5);
        agreed.setTimer("moved", 150);
        agreed.setTimer("moved", 250);
        agreed.setTimer("gone", 150);
        assertThat(agreed.cancelTimer("gone")).isTrue();
        assertThat(agreed.cancelTimer("gone")).isFalse();
        assertThat(agreed.dueTimer()).as("in the entry that sets it").isNull();
        assertThat(agreed.nextTimer()).isEqualTo(101);
        AgreedState other = copy();
        for (AgreedState each : new AgreedState[] {agreed, other}) {
            each.enter(ByteBuffer.wrap(LogEntry.timed(250)));
            assertThat(each.dueTimer()).isEqualTo("past");
            assertThat(each.dueTimer()).isEqualTo("first");
            assertThat(each.dueTimer()).isEqualTo("second");
            assertThat(each.dueTimer()).isEqualTo("moved");
            assertThat(each.dueTimer()).isNull();
            assertThat(each.nextTimer()).isEqualTo(300);
        }
        assertThat(saved(other)).isEqualTo(saved(agreed));
    }

    @Test
    void r19TimersAreBounded() {
        for (int i = 0; i < Timers.MOST; i++) {
            agreed.setTimer("t" + i, i);
        }
        agreed.setTimer("t7", 1);
        assertThatThrownBy(() -> agreed.setTimer("one more", 1)).hasMessageContaining("100000");
        assertThatThrownBy(() -> agreed.setTimer("", 1)).hasMessageContaining("1 to 1000");
        assertThat(agreed.timers()).isEqualTo(Timers.MOST);
    }

    @Test
    void r21TheSessionWhoseLastCommandStandsFurthestBackEndsFirst() throws IOException {
        Sessions sessions = agreed.sessions();
        long first = sessions.begin(1, name("s0")).id();
        long second = sessions.begin(2, name("s1")).id();
        for (int i = 2; i < Sessions.MOST; i++) {
            sessions.begin(1 + i, name("s" + i));
        }
        assertThat(sessions.look(first, 1)).isEqualTo(Sessions.Standing.NEW);
        AgreedState other = copy();
        for (AgreedState each : new AgreedState[] {agreed, other}) {
            each.sessions().begin(70_000, name("one more"));
            assertThat(each.sessions().look(first, 1)).isEqualTo(Sessions.Standing.NEW);
            assertThat(each.sessions().look(second, 1)).as("the oldest").isEqualTo(Sessions.Standing.OVER);
        }
        assertThat(saved(other)).isEqualTo(saved(agreed));
    }

    @Test
    void r21AsManyAnswersAreKeptAsNumbersMayBeOutstanding() {
        Sessions sessions = agreed.sessions();
        long id = sessions.begin(1, name("s")).id();
        for (long number = 1; number <= 2 * Sessions.WINDOW; number++) {
            assertThat(sessions.look(id, number)).isEqualTo(Sessions.Standing.NEW);
            sessions.answered(id, number, new byte[] {1});
        }
        assertThat(sessions.look(id, Sessions.WINDOW)).isEqualTo(Sessions.Standing.OVER);
        assertThat(sessions.look(id, Sessions.WINDOW + 1)).isEqualTo(Sessions.Standing.REPEATED);
        assertThat(sessions.answer(id, Sessions.WINDOW + 1)).isNotNull();
    }
}
