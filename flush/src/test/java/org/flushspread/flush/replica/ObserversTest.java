package org.flushspread.flush.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flushspread.flush.replica.ScriptedMember.deliverAll;
import static org.flushspread.flush.replica.ScriptedMember.deliverUntil;
import static org.flushspread.flush.replica.ScriptedMember.view;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** replica-protocol R36: observers get everything and decide nothing. */
class ObserversTest {
    private static final ReplicaSettings SETTINGS = ReplicaSettings.DEFAULT;

    private final ScriptedMember a = new ScriptedMember("a", ReplicaSettingsOf.founder(SETTINGS, true));
    private final ScriptedMember b = new ScriptedMember("b", SETTINGS);
    private final ScriptedMember o = new ScriptedMember("o", ReplicaSettingsOf.observer(SETTINGS));

    private static ReplicaMessage decode(byte[] bytes) {
        return ReplicaCodec.decode(ByteBuffer.wrap(bytes));
    }

    @Test
    void anObserverGetsStateAndCommandsAndIsInNoPrimary() {
        view(a, b);
        deliverAll(a, b);
        a.submit(1, "x");
        deliverAll(a, b);
        view(o, a, b);
        deliverAll(o, a, b);
        b.submit(2, "y");
        deliverAll(o, a, b);
        assertThat(o.state).isEqualTo("xy");
        assertThat(o.role()).isEqualTo(Role.OBSERVER);
        assertThat(a.replica.lastPrimary().members()).extracting(MemberId::name).containsExactly("a", "b");
        assertThat(a.replica.observers()).containsExactly("o");
        assertThat(a.replica.voters()).containsExactly("a", "b");
        assertThat(o.replica.position()).isEqualTo(-1);
        assertThat(b.replica.position()).isEqualTo(1);
    }

    @Test
    void membersWithAVoteGoOnWithoutObserversAndObserversNotWithoutThem() {
        view(a, b, o);
        deliverAll(a, b, o);
        view(b, o);
        deliverAll(b, o);
        assertThat(b.role()).as("half of a primary, and not its first").isEqualTo(Role.MINORITY);
        assertThat(o.role()).isEqualTo(Role.MINORITY);
        view(a);
        deliverAll(a);
        assertThat(a.role()).isEqualTo(Role.PRIMARY);
        view(o);
        deliverAll(o);
        assertThat(o.role()).isEqualTo(Role.MINORITY);
        assertThat(o.replica.bootstrap()).as("a person decides elsewhere").isFalse();
    }

    @Test
    void anObserverIsNotOneOfTheNumberThatFoundsAHistory() {
        ReplicaSettings ofTwo = ReplicaSettingsOf.sized(SETTINGS, 2);
        ScriptedMember one = new ScriptedMember("one", ofTwo);
        ScriptedMember second = new ScriptedMember("second", ofTwo);
        ScriptedMember watching = new ScriptedMember("watching", ReplicaSettingsOf.observer(ofTwo));
        view(one, watching);
        deliverAll(one, watching);
        assertThat(one.role()).isEqualTo(Role.MINORITY);
        view(one, watching, second);
        deliverAll(one, watching, second);
        assertThat(List.of(one.role(), second.role(), watching.role()))
                .containsExactly(Role.PRIMARY, Role.PRIMARY, Role.OBSERVER);
    }

    @Test
    void newMembersFoundAHistoryAlsoWhereAnObserverHasAnother() {
        view(a, o);
        deliverAll(a, o);
        ScriptedMember fresh = new ScriptedMember("n", ReplicaSettingsOf.founder(SETTINGS, true));
        view(o, fresh);
        deliverAll(o, fresh);
        assertThat(fresh.role()).isEqualTo(Role.PRIMARY);
        assertThat(o.role()).isEqualTo(Role.MINORITY);
    }

