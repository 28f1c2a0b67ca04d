package org.flushspread.flush.replica;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** The entries that begin sessions of clients, of which copies may come at any time (replica-protocol R33). */
class SessionsOfClientsTest {
    private final Sessions sessions = new Sessions();
    private long index;

    private Sessions.Begun begin(long client, long before) {
        byte[] name = "orders".getBytes(UTF_8);
        ByteBuffer entry = ByteBuffer.allocate(25 + name.length)
                .put(LogEntry.clientSession(client, 1, before))
                .put(name)
                .flip()
                .position(1);
        return sessions.beginOfClient(++index, entry);
    }

    @Test
    void aCopyOfTheBeginningIsAnsweredAlike() {
        Sessions.Begun first = begin(7, 0);
        sessions.look(first.id(), 1);
        sessions.answered(first.id(), 1, new byte[] {5});
        assertThat(begin(7, 0)).isEqualTo(new Sessions.Begun(first.id(), 1));
        assertThat(sessions.look(first.id(), 1)).isEqualTo(Sessions.Standing.REPEATED);
    }

    @Test
    void aLateCopyOfABeginningEndsNoSessionThatHasBegunSince() {
        Sessions.Begun first = begin(7, 0);
        assertThat(begin(8, 0)).as("it does not know of the first").isEqualTo(new Sessions.Begun(first.id(), -1));
        Sessions.Begun second = begin(8, first.id());
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(begin(7, 0)).as("the late copy").isEqualTo(new Sessions.Begun(second.id(), -1));
        assertThat(sessions.look(second.id(), 1)).isEqualTo(Sessions.Standing.NEW);
        assertThat(sessions.look(first.id(), 1)).isEqualTo(Sessions.Standing.OVER);
    }

    @Test
    void aSessionThatFollowsHasTheAnswersOfTheOneBeforeAndANewIdentity() {
        Sessions.Begun first = begin(7, 0);
        sessions.answered(first.id(), 3, new byte[] {5});
        Sessions.Begun second = begin(8, first.id());
        assertThat(second.highest()).isEqualTo(3);
        assertThat(sessions.answer(second.id(), 3)).containsExactly(5);
        // Of a member's program: no client is known any more.
        Sessions.Begun third = sessions.begin(++index, ByteBuffer.wrap("orders".getBytes(UTF_8)));
        assertThat(begin(8, first.id())).isEqualTo(new Sessions.Begun(third.id(), -1));
    }

    @Test
    void whoHasBegunIsPartOfTheState() throws IOException {
        Sessions.Begun first = begin(7, 0);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        sessions.save(new DataOutputStream(bytes));
        Sessions copy = new Sessions();
        copy.load(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        byte[] name = "orders".getBytes(UTF_8);
        ByteBuffer again = ByteBuffer.allocate(24 + name.length)
                .putLong(7)
                .putLong(1)
                .putLong(0)
                .put(name)
                .flip();
        assertThat(copy.beginOfClient(99, again)).isEqualTo(new Sessions.Begun(first.id(), 0));
    }
}
