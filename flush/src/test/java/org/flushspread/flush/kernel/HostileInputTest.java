package org.flushspread.flush.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What others may send cannot hurt: it is dropped under a name and counted, or, where going on would break a promise, ends the connection. */
@Tag("once")
class HostileInputTest implements FlushOutput {
    private static final String A = "#a#d";
    private static final String B = "#b#d";
    private static final String C = "#c#d";
    private static final FlushLimits SMALL = new FlushLimits(3, 5, 4, 2, 100, 3, 50);

    private final List<GroupEvent> events = new ArrayList<>();
    private final List<Outgoing> sent = new ArrayList<>();
    private final FlushDispatcher layer = new FlushDispatcher(A, this, SMALL);

    @Override
    public void event(GroupEvent event) {
        events.add(event);
    }

    @Override
    public void send(Outgoing message) {
        sent.add(message);
    }

    private static GroupId id(int index) {
        return new GroupId(new MembershipId(1, 2), index);
    }

    private static ByteBuffer gid(GroupId id, boolean little) {
        ByteBuf out = Unpooled.buffer();
        if (little) {
            id.write(out);
        } else {
            out.writeInt(id.membershipId().procId())
                    .writeInt(id.membershipId().time())
                    .writeInt(id.index());
        }
        return out.nioBuffer();
    }

    private void control(short type, String from, GroupId id) {
        layer.data(ServiceType.FIFO_MESS, from, List.of("g"), type, true, gid(id, true));
    }

    private void data(int service, String from, short type, int length) {
        layer.data(service, from, List.of("g"), type, true, ByteBuffer.allocate(length));
    }

    private void wrapped(String from, GroupId in, int length) {
        ByteBuffer body = ByteBuffer.allocate(length + 14);
        body.position(length + 2);
        body.put(gid(in, true)).flip();
        layer.data(ServiceType.RELIABLE_MESS, from, List.of("g"), FlushService.VULNERABLE, true, body);
    }

    private void membership(int index, Cause cause, String changed, String... members) {
        layer.membership("g", cause, id(index), List.of(members), List.of(changed), 7);
    }

    private void consent(int index, String... from) {
        for (String each : from) {
            control(FlushService.FLUSH_OK, each, id(index));
        }
    }

    /** a and b in one view, nothing pending. */
    private void steady() {
        assertThat(layer.join("g").refusal()).isNull();
        membership(1, Cause.JOIN, A, A, B);
        consent(1, A, B);
        control(FlushService.FLUSH_RECV, A, id(1));
        control(FlushService.FLUSH_RECV, B, id(1));
        assertThat(layer.viewState("g")).isEqualTo(ViewState.STEADY);
        events.clear();
        sent.clear();
    }

    private void counted(FlushReason why, long times) {
        assertThat(layer.counters().refused(why)).as(why.name()).isEqualTo(times);
        assertThat(layer.failure()).isNull();
    }

    @Test
    void bodiesShorterThanTheirTrailersAreDropped() {
        steady();
        data(ServiceType.FIFO_MESS, B, FlushService.FLUSH_OK, 11);
        data(ServiceType.FIFO_MESS, B, FlushService.FLUSH_RECV, 0);
        data(ServiceType.FIFO_MESS, B, FlushService.VULNERABLE, 13);
        data(ServiceType.FIFO_MESS | FlushService.SUBGROUP_CAST, B, (short) 0, 31);
        data(ServiceType.FIFO_MESS | FlushService.SUBGROUP_CAST, B, FlushService.VULNERABLE, 45);
        counted(FlushReason.MALFORMED_TRAILER, 5);
        assertThat(events).isEmpty();
    }

    @Test
    void randomBytesNeverThrow() {
        steady();
        Random random = new Random(5);
        for (int i = 0; i < 100_000; i++) {
            byte[] body = new byte[random.nextInt(60)];
            random.nextBytes(body);
            short type = (short) (random.nextBoolean() ? -32768 + random.nextInt(3) : random.nextInt());
            List<String> groups = random.nextInt(9) == 0 ? List.of() : List.of(random.nextBoolean() ? "g" : A);
            layer.data(
                    random.nextInt() | ServiceType.FIFO_MESS,
                    random.nextBoolean() ? B : C,
                    groups,
                    type,
                    random.nextBoolean(),
                    ByteBuffer.wrap(body));
        }
        assertThat(layer.failure()).isNull();
        assertThat(layer.viewState("g")).isEqualTo(ViewState.STEADY);
    }

