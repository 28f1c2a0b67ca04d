package org.flushspread.flush.requests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.flushspread.flush.replica.Lineage;
import org.flushspread.flush.replica.ReplicaReason;
import org.flushspread.flush.replica.Role;
import org.junit.jupiter.api.Test;

/** What a desk takes, refuses and answers (replica-protocol R30 to R32, R35). */
class DeskTest {
    private static final long SECOND = 1_000_000_000;
    private static final Lineage HISTORY = new Lineage(3, 4);

    private final List<RequestItem> sent = new ArrayList<>();
    private final List<Long> receivers = new ArrayList<>();
    private final List<Long> handed = new ArrayList<>();
    private final List<Long> withdrawn = new ArrayList<>();
    private final List<String> reports = new ArrayList<>();

    private final Desk desk = new Desk(new DeskLimits(3, 100, 2, 2, 30 * SECOND), new Desk.Output() {
        @Override
        public void send(String client, byte[] message) {
            RequestCodec.Decoded decoded = RequestCodec.decode(ByteBuffer.wrap(message));
            assertThat(decoded.why()).isNull();
            receivers.add(decoded.client());
            sent.addAll(decoded.items());
        }

        @Override
        public void submit(long ticket, byte[] head, byte[] rest) {
            handed.add(ticket);
        }

        @Override
        public void read(long ticket, RequestItem.Read question) {
            handed.add(ticket);
        }

        @Override
        public void withdraw(long ticket) {
            withdrawn.add(ticket);
        }

        @Override
        public void report(ReplicaReason reason, String text) {
            reports.add(reason + " " + text);
        }
    });

    private void say(String from, long client, RequestItem item, long now) {
        desk.message(from, ByteBuffer.wrap(RequestCodec.encode(client, List.of(item))), now);
    }

    private static RequestItem command(long request) {
        return new RequestItem.Command(request, 9, request, new byte[10]);
    }

    private List<Outcome> outcomes() {
        desk.endOfTurn(0);
        return sent.stream().map(each -> ((RequestItem.Answer) each).outcome()).toList();
    }

    @Test
    void nothingIsDoneForCommandsWhereTheMemberIsNotPrimary() {
        say("#a#d1", 1, command(1), 0);
        say("#a#d1", 1, new RequestItem.Read(2, ReadKind.LINEARIZABLE, Lineage.NONE, 0, new byte[0]), 0);
        assertThat(handed).isEmpty();
        assertThat(outcomes()).containsExactly(Outcome.NOT_PRIMARY, Outcome.NOT_PRIMARY);
        say("#a#d1", 1, new RequestItem.Read(3, ReadKind.PLACED, HISTORY, 5, new byte[0]), 0);
        assertThat(handed).hasSize(1);
    }

    @Test
    void aRequestIsAnsweredWhenTheMemberKnowsItsEndAndNotBefore() {
        desk.role(Role.PRIMARY);
        say("#a#d1", 1, command(1), 0);
        assertThat(outcomes()).isEmpty();
        desk.ended(handed.get(0), Outcome.RESULT, new byte[] {7}, HISTORY, 5);
        desk.ended(handed.get(0), Outcome.UNCERTAIN, new byte[0], HISTORY, 5);
        assertThat(outcomes()).containsExactly(Outcome.RESULT);
        assertThat(receivers).containsExactly(1L);
    }

    @Test
    void aRepetitionOfWhatIsWithTheMemberIsDropped() {
        desk.role(Role.PRIMARY);
        say("#a#d1", 1, command(1), 0);
        say("#a#d1", 1, command(1), 0);
        assertThat(handed).hasSize(1);
        assertThat(desk.countOf(DeskReason.REPEATED)).isEqualTo(1);
        say("#a#d1", 2, command(1), 0);
        assertThat(handed).as("another client of that name").hasSize(2);
    }

    @Test
    void whatIsTooMuchIsRefusedAtOnceAndThereIsRoomAgain() {
        desk.role(Role.PRIMARY);
        say("#a#d1", 1, command(1), 0);
        say("#a#d1", 1, command(2), 0);
        say("#a#d1", 1, command(3), 0);
        say("#b#d1", 2, command(4), 0);
        say("#c#d1", 3, command(5), 0);
        assertThat(handed).hasSize(3);
        assertThat(outcomes()).as("of one client, and of all").containsExactly(Outcome.QUEUE_FULL, Outcome.QUEUE_FULL);
        desk.ended(handed.get(0), Outcome.RESULT, new byte[0], HISTORY, 1);
        say("#c#d1", 3, new RequestItem.Command(6, 9, 1, new byte[90]), 0);
        assertThat(handed).as("too many bytes").hasSize(3);
        say("#c#d1", 3, command(7), 0);
        assertThat(handed).hasSize(4);
    }

    @Test
    void aRequestWithoutAnEndIsForgotten() {
        desk.role(Role.PRIMARY);
        say("#a#d1", 1, command(1), 5);
        desk.endOfTurn(29 * SECOND);
        assertThat(withdrawn).isEmpty();
        desk.endOfTurn(5 + 30 * SECOND);
        assertThat(withdrawn).isEqualTo(handed);
        assertThat(desk.pending()).isZero();
    }

    @Test
    void theDeskWhosePlaceItIsAnswersWhoAsks() {
        desk.desks(List.of("#x#d1", "#y#d2", "#z#d3"), "#y#d2");
        say("#a#d1", 1, new RequestItem.Who(3), 0);
        say("#a#d1", 1, new RequestItem.Who(4), 0);
        desk.endOfTurn(0);
        assertThat(sent).hasSize(1);
        assertThat(((RequestItem.Here) sent.get(0)).desks()).containsExactly("#x#d1", "#y#d2", "#z#d3");
        say("#a#d1", 1, new RequestItem.Who(7), 0);
        say("#a#d1", 1, new RequestItem.Who(10), 0);
        desk.endOfTurn(0);
        assertThat(sent).as("two in a second").hasSize(2);
        say("#a#d1", 1, new RequestItem.Who(13), SECOND);
        desk.endOfTurn(0);
        assertThat(sent).hasSize(3);
    }

    @Test
    void nonsenseIsCountedAndItsSenderNamedOnce() {
        desk.role(Role.PRIMARY);
        Random random = new Random(7);
        byte[] good = RequestCodec.encode(5, List.of(command(1), command(2)));
        for (int i = 0; i < 2_000; i++) {
            byte[] bad = good.clone();
            for (int k = 0; k < 3; k++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            desk.message("#stranger#d1", ByteBuffer.wrap(bad, 0, random.nextInt(bad.length)), 0);
        }
        say("#stranger#d1", 1, new RequestItem.Here(1, true, List.of()), 0);
        assertThat(reports).hasSize(1);
        assertThat(reports.get(0)).contains("#stranger#d1");
        assertThat(desk.countOf(DeskReason.NONSENSE)).isGreaterThan(1_000);
    }

    @Test
    void anAnswerThatIsTooLargeToBeSentIsSaidInWords() {
        desk.role(Role.PRIMARY);
        say("#a#d1", 1, command(1), 0);
        desk.ended(handed.get(0), Outcome.RESULT, new byte[RequestCodec.LARGEST + 1], HISTORY, 1);
        assertThat(outcomes()).containsExactly(Outcome.THROWN);
    }
}
