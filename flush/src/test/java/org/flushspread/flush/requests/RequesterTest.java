package org.flushspread.flush.requests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.flush.replica.Failure;
import org.flushspread.flush.replica.Lineage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a client finds desks, repeats and ends its requests (replica-protocol R31 to R34). */
class RequesterTest {
    private static final long MILLI = 1_000_000;
    private static final long LONG = 1_000_000 * MILLI;
    private static final long ME = 8;
    private static final Lineage HISTORY = new Lineage(3, 4);

    private final List<RequestItem> asked = new ArrayList<>();
    private final List<String> to = new ArrayList<>();
    private final List<RequestItem> sent = new ArrayList<>();
    private final List<String> ends = new ArrayList<>();
    private int otherDaemons;
    private long now;

    private final Requester client = new Requester(ME, RequesterLimits.DEFAULT, new Requester.Output() {
        @Override
        public void ask(byte[] message) {
            asked.addAll(RequestCodec.decode(ByteBuffer.wrap(message)).items());
        }

        @Override
        public void send(String desk, byte[] message) {
            for (RequestItem item :
                    RequestCodec.decode(ByteBuffer.wrap(message)).items()) {
                to.add(desk);
                sent.add(item);
            }
        }

        @Override
        public boolean sending(long ticket) {
            return true;
        }

        @Override
        public void answered(long ticket, RequestItem.Answer answer) {
            ends.add(ticket + " " + answer.outcome());
        }

        @Override
        public void failed(long ticket, Failure why) {
            ends.add(ticket + " " + why);
        }

        @Override
        public void tryOtherDaemon() {
            otherDaemons++;
        }
    });

    @BeforeEach
    void connect() {
        client.connected("#me#d2", now);
        client.session(1, new byte[] {65});
    }

    private void hear(String from, RequestItem item) {
        client.message(from, ByteBuffer.wrap(RequestCodec.encode(ME, List.of(item))), now);
        client.tick(now);
    }

    private void pass(long millis) {
        now += millis * MILLI;
        client.tick(now);
    }

    private void findDesks() {
        long number = ((RequestItem.Who) asked.get(asked.size() - 1)).number();
        hear("#x#d1", new RequestItem.Here(number, true, List.of("#x#d1", "#y#d2", "#z#d3")));
    }

    private void answer(String from, long request, Outcome outcome) {
        hear(from, new RequestItem.Answer(request, outcome, HISTORY, 5, new byte[0]));
    }

    private void read(long ticket, long deadline) {
        client.read(ticket, ReadKind.LINEARIZABLE, new byte[0], deadline, now);
        client.tick(now);
    }