    @Test
    void theStateComesFromAMemberWithAVote() {
        view(a, o);
        deliverAll(a, o);
        a.submit(1, "x");
        deliverAll(a, o);
        view(o, a, b);
        deliverAll(o, a, b);
        assertThat(b.state).isEqualTo("x");
        assertThat(b.role()).isEqualTo(Role.PRIMARY);
        assertThat(o.handedOut).isEmpty();
        assertThat(a.handedOut).containsKey("b");
    }

    @Test
    void whatIsSubmittedToAnObserverIsRefused() {
        view(a, o);
        deliverAll(a, o);
        o.submit(1, "x");
        assertThat(o.refused).containsExactly(1L);
        deliverAll(a, o);
        assertThat(a.state).isEmpty();
    }

    @Test
    void aCommandOrVoteOfAnObserverIsOutOfTurn() {
        view(a, o);
        deliverUntil(ReplicaMessage.Vote.class, a, o);
        a.replica.message("o", ByteBuffer.wrap(a.takeNext()));
        assertThat(a.replica.count(ReplicaReason.OUT_OF_TURN)).isEqualTo(1);
        assertThat(a.role()).isEqualTo(Role.MINORITY);
    }

    @Test
    void whoHasAVoteIsToldOfNoMark() {
        view(a, b);
        deliverAll(a, b);
        b.replica.read(1);
        b.replica.endOfTurn();
        ReplicaMessage.Barrier sent = (ReplicaMessage.Barrier) b.next();
        b.replica.message("a", ByteBuffer.wrap(ReplicaCodec.passed(sent.under(), sent.number())));
        assertThat(b.replica.count(ReplicaReason.OUT_OF_TURN)).isEqualTo(1);
        assertThat(b.completed).isEmpty();
    }

    @Test
    void aReadAtAnObserverIsGivenOutWhenAMemberOfThePrimaryHasPassedItsMark() {
        view(a, o);
        deliverAll(a, o);
        a.submit(1, "x");
        o.replica.read(7);
        o.replica.endOfTurn();
        a.deliverNext(a, o);
        o.deliverNext(a, o);
        assertThat(o.reads).containsEntry(7L, "x");
        assertThat(o.completed).isEmpty();
        assertThat(o.replica.awaited()).containsExactly("a");
        assertThat(a.next()).isInstanceOf(ReplicaMessage.Passed.class);
        a.deliverNext(a, o);
        assertThat(o.completed).containsExactly(7L);
        assertThat(o.replica.confirmed()).isEqualTo(1);
    }

    @Test
    void aReadBehindAPlaceWaitsAtAnObserverUntilAllThatItShowsIsInThePrimary() {
        view(a, o);
        deliverAll(a, o);
        a.submit(1, "x");
        a.deliverNext(a, o);
        o.replica.readBehind(8, 1);
        o.replica.endOfTurn();
        assertThat(o.reads).containsEntry(8L, "x");
        assertThat(o.completed).isEmpty();
        deliverAll(a, o);
        assertThat(o.completed).containsExactly(8L);
    }

    @Test
    void whatAnObserverReadWhenThePrimaryBreaksIsReadAgain() {
        view(a, o);
        deliverAll(a, o);
        o.replica.read(7);
        o.replica.endOfTurn();
        o.deliverNext(o);
        o.replica.transition();
        assertThat(o.role()).isEqualTo(Role.MINORITY);
        assertThat(o.completed).isEmpty();
        view(a, o);
        deliverAll(a, o);
        assertThat(o.completed).containsExactly(7L);
    }

    @Test
    void ofTwoMembersWithOneIdentityTheObserverTakesNoPart() {
        ScriptedMember copy = new ScriptedMember(
                "copy", Metadata.fresh(a.replica.id()), Version.INITIAL, ReplicaSettingsOf.observer(SETTINGS));
        view(copy, a);
        deliverAll(copy, a);
        assertThat(a.role()).isEqualTo(Role.PRIMARY);
        assertThat(copy.role()).isEqualTo(Role.MINORITY);
        assertThat(a.reports).anyMatch(each -> each.startsWith("DUPLICATE_MEMBER: copy"));
    }