    @Test
    void trailersAreReadInTheOrderOfTheHint() {
        steady();
        ByteBuffer body = ByteBuffer.allocate(15);
        body.put((byte) 'x').putShort((short) -5).put(gid(id(1), false)).flip();
        layer.data(ServiceType.FIFO_MESS, B, List.of("g"), FlushService.VULNERABLE, false, body);
        assertThat(events).singleElement().isInstanceOfSatisfying(GroupEvent.Data.class, message -> {
            assertThat(message.messType()).isEqualTo((short) -5);
            assertThat(message.endianMismatch()).isTrue();
            assertThat(message.body().remaining()).isEqualTo(1);
        });
    }

    @Test
    void strangersAreNotHeard() {
        steady();
        data(ServiceType.FIFO_MESS, C, (short) 0, 3);
        counted(FlushReason.SENDER_NOT_IN_VIEW, 1);
        wrapped(B, id(9), 3);
        counted(FlushReason.FOREIGN_VIEW, 1);
        layer.data(ServiceType.FIFO_MESS, B, List.of("other"), (short) 0, true, ByteBuffer.allocate(1));
        layer.data(ServiceType.FIFO_MESS, B, List.of("other"), FlushService.FLUSH_OK, true, gid(id(1), true));
        counted(FlushReason.UNKNOWN_GROUP, 2);
        layer.data(ServiceType.FIFO_MESS, B, List.of(), (short) 0, true, ByteBuffer.allocate(1));
        counted(FlushReason.NO_DESTINATION, 1);
        assertThat(events).isEmpty();
        layer.data(ServiceType.FIFO_MESS, C, List.of("other", A), (short) 0, true, ByteBuffer.allocate(1));
        assertThat(events).as("several groups, one of them private (Q31)").hasSize(1);
    }

    @Test
    void whatADeadSessionLeftBehindIsIgnored() {
        layer.transition("old");
        layer.selfLeave("old");
        layer.membership("old", Cause.NETWORK, id(1), List.of(B), List.of(B), 0);
        counted(FlushReason.MEMBERSHIP_NOT_EXPECTED, 3);
        assertThat(layer.join("g").refusal()).isNull();
        membership(1, Cause.NETWORK, B, B);
        counted(FlushReason.MEMBERSHIP_WITHOUT_SELF, 1);
        assertThat(layer.isJoining("g")).isTrue();
        assertThat(sent).isEmpty();
    }

    @Test
    void aForgedConsentInstallsNothing() {
        steady();
        membership(2, Cause.JOIN, C, A, B, C);
        assertThat(layer.flush("g")).isNull();
        consent(2, A, C, "#z#d", "#y#d");
        counted(FlushReason.CONSENT_OF_STRANGER, 2);
        assertThat(layer.viewState("g")).isEqualTo(ViewState.AGREE);
        PendingView pending = layer.pendingView("g");
        assertThat(pending).isNotNull();
        if (pending != null) {
            assertThat(pending.missing()).containsExactly(B);
            assertThat(pending.arrivedNanos()).isEqualTo(7);
            assertThat(pending.queued()).isEqualTo(1);
        }
        consent(2, B);
        assertThat(layer.viewState("g")).isEqualTo(ViewState.VERIFY);
        control(FlushService.FLUSH_RECV, B, id(2));
        control(FlushService.FLUSH_RECV, B, id(2));
        control(FlushService.FLUSH_RECV, "#z#d", id(2));
        control(FlushService.FLUSH_RECV, B, id(77));
        assertThat(layer.viewState("g")).as("three messages of one member").isEqualTo(ViewState.VERIFY);
        counted(FlushReason.CONFIRMATION_OF_STRANGER, 1);
        counted(FlushReason.CONFIRMATION_NOT_AWAITED, 1);
        control(FlushService.FLUSH_RECV, A, id(2));
        control(FlushService.FLUSH_RECV, C, id(2));
        assertThat(layer.viewState("g")).isEqualTo(ViewState.STEADY);
    }

