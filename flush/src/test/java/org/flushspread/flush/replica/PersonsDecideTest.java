package org.flushspread.flush.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flushspread.flush.replica.ScriptedMember.deliverAll;
import static org.flushspread.flush.replica.ScriptedMember.deliverUntil;
import static org.flushspread.flush.replica.ScriptedMember.view;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** replica-protocol R6: a person's decision is an attempt like others. Until it is completed, everything that was promised holds. */
class PersonsDecideTest {
    private static final ReplicaSettings SETTINGS = ReplicaSettings.DEFAULT;

    private final ScriptedMember a = new ScriptedMember("a", ReplicaSettingsOf.founder(SETTINGS, true));
    private final ScriptedMember b = new ScriptedMember("b", SETTINGS);
    private final ScriptedMember c = new ScriptedMember("c", SETTINGS);
    private final ScriptedMember d = new ScriptedMember("d", SETTINGS);

    /** {a, b} is primary, {a, b, c} is formed by b and c alone, who go on; a has voted and knows no more. */
    private void partWhileVoting() {
        view(a, b);
        deliverAll(a, b);
        view(a, b, c);
        deliverUntil(ReplicaMessage.Vote.class, a, b, c); // {a, b} again
        for (ScriptedMember each : List.of(a, b)) {
            each.deliverNext(a, b, c);
        }
        deliverUntil(ReplicaMessage.Vote.class, a, b, c);
        assertThat(List.of(a, b, c)).allMatch(each -> each.next() instanceof ReplicaMessage.Vote);
        a.replica.transition();
        for (ScriptedMember each : List.of(a, b, c)) {
            each.deliverNext(a, b, c);
        }
        b.replica.transition();
        c.replica.transition();
        view(b, c);
        deliverAll(b, c);
        b.submit(1, "B1;");
        deliverAll(b, c);
        assertThat(b.completed).containsExactly(1L);
        view(a);
        deliverAll(a);
        assertThat(a.role()).isEqualTo(Role.MINORITY);
        assertThat(a.replica.attempts()).hasSize(1);
    }

    private void healed() {
        view(a, b, c, d);
        deliverAll(a, b, c, d);
        assertThat(List.of(a, b, c, d)).allMatch(each -> each.role() == Role.PRIMARY && each.state.equals("B1;"));
    }

    @Test
    void aDecisionThatIsNotVotedUponForgetsNothing() {
        partWhileVoting();
        assertThat(a.replica.bootstrap()).isTrue();
        a.replica.flushRequest();
        a.deliverNext(a);
        view(a, d);
        deliverAll(a, d);
        assertThat(a.role()).isEqualTo(Role.MINORITY);
        assertThat(d.role()).isEqualTo(Role.MINORITY);
        healed();
    }

    @Test
    void aDecisionInTheTransitionalPeriodForgetsNothing() {
        partWhileVoting();
        assertThat(a.replica.bootstrap()).isTrue();
        a.replica.transition();
        a.deliverNext(a);
        view(a, d);
        deliverAll(a, d);
        assertThat(a.role()).isEqualTo(Role.MINORITY);
        healed();
    }

    @Test
    void aDecisionWhoseVotesAreLostForgetsNothing() {
        partWhileVoting();
        view(a, d);
        deliverAll(a, d);
        assertThat(a.replica.bootstrap()).isTrue();
        a.deliverNext(a, d);
        deliverUntil(ReplicaMessage.Vote.class, a, d);
        a.replica.transition();
        d.replica.transition();
        view(a, d);
        deliverAll(a, d);
        assertThat(a.role()).isEqualTo(Role.MINORITY);
        healed();
    }

    @Test
    void theRecordOfAVoteToFoundHoldsWhatWasPromisedBefore() {
        partWhileVoting();
        Metadata known = new Metadata(
                a.replica.id(),
                a.replica.lineage(),
                a.replica.lastPrimary(),
                a.replica.attempts(),
                a.replica.attempts().get(0).number(),
                a.replica.version().epoch(),
                0);
        ReplicaSettings durable = ReplicaSettingsOf.durable(SETTINGS);
        ScriptedMember before = new ScriptedMember("a", known, a.replica.version(), durable);
        view(before);
        deliverAll(before);
        assertThat(before.replica.bootstrap()).isTrue();
        before.deliverNext(before);
        assertThat(before.next()).isInstanceOf(ReplicaMessage.Vote.class);
        // The process dies before its vote comes back.
        Metadata recorded = before.recorded;
        assertThat(recorded).isNotNull();
        assertThat(recorded.attempts()).hasSize(2);
        ScriptedMember after = new ScriptedMember("a", recorded, a.replica.version(), durable);
        view(after);
        deliverAll(after);
        assertThat(after.role()).isEqualTo(Role.MINORITY);
    }

    @Test
    void whatIsFoundedCountsInItsOwnHistoryAlone() {
        partWhileVoting();
        view(a, d);
        deliverAll(a, d);
        a.replica.bootstrap();
        a.deliverNext(a, d);
        deliverUntil(ReplicaMessage.Vote.class, a, d);
        a.replica.transition();
        Lineage old = a.replica.lineage();
        deliverAll(a, d); // completed, but too late to be formed
        assertThat(a.role()).isNotEqualTo(Role.PRIMARY);
        assertThat(a.replica.lineage()).isNotEqualTo(old);
        assertThat(a.replica.lastPrimary()).isEqualTo(Primary.NONE);
        assertThat(a.replica.attempts()).allMatch(each -> each.lineage().equals(a.replica.lineage()));
        // It left the old history for good, and is no voter of the old one.
        view(b, c, a);
        deliverAll(b, c, a);
        assertThat(b.role()).isEqualTo(Role.PRIMARY);
        assertThat(b.replica.lastPrimary().members()).doesNotContain(a.replica.id());
        // The new one goes on without anybody else.
        view(a);
        deliverAll(a);
        assertThat(a.role()).isEqualTo(Role.PRIMARY);
    }