    @Test
    void desksAreAskedForUntilOneAnswersAndTheOneAtTheOwnDaemonIsTakenFirst() {
        read(1, LONG);
        assertThat(asked).hasSize(1);
        pass(99);
        assertThat(asked).hasSize(1);
        pass(1);
        pass(200);
        assertThat(asked).hasSize(3);
        assertThat(asked.stream().map(each -> ((RequestItem.Who) each).number()).toList())
                .as("each number is the next one's place")
                .isEqualTo(List.of(5L, 6L, 7L));
        findDesks();
        assertThat(to).containsExactly("#y#d2");
        answer("#y#d2", 1, Outcome.RESULT);
        assertThat(ends).containsExactly("1 RESULT");
        assertThat(client.nextTick()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aDeskThatRefusesOrSaysNothingIsLeftForTheNextOne() {
        read(1, LONG);
        findDesks();
        answer("#y#d2", 1, Outcome.NOT_PRIMARY);
        assertThat(to).hasSize(2);
        assertThat(to.get(1)).isNotEqualTo("#y#d2");
        pass(1_000);
        assertThat(to).as("another second, another desk").hasSize(3).doesNotHaveDuplicates();
        answer(to.get(2), 1, Outcome.NOT_PRIMARY);
        assertThat(client.desk()).isNull();
        assertThat(asked).as("all were tried").hasSize(2);
    }

    @Test
    void whereNobodyServesAnotherDaemonIsTried() {
        read(1, LONG);
        for (int i = 0; i < 29; i++) {
            pass(100);
        }
        assertThat(otherDaemons).isZero();
        pass(101);
        assertThat(otherDaemons).isEqualTo(1);
    }

    @Test
    void aCommandWaitsForItsSessionAndItsCopiesBearOneNumber() {
        client.command(1, 1, 0, new byte[] {1}, LONG, now);
        client.command(2, 1, 0, new byte[] {2}, LONG, now);
        client.tick(now);
        findDesks();
        assertThat(sent).hasSize(1);
        RequestItem.Begin begin = (RequestItem.Begin) sent.get(0);
        hear("#y#d2", new RequestItem.Answer(begin.request(), Outcome.BEGUN, HISTORY, 1, RequestCodec.begun(77, 4)));
        assertThat(sent.subList(1, 3).stream().map(each -> ((RequestItem.Command) each).number()))
                .containsExactly(5L, 6L);
        answer("#y#d2", 1, Outcome.UNCERTAIN);
        pass(50);
        RequestItem.Command copy = (RequestItem.Command) sent.get(3);
        assertThat(copy.request()).isEqualTo(1);
        assertThat(copy.number()).isEqualTo(5);
        assertThat(copy.session()).isEqualTo(77);
    }

    @Test
    void aSessionThatFollowsAnotherOneOfItsNameAsksAgainWithThat() {
        client.begin(1, 1, LONG, now);
        client.tick(now);
        findDesks();
        long request = ((RequestItem.Begin) sent.get(0)).request();
        hear("#y#d2", new RequestItem.Answer(request, Outcome.BEGUN, HISTORY, 1, RequestCodec.begun(55, -1)));
        assertThat(((RequestItem.Begin) sent.get(1)).before()).isEqualTo(55);
        hear("#y#d2", new RequestItem.Answer(request, Outcome.BEGUN, HISTORY, 1, RequestCodec.begun(77, 9)));
        assertThat(ends).containsExactly("1 BEGUN");
    }

    private void beginSession() {
        client.begin(100, 1, LONG, now);
        client.tick(now);
        findDesks();
        long request = ((RequestItem.Begin) sent.get(0)).request();
        hear("#y#d2", new RequestItem.Answer(request, Outcome.BEGUN, HISTORY, 1, RequestCodec.begun(77, 0)));
        ends.clear();
        sent.clear();
        to.clear();
    }

    @Test
    void whatWasSentAndNotRefusedIsUncertainWhenItsTimeIsOver() {
        beginSession();
        client.command(1, 1, 0, new byte[] {1}, now + 500 * MILLI, now);
        client.command(2, 1, 0, new byte[] {2}, now + 500 * MILLI, now);
        client.tick(now);
        answer("#y#d2", 2, Outcome.QUEUE_FULL);
        // Its copy that follows is refused too.
        pass(50);
        answer("#y#d2", 2, Outcome.QUEUE_FULL);
        client.disconnected();
        pass(500);
        assertThat(ends).containsExactly("1 UNCERTAIN", "2 QUEUE_FULL");
    }

    @Test
    void aRefusalByTheLogSaysNothingOfCopiesThatAreAtLarge() {
        beginSession();
        client.command(1, 1, 0, new byte[] {1}, LONG, now);
        client.command(2, 1, 0, new byte[] {2}, LONG, now);
        client.tick(now);
        answer("#y#d2", 1, Outcome.SESSION_OVER);
        pass(1_000);
        assertThat(to).as("the copy of 2 goes to another desk").hasSize(3);
        answer(to.get(2), 2, Outcome.SESSION_OVER);
        assertThat(ends).containsExactly("1 SESSION_OVER", "2 UNCERTAIN");
    }

    @Test
    void anAnswerForAnotherClientIsDropped() {
        read(1, LONG);
        findDesks();
        byte[] other = RequestCodec.encode(
                ME + 1, List.of(new RequestItem.Answer(1, Outcome.RESULT, HISTORY, 5, new byte[0])));
        assertThat(client.message("#y#d2", ByteBuffer.wrap(other), now)).isFalse();
        assertThat(ends).isEmpty();
    }

    @Test
    void aReadBehindAPlaceNamesTheGreatestThatWasTold() {
        read(1, LONG);
        findDesks();
        answer("#y#d2", 1, Outcome.RESULT);
        client.read(2, ReadKind.PLACED, new byte[0], LONG, now);
        client.tick(now);
        RequestItem.Read read = (RequestItem.Read) sent.get(1);
        assertThat(read.history()).isEqualTo(HISTORY);
        assertThat(read.index()).isEqualTo(5);
    }

    @Test
    void noMoreThanTheWindowIsWithADesk() {
        for (long i = 1; i <= 300; i++) {
            client.read(i, ReadKind.LINEARIZABLE, new byte[0], LONG, now);
        }
        client.tick(now);
        findDesks();
        assertThat(sent).hasSize(RequesterLimits.DEFAULT.window());
        answer("#y#d2", 1, Outcome.RESULT);
        assertThat(sent).hasSize(RequesterLimits.DEFAULT.window() + 1);
    }
}