    @Test
    void anEarlyConsentCountsWhenItsMembershipComes() {
        steady();
        consent(2, C, B);
        membership(2, Cause.JOIN, C, A, B, C);
        assertThat(layer.flush("g")).isNull();
        consent(2, A);
        assertThat(layer.viewState("g")).isEqualTo(ViewState.VERIFY);
    }

    @Test
    void earlyConsentsAreBoundedBySenderInAllAndByAge() {
        steady();
        for (int i = 100; i < 110; i++) {
            consent(i, "#z#d");
        }
        counted(FlushReason.EARLY_LIMIT_OF_SENDER, 7);
        consent(2, B, C);
        consent(200, "#y#d");
        counted(FlushReason.EARLY_LIMIT, 1);
        GroupAutomaton automaton = automaton();
        assertThat(automaton.earlyConsents()).isEqualTo(5);
        for (int i = 3; i < 12; i++) {
            membership(i, Cause.JOIN, "#n" + i + "#d", A, B);
            assertThat(layer.flush("g")).isNull();
            consent(i, A, B);
        }
        counted(FlushReason.EARLY_TOO_OLD, 4);
        assertThat(automaton.earlyConsents()).isZero();
    }

    private GroupAutomaton automaton() {
        @Nullable GroupAutomaton automaton = layer.automaton("g");
        if (automaton == null) {
            throw new AssertionError("no group");
        }
        return automaton;
    }

    @Test
    void earlyDataIsKeptForMembersAloneAndBounded() {
        steady();
        membership(2, Cause.JOIN, C, A, B, C);
        assertThat(layer.flush("g")).isNull();
        wrapped("#z#d", id(2), 1);
        counted(FlushReason.SENDER_NOT_IN_PENDING_VIEW, 1);
        events.clear();
        wrapped(C, id(2), 1);
        wrapped(B, id(2), 1);
        assertThat(events).isEmpty();
        assertThat(automaton().postponedMessages()).isEqualTo(2);
        wrapped(B, id(2), 1);
        assertThat(layer.failure()).isEqualTo(FlushReason.POSTPONED_LIMIT);
        assertThat(FlushReason.POSTPONED_LIMIT.fatal()).isTrue();
        consent(2, A, B, C);
        membership(3, Cause.LEAVE, C, A, B);
        assertThat(events.size()).as("a failed layer takes no more changes").isLessThanOrEqualTo(3);
    }

    @Test
    void earlyDataOfACollapsedChangeIsDropped() {
        steady();
        membership(2, Cause.JOIN, C, A, B, C);
        assertThat(layer.flush("g")).isNull();
        wrapped(C, id(2), 1);
        membership(3, Cause.DISCONNECT, B, A, C);
        counted(FlushReason.POSTPONED_FOR_COLLAPSED_CHANGE, 1);
        consent(3, A, C);
        assertThat(events).last().isInstanceOf(GroupEvent.View.class);
        assertThat(events).noneMatch(GroupEvent.Data.class::isInstance);
    }

    @Test
    void changesAreBoundedWhileNobodyFlushes() {
        steady();
        for (int i = 2; i < 5; i++) {
            membership(i, Cause.JOIN, C, A, B, C);
        }
        assertThat(layer.failure()).isNull();
        membership(5, Cause.JOIN, C, A, B, C);
        assertThat(layer.failure()).isEqualTo(FlushReason.PENDING_LIMIT);
    }