    @Test
    void aCompletedAttemptIsRememberedByThoseWhoDidNotVoteForIt() {
        partWhileVoting();
        view(a, d);
        deliverAll(a, d);
        a.replica.bootstrap();
        a.deliverNext(a, d);
        deliverUntil(ReplicaMessage.Vote.class, a, d);
        byte[] vote = a.takeNext();
        d.replica.transition();
        a.hear(a, vote);
        d.hear(a, vote); // too late there
        deliverAll(a, d);
        assertThat(a.replica.lastPrimary().lineage()).isEqualTo(a.replica.lineage());
        assertThat(d.replica.lineage()).isEqualTo(a.replica.lineage());
        assertThat(d.replica.attempts()).contains(a.replica.lastPrimary());
        view(d);
        deliverAll(d);
        assertThat(d.role()).isEqualTo(Role.MINORITY);
    }

    @Test
    void nobodyDecidesWhileAQuorumWaitsForTheState() {
        view(b, a);
        deliverAll(b, a);
        a.submit(1, "A1;");
        a.replica.transition();
        deliverAll(a); // a alone applies it, and b is the first of {b, a}
        view(b, a);
        deliverUntil(ReplicaMessage.Chunk.class, b, a);
        assertThat(a.next()).isInstanceOf(ReplicaMessage.Chunk.class);
        assertThat(a.replica.bootstrap()).isFalse();
        assertThat(b.replica.bootstrap()).isFalse();
        deliverAll(b, a);
        assertThat(b.role()).isEqualTo(Role.PRIMARY);
    }

    @Test
    void whatWasSentUnderAnotherDecisionIsDroppedAndCounted() {
        view(b, a);
        deliverAll(b, a);
        b.hear(a, ReplicaCodec.ready(12345));
        b.hear(a, ReplicaCodec.bootstrap(12345));
        b.hear(a, ReplicaCodec.persisted(12345, 99));
        b.hear(
                a,
                ReplicaCodec.bytes(
                        ReplicaCodec.commands(12345, 0, 1, 5).putInt(1).put((byte) 'x')));
        b.hear(a, ReplicaCodec.vote(12345));
        b.hear(a, ReplicaCodec.chunk(12345, 0, new StateImage.Piece(ByteBuffer.allocate(3), 0, true)));
        b.hear(a, ReplicaCodec.chunkReceived(12345, 0));
        assertThat(b.replica.count(ReplicaReason.OTHER_DECISION)).isEqualTo(4);
        assertThat(b.replica.count(ReplicaReason.OTHER_ATTEMPT)).isEqualTo(1);
        assertThat(b.replica.count(ReplicaReason.OTHER_TRANSFER)).isEqualTo(2);
        assertThat(b.state).isEmpty();
    }

    /** What happened before messages named their decision: READY, overtaken by a person's decision, counted under that one. */
    @Test
    void aReadyOfAnEarlierDecisionMakesNobodyAMember() {
        view(b, a);
        deliverAll(b, a);
        a.submit(1, "A1;");
        a.replica.transition();
        deliverAll(a);
        view(b, a);
        deliverUntil(ReplicaMessage.Chunk.class, b, a);
        boolean decided = a.replica.bootstrap();
        a.deliverNext(b, a); // the state
        b.deliverNext(b, a); // its receipt
        assertThat(b.next()).isInstanceOf(ReplicaMessage.Ready.class);
        if (decided) {
            a.deliverNext(b, a); // the person's word
        }
        b.deliverNext(b, a);
        while (a.sends() && !(a.next() instanceof ReplicaMessage.Vote)) {
            a.takeNext(); // the state is sent once more, and slow
        }
        a.deliverNext(b, a);
        while (a.sends() || b.sends()) {
            (a.sends() ? a : b).deliverNext(b, a);
        }
        assertThat(a.role()).isEqualTo(Role.PRIMARY);
        for (ScriptedMember each : List.of(a, b)) {
            if (a.replica.lastPrimary().members().contains(each.replica.id())) {
                assertThat(each.replica.version())
                        .as("the state of " + each + ", a member of " + a.replica.lastPrimary())
                        .isEqualTo(a.replica.version());
            }
        }
    }

    @Test
    void whoIsNoMemberOfAPrimaryDoesNotKnowThatItWasFormed() {
        view(a, b);
        deliverAll(a, b);
        view(a, b, c);
        deliverUntil(ReplicaMessage.Vote.class, a, b, c);
        assertThat(c.replica.lineage()).isEqualTo(a.replica.lineage()); // it has the state
        byte[] one = a.takeNext();
        byte[] other = b.takeNext();
        a.replica.transition();
        b.replica.transition();
        for (ScriptedMember each : List.of(a, b, c)) {
            each.hear(a, one);
            each.hear(b, other);
        }
        Primary unknown = c.replica.attempts().get(0);
        assertThat(unknown.members()).containsExactly(a.replica.id(), b.replica.id());
        assertThat(c.replica.lastPrimary().number()).isLessThan(unknown.number());
        // Both members say that they did not form it, so nobody acts on it any more.
        view(a, b);
        deliverAll(a, b);
        assertThat(a.role()).isEqualTo(Role.PRIMARY);
    }
}