    @Test
    void aStoreOfAnObserverIsThatOfAMemberWhenItIsStartedAsOne() {
        ReplicaSettings durable = ReplicaSettingsOf.durable(SETTINGS);
        ScriptedMember founder = new ScriptedMember("f", ReplicaSettingsOf.founder(durable, true));
        ScriptedMember observer = new ScriptedMember("p", ReplicaSettingsOf.observer(durable));
        view(founder, observer);
        deliverAll(founder, observer);
        founder.submit(1, "x");
        deliverAll(founder, observer);
        assertThat(observer.role()).isEqualTo(Role.OBSERVER);
        ScriptedMember promoted = new ScriptedMember("p", observer.recorded, observer.replica.version(), durable);
        view(founder, promoted);
        deliverAll(founder, promoted);
        assertThat(promoted.role()).isEqualTo(Role.PRIMARY);
        assertThat(founder.handedOut).as("it had all").isEmpty();
        assertThat(promoted.replica.id()).isEqualTo(observer.replica.id());
    }

    @Test
    void anObserverWhoseStateAPersonPassesOverStaysInTheOldHistory() {
        ReplicaSettings durable = ReplicaSettingsOf.durable(SETTINGS);
        ScriptedMember first = new ScriptedMember("f", ReplicaSettingsOf.founder(durable, true));
        ScriptedMember other = new ScriptedMember("g", durable);
        view(first, other);
        deliverAll(first, other);
        view(first);
        deliverAll(first);
        first.submit(1, "x");
        deliverAll(first);
        assertThat(first.completed).containsExactly(1L);
        ScriptedMember demoted =
                new ScriptedMember("f", first.recorded, first.replica.version(), ReplicaSettingsOf.observer(durable));
        demoted.state = first.state;
        view(demoted, other);
        deliverAll(demoted, other);
        assertThat(other.role()).isEqualTo(Role.MINORITY);
        assertThat(other.replica.bootstrap()).isTrue();
        deliverAll(demoted, other);
        assertThat(other.role()).isEqualTo(Role.PRIMARY);
        assertThat(demoted.role()).isEqualTo(Role.MINORITY);
        assertThat(demoted.state).isEqualTo("x");
        assertThat(demoted.replica.lineage()).isEqualTo(first.replica.lineage());
        assertThat(demoted.replica.lastPrimary()).isEqualTo(first.replica.lastPrimary());
    }

    /** Version 6 has no observers: it refuses what names one, by its report of another version, and nothing else. */
    @Test
    void onlyWhatNamesAnObserverIsOfTheNewerVersion() {
        view(a, o);
        byte[] ofMember = a.takeNext();
        byte[] ofObserver = o.takeNext();
        assertThat(ofMember[2]).isEqualTo((byte) 6);
        assertThat(ofObserver[2]).isEqualTo((byte) 7);
        assertThat(ReplicaCodec.passed(5, 9)[2]).isEqualTo((byte) 7);
        assertThat(decode(ReplicaCodec.passed(5, 9))).isEqualTo(new ReplicaMessage.Passed(5, 9));
        assertThat(decode(ofObserver)).isInstanceOf(ReplicaMessage.State.class);
        ofObserver[2] = 6;
        assertThat(decode(ofObserver)).isEqualTo(new ReplicaMessage.Bad(ReplicaReason.MALFORMED));
        ofMember[2] = 7;
        assertThat(decode(ofMember)).isEqualTo(new ReplicaMessage.Bad(ReplicaReason.MALFORMED));
        ofMember[2] = 8;
        assertThat(decode(ofMember)).isEqualTo(new ReplicaMessage.Bad(ReplicaReason.OTHER_PROTOCOL_VERSION));
    }
}