    /** B never flushes, A has; meanwhile others come and go, and strangers say what they like. */
    @Test
    void aMemberThatNeverFlushesCostsTheOthersNoMoreThanTheLimits() {
        FlushLimits limits = FlushLimits.DEFAULT;
        FlushDispatcher patient = new FlushDispatcher(A, this, limits);
        assertThat(patient.join("g").refusal()).isNull();
        patient.membership("g", Cause.JOIN, id(1), List.of(A, B), List.of(A), 0);
        for (String each : List.of(A, B)) {
            patient.data(ServiceType.FIFO_MESS, each, List.of("g"), FlushService.FLUSH_OK, true, gid(id(1), true));
        }
        int index = 1;
        while (patient.failure() == null) {
            String guest = "#n" + index + "#d";
            patient.membership("g", Cause.JOIN, id(++index), List.of(A, B, guest), List.of(guest), 0);
            patient.membership("g", Cause.DISCONNECT, id(++index), List.of(A, B), List.of(guest), 0);
            if (index == 3) {
                assertThat(patient.flush("g")).isNull();
            }
            for (int i = 0; i < 10; i++) {
                patient.data(
                        ServiceType.FIFO_MESS,
                        "#s" + index + "-" + i + "#d",
                        List.of("g"),
                        FlushService.FLUSH_OK,
                        true,
                        gid(id(10_000_000 + index + i), true));
            }
            events.clear();
            sent.clear();
            assertThat(index).as("it ends").isLessThan(3 * limits.pendingChanges());
        }
        assertThat(patient.failure())
                .as("the connection ends before more is kept")
                .isEqualTo(FlushReason.PENDING_LIMIT);
        PendingView pending = patient.pendingView("g");
        assertThat(pending).isNotNull();
        if (pending != null) {
            assertThat(pending.missing()).contains(B);
            assertThat(pending.queued()).isLessThanOrEqualTo(limits.pendingChanges());
        }
        GroupAutomaton automaton = patient.automaton("g");
        assertThat(automaton).isNotNull();
        if (automaton != null) {
            assertThat(automaton.earlyConsents()).isLessThanOrEqualTo(limits.early());
        }
        int before = events.size();
        patient.membership("g", Cause.JOIN, id(++index), List.of(A, B, C), List.of(C), 0);
        assertThat(events).as("nothing more is taken in").hasSize(before);
    }

    /** The pending change waits for ever, and each of very many sessions consents to it. */
    @Test
    void consentsOfStrangersAreNotKept() {
        steady();
        membership(2, Cause.JOIN, C, A, B, C);
        for (int i = 0; i < 100_000; i++) {
            consent(2, "#stranger" + i + "#d");
        }
        counted(FlushReason.CONSENT_OF_STRANGER, 100_000);
        assertThat(automaton().earlyConsents()).isZero();
        assertThat(layer.flush("g")).isNull();
        consent(2, A, C);
        assertThat(layer.viewState("g")).isEqualTo(ViewState.AGREE);
    }

    @Test
    void aMembershipThatContradictsItselfEndsTheConnection() {
        steady();
        layer.membership("g", Cause.NETWORK, id(2), List.of(A, B), List.of(B), 0);
        assertThat(layer.failure()).isEqualTo(FlushReason.MALFORMED_MEMBERSHIP);
    }

    @Test
    void aRefusedJoinIsForgotten() {
        assertThat(layer.join("g").refusal()).isNull();
        assertThat(layer.join("g").refusal()).isEqualTo(SpreadCode.ILLEGAL_GROUP);
        layer.reject(
                ServiceType.REJECT_MESS | ServiceType.CAUSED_BY_JOIN,
                A,
                List.of("g", A),
                (short) 0,
                true,
                ByteBuffer.allocate(0));
        assertThat(events).singleElement().isInstanceOf(GroupEvent.Reject.class);
        assertThat(layer.join("g").refusal()).isNull();
    }

    @Test
    void namesInTrailersEndAtTheirNul() {
        steady();
        ByteBuf body = Unpooled.buffer();
        body.writeByte('x').writeByte('g').writeByte(0).writeZero(Name.SLOT - 3).writeByte('!');
        layer.data(
                ServiceType.FIFO_MESS | FlushService.SUBGROUP_CAST, B, List.of(A), (short) 1, true, body.nioBuffer());
        assertThat(events)
                .singleElement()
                .isInstanceOfSatisfying(
                        GroupEvent.Data.class,
                        message -> assertThat(message.groups()).containsExactly(A, "g"));
    }
}
