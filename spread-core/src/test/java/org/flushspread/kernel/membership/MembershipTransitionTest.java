package org.flushspread.kernel.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flushspread.wire.Representative.Type.RING_REP;
import static org.flushspread.wire.Representative.Type.SEG_REP;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Objects;
import org.flushspread.config.Configuration;
import org.flushspread.kernel.FakePorts;
import org.flushspread.kernel.base.DeadlineKind;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.MembershipState;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.Form1;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.Representative;
import org.flushspread.wire.TokenHeader;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The tables of membership-protocol 4: state by event. I am b where nothing else is said, in a ring {a,b,c} of a to d.
 *
 * <p>One class because it is read beside one table: a class in it for each event, a test for each state in which that means something of its
 * own. What is missing shows where all stand together.
 */
class MembershipTransitionTest {
    private static final Configuration ONE = TestConfigurations.oneSegment(4);
    private static final Configuration TWO = TestConfigurations.twoSegments();

    private static Bench in(MembershipState state) {
        return Bench.in(state, ONE, "b", "abc");
    }

    private static void expectTokenLost(Bench bench, Reason why) {
        assertThat(bench.state()).isEqualTo(MembershipState.SEG);
        assertThat(bench.node.ring.losses).isEqualTo(2);
        assertThat(bench.ports.events()).contains(new Event.TokenLost(why));
        assertThat(bench.armed(DeadlineKind.SEG)).isTrue();
        assertThat(bench.armed(DeadlineKind.ALIVE)).isTrue();
        for (DeadlineKind each : List.of(
                DeadlineKind.TOKEN, DeadlineKind.JOIN, DeadlineKind.GATHER, DeadlineKind.HURRY, DeadlineKind.LOOKUP)) {
            assertThat(bench.armed(each)).as("%s", each).isFalse();
        }
    }

    @Nested
    class AnAlive {
        @Test
        void ofAMemberBreaksTheRingInOpAndIsNamedInTheFirstAlive() {
            Bench b = in(MembershipState.OP);
            b.alive("a");
            expectTokenLost(b, Reason.ALIVE_FROM_MEMBER);
            assertThat(b.sent()).containsExactly("ALIVE -> segment0 [b,a]");
        }

        @Test
        void ofAStrangerIsIgnoredInOp() {
            Bench b = in(MembershipState.OP);
            b.alive("d");
            assertThat(b.state()).isEqualTo(MembershipState.OP);
            assertThat(b.sent()).isEmpty();
        }

        @Test
        void isRememberedInSeg() {
            Bench b = in(MembershipState.SEG);
            b.alive("c");
            b.alive("c");
            b.wait(250);
            assertThat(b.sent()).containsExactly("ALIVE -> segment0 [b,c]");
        }

        @Test
        void keepsARepresentedDaemonQuietForAnotherRepTimeout() {
            Bench b = in(MembershipState.REPRESENTED);
            b.wait(600);
            b.alive("d");
            b.wait(600);
            assertThat(b.state()).isEqualTo(MembershipState.REPRESENTED);
            b.wait(30);
            assertThat(b.state()).isEqualTo(MembershipState.SEG);
        }

        @Test
        void isRememberedInGatherWithoutToken() {
            Bench b = in(MembershipState.GATHER);
            b.alive("d");
            b.wait(250);
            assertThat(b.sent()).containsExactly("JOIN -> segment0 [b,d] b/SEG_REP");
        }

        @Test
        void ofAMemberBreaksTheRingInGatherWithToken() {
            Bench b = Bench.gatherWithToken(ONE, "b", "bc");
            b.alive("d");
            assertThat(b.state()).isEqualTo(MembershipState.GATHER);
            b.alive("c");
            expectTokenLost(b, Reason.ALIVE_FROM_MEMBER);
        }

        @Test
        void isIgnoredInForm() {
            Bench b = in(MembershipState.FORM);
            b.alive("a");
            assertThat(b.state()).isEqualTo(MembershipState.FORM);
            assertThat(b.sent()).isEmpty();
        }

        @Test
        void ofAFutureMemberAbortsEvs() {
            Bench b = in(MembershipState.EVS);
            b.alive("d");
            assertThat(b.state()).isEqualTo(MembershipState.EVS);
            b.alive("c");
            expectTokenLost(b, Reason.ALIVE_FROM_MEMBER);
        }

        @ParameterizedTest
        @EnumSource(MembershipState.class)
        void ofAnotherSegmentIsIgnoredEverywhere(MembershipState state) {
            Bench b = Bench.in(state, TWO, "b", "abc");
            b.alive("c");
            assertThat(b.state()).isEqualTo(state);
            assertThat(b.refused(Reason.OTHER_SEGMENT)).isEqualTo(1);
        }
    }

    @Nested
    class AJoin {
        @Test
        void ofAStrangerPutsARingLeaderIntoGatherWithoutItsSenderAmongTheReps() {
            Bench b = Bench.in(MembershipState.OP, ONE, "a", "abc");
            b.join("d", SEG_REP, "");
            assertThat(b.state()).isEqualTo(MembershipState.GATHER);
            assertThat(b.node.ring.tokenAlive()).isTrue();
            assertThat(b.sent()).containsExactly("JOIN -> d [] a/RING_REP");
            assertThat(b.armed(DeadlineKind.LOOKUP)).isFalse();
            b.join("d", SEG_REP, "");
            b.wait(250);
            assertThat(b.sent()).containsExactly("JOIN -> d [] a/RING_REP,d/SEG_REP");
        }

        @Test
        void ofTheOwnSegmentIsIgnoredByAMember() {
            Bench b = in(MembershipState.OP);
            b.join("d", SEG_REP, "");
            assertThat(b.state()).isEqualTo(MembershipState.OP);
            assertThat(b.sent()).isEmpty();
        }

        @Test
        void ofAnotherSegmentIsReferredToTheRingLeaderByAMember() {
            Bench b = Bench.in(MembershipState.OP, TWO, "b", "abc");
            b.join("d", SEG_REP, "");
            assertThat(b.sent()).containsExactly("REFER -> d a/RING_REP");
        }

        @Test
        void ofTheOwnSegmentIsReferredByTheLeaderOfTheSegment() {
            Bench d = Bench.in(MembershipState.OP, TWO, "d", "abd");
            d.join("c", SEG_REP, "");
            assertThat(d.sent()).containsExactly("REFER -> c a/RING_REP");
            assertThat(d.state()).isEqualTo(MembershipState.OP);
        }

        @Test
        void ofAMemberIsALookupWithOneSegmentAndATokenLossWithMore() {
            Bench one = in(MembershipState.OP);
            one.join("a", RING_REP, "");
            assertThat(one.state()).isEqualTo(MembershipState.OP);
            assertThat(one.sent()).isEmpty();
            Bench two = Bench.in(MembershipState.OP, TWO, "b", "abc");
            two.join("c", SEG_REP, "");
            expectTokenLost(two, Reason.JOIN_FROM_MEMBER);
        }

        @Test
        void ofASegRepOfTheSegmentEndsSegEvenIfItIsLaterInTheConfiguration() {
            Bench b = in(MembershipState.SEG);
            b.join("c", SEG_REP, "");
            assertThat(b.state()).isEqualTo(MembershipState.REPRESENTED);
            assertThat(b.sent()).containsExactly("ALIVE -> segment0 [b]");
            assertThat(b.armed(DeadlineKind.REP)).isTrue();
            assertThat(b.armed(DeadlineKind.SEG)).isFalse();
            assertThat(b.armed(DeadlineKind.ALIVE)).isFalse();
        }

        @Test
        void ofAnybodyElseIsIgnoredInSeg() {
            Bench b = Bench.in(MembershipState.SEG, TWO, "b", "ab");
            b.join("a", RING_REP, "");
            b.join("c", SEG_REP, "");
            assertThat(b.state()).isEqualTo(MembershipState.SEG);
            assertThat(b.sent()).isEmpty();
        }

        @Test
        void ofASegRepIsAnsweredByARepresentedDaemon() {
            Bench b = in(MembershipState.REPRESENTED);
            b.wait(600);
            b.join("a", SEG_REP, "");
            assertThat(b.sent()).containsExactly("ALIVE -> segment0 [b]");
            b.wait(600);
            assertThat(b.state()).isEqualTo(MembershipState.REPRESENTED);
        }

        @Test
        void ofAnybodyElseIsReferredToItsSegRepByARepresentedDaemon() {
            Bench b = Bench.in(MembershipState.REPRESENTED, TWO, "b", "ab");
            b.join("c", SEG_REP, "");
            b.join("a", RING_REP, "");
            assertThat(b.sent()).containsExactly("REFER -> c a/SEG_REP", "REFER -> a a/SEG_REP");
        }

        @Test
        void isNotReferredWhileTheSegRepIsUnknown() {
            Bench b = Bench.in(MembershipState.SEG, TWO, "b", "ab");
            b.alive("a");
            b.wait(500);
            assertThat(b.state()).isEqualTo(MembershipState.REPRESENTED);
            b.sent();
            b.join("c", SEG_REP, "");
            assertThat(b.sent()).isEmpty();
        }

        @Test
        void isCollectedInGatherWithAllItLists() {
            Bench b = in(MembershipState.GATHER);
            b.join("d", SEG_REP, "c");
            b.wait(250);
            assertThat(b.sent())
                    .containsExactly(
                            "JOIN -> segment0 [b] b/SEG_REP,d/SEG_REP",
                            "JOIN -> d [b] b/SEG_REP,d/SEG_REP",
                            "JOIN -> c [b] b/SEG_REP,d/SEG_REP");
        }

        @Test
        void ofTheSmallestRestartsTheGatherTimer() {
            Bench c = Bench.in(MembershipState.GATHER, TWO, "c", "c");
            c.wait(1000);
            c.join("a", SEG_REP, "");
            c.wait(1200);
            assertThat(c.state()).isEqualTo(MembershipState.GATHER);
            c.sent();
            c.wait(100);
            assertThat(c.sent()).contains("JOIN -> segment1 [c] c/SEG_REP");
        }

        @Test
        void ofAFutureMemberAbortsEvs() {
            Bench b = in(MembershipState.EVS);
            b.join("d", SEG_REP, "");
            assertThat(b.state()).isEqualTo(MembershipState.EVS);
            b.join("a", SEG_REP, "");
            expectTokenLost(b, Reason.JOIN_FROM_MEMBER);
            assertThat(b.sent()).containsExactly("ALIVE -> segment0 [b,a]");
        }

        @Test
        void isIgnoredInForm() {
            Bench b = in(MembershipState.FORM);
            b.join("a", SEG_REP, "");
            assertThat(b.state()).isEqualTo(MembershipState.FORM);
            assertThat(b.sent()).isEmpty();
        }
    }

    @Nested
    class ARefer {
        @ParameterizedTest
        @EnumSource(value = MembershipState.class, mode = EnumSource.Mode.EXCLUDE, names = "GATHER")
        void isIgnoredEverywhereElse(MembershipState state) {
            Bench b = in(state);
            b.refer("c", "d", RING_REP);
            assertThat(b.state()).isEqualTo(state);
            assertThat(b.sent()).isEmpty();
        }

        @Test
        void tellsInGatherWhereToSendTheNextJoin() {
            Bench b = in(MembershipState.GATHER);
            b.refer("c", "d", RING_REP);
            b.wait(250);
            assertThat(b.sent()).containsExactly("JOIN -> segment0 [b] b/SEG_REP", "JOIN -> d [b] b/SEG_REP");
        }
    }

    @Nested
    class AForm1 {
        @Test
        void isSwallowedByARingLeader() {
            Bench b = Bench.in(MembershipState.OP, ONE, "b", "bc");
            b.receive(true, b.form1("abc"));
            assertThat(b.state()).isEqualTo(MembershipState.OP);
            assertThat(b.refused(Reason.FORM_NOT_EXPECTED)).isEqualTo(1);
        }

        @Test
        void isProcessedByAMember() {
            Bench b = in(MembershipState.OP);
            b.receive(true, b.form1("abc"));
            assertThat(b.state()).isEqualTo(MembershipState.FORM);
            assertThat(b.sent())
                    .containsExactly(
                            "FORM1 -> c [a,b]+[c] fence 3333 a/SEG_REP next 1 {a new 0..0 [] [a][]} {a 0..0 [] [b][]}",
                            "FORM1 -> c [a,b]+[c] fence 3333 a/SEG_REP next 1 {a new 0..0 [] [a][]} {a 0..0 [] [b][]}");
            assertThat(b.node.ring.tokenAlive()).isFalse();
            assertThat(b.armed(DeadlineKind.TOKEN)).isTrue();
        }

        @Test
        void isProcessedByARepresentedDaemonAndTheLastOneMakesIt2() {
            Bench c = Bench.in(MembershipState.REPRESENTED, ONE, "c", "abc");
            c.receive(true, c.form1("abc"));
            assertThat(c.state()).isEqualTo(MembershipState.FORM);
            String form2 =
                    "FORM2 -> a []+[a,b,c] fence 3333 id - {a new 0..0 [] [a][]} {b new 0..0 [] [b][]} {c new 0..0 [] [c][]}";
            assertThat(c.sent()).containsExactly(form2, form2);
            assertThat(c.armed(DeadlineKind.REP)).isFalse();
        }

        @Test
        void passesOverARepresentativeThatCameWithItsOldRing() {
            Bench b = in(MembershipState.OP);
            Representative me = b.rep("b", SEG_REP);
            b.receive(
                    true,
                    b.written(new Form1(
                            b.daemon("a").id(),
                            new MembershipId(b.daemon("a").id(), Bench.EPOCH),
                            3333,
                            b.ids("a"),
                            b.ids("b"),
                            List.of(b.rep("a", SEG_REP), me, b.rep("c", SEG_REP)),
                            1,
                            List.of(Bench.ring(b.daemon("a").id())))));
            assertThat(b.state()).isEqualTo(MembershipState.FORM);
            assertThat(b.sent()).hasSize(2).allMatch(line -> line.startsWith("FORM1 -> c [a,b]+[] "));
        }

        @Test
        void isSwallowedInSeg() {
            Bench b = in(MembershipState.SEG);
            b.receive(true, b.form1("abc"));
            assertThat(b.state()).isEqualTo(MembershipState.SEG);
            assertThat(b.sent()).isEmpty();
        }

        @ParameterizedTest
        @EnumSource(
                value = MembershipState.class,
                names = {"FORM", "EVS"})
        void isSwallowedWithoutAWordWhereItIsASecondCopy(MembershipState state) {
            Bench b = in(state);
            b.receive(true, b.form1("abc"));
            assertThat(b.state()).isEqualTo(state);
            assertThat(b.sent()).isEmpty();
            assertThat(b.refused(Reason.FORM_NOT_EXPECTED)).isZero();
        }

        @Test
        void isDroppedByAMemberWhoseTurnItIsNot() {
            Bench c = Bench.in(MembershipState.REPRESENTED, ONE, "c", "abc");
            Bench b = in(MembershipState.REPRESENTED);
            c.receive(true, b.form1("abc"));
            assertThat(c.state()).isEqualTo(MembershipState.REPRESENTED);
            assertThat(c.refused(Reason.FORM_NOT_EXPECTED)).isEqualTo(1);
        }
    }

    @Nested
    class AForm2 {
        @ParameterizedTest
        @EnumSource(value = MembershipState.class, mode = EnumSource.Mode.EXCLUDE, names = "FORM")
        void isSwallowedEverywhereElse(MembershipState state) {
            Bench b = in(state);
            b.receive(true, b.form2("abc"));
            assertThat(b.state()).isEqualTo(state);
            assertThat(b.sent()).isEmpty();
        }

        @Test
        void startsRecoveryAndGoesOn() {
            Bench b = in(MembershipState.FORM);
            b.receive(true, b.form2("abc"));
            assertThat(b.state()).isEqualTo(MembershipState.EVS);
            String onward =
                    "FORM2 -> c [a,b]+[c] fence 3333 id a {a new 0..0 [] [a][]} {b new timed 0..0 [] [b][]} {c new 0..0 [] [c][]}";
            assertThat(b.sent()).containsExactly(onward, onward);
            assertThat(b.node.ring.fence).isEqualTo(3333);
            assertThat(b.node.ring.tokenAlive()).isTrue();
        }

        @Test
        void ofAnotherForm1IsDropped() {
            Bench b = in(MembershipState.FORM);
            ByteBuf form2 = b.form2("abc");
            form2.setIntLE(TokenHeader.MEMBERSHIP_ID + 4, 5);
            b.receive(true, form2);
            assertThat(b.state()).isEqualTo(MembershipState.FORM);
            assertThat(b.refused(Reason.FORM_NOT_EXPECTED)).isEqualTo(1);
        }

        @Test
        void givesTheFirstOneTheIdAndTheNextTime() {
            Bench a = Bench.in(MembershipState.GATHER, ONE, "a", "a");
            a.wait(1249);
            assertThat(a.node.installed).isEmpty();
            a.wait(1);
            assertThat(a.node.installed).hasSize(1);
            int me = a.daemon("a").id();
            assertThat(a.node.installed.get(0).id()).isEqualTo(new MembershipId(me, Bench.EPOCH + 2));
            assertThat(Objects.requireNonNull(a.node.ring.recovered).transTime())
                    .isEqualTo(Bench.EPOCH + 1);
        }
    }

    @Nested
    class AForeignPacket {
        @Test
        void startsALookupAtARingLeader() {
            Bench a = Bench.in(MembershipState.OP, ONE, "a", "ab");
            a.foreign("c");
            assertThat(a.state()).isEqualTo(MembershipState.GATHER);
            assertThat(a.sent()).containsExactly("JOIN -> segment0 [] a/RING_REP");
        }

        @Test
        void isForwardedOnceByASegmentLeader() {
            Bench c = Bench.in(MembershipState.OP, TWO, "c", "abc");
            c.foreign("d");
            c.foreign("d");
            List<FakePorts.Datagram> sent = c.ports.takeSent();
            assertThat(sent).hasSize(2);
            assertThat(sent.get(0).to()).isEqualTo(c.node.context.routes().data(c.daemon("a")));
            assertThat(sent.get(0).buffer().getIntLE(0)).isEqualTo(0x80000088);
            assertThat(sent.get(0).buffer().getIntLE(4)).isEqualTo(c.daemon("c").id());
            assertThat(sent.get(0).buffer().getIntLE(8)).isEqualTo(c.daemon("d").id());
            assertThat(sent.get(1).hex()).isEqualTo(sent.get(0).hex());
            assertThat(c.refused(Reason.FOREIGN_PACKET_IGNORED)).isOne();
        }

        @ParameterizedTest
        @EnumSource(MembershipState.class)
        void isIgnoredByAllOthers(MembershipState state) {
            Bench b = Bench.in(state, TWO, "b", "abc");
            b.foreign("d");
            assertThat(b.state()).isEqualTo(state);
            assertThat(b.sent()).isEmpty();
            assertThat(b.refused(Reason.FOREIGN_PACKET_IGNORED)).isOne();
        }
    }

    @Nested
    class ATimer {
        @Test
        void ofTheTokenBreaksTheRing() {
            Bench op = in(MembershipState.OP);
            op.fire(DeadlineKind.TOKEN);
            expectTokenLost(op, Reason.TOKEN_TIMEOUT);
            Bench gather = Bench.gatherWithToken(ONE, "a", "abc");
            gather.fire(DeadlineKind.TOKEN);
            expectTokenLost(gather, Reason.TOKEN_TIMEOUT);
            Bench form = in(MembershipState.FORM);
            form.fire(DeadlineKind.TOKEN);
            expectTokenLost(form, Reason.FORM_TIMEOUT);
            Bench evs = in(MembershipState.EVS);
            evs.fire(DeadlineKind.TOKEN);
            expectTokenLost(evs, Reason.TOKEN_TIMEOUT);
        }

        @ParameterizedTest
        @EnumSource(
                value = MembershipState.class,
                names = {"SEG", "REPRESENTED", "GATHER"})
        void ofTheTokenMeansNothingWithoutAToken(MembershipState state) {
            Bench b = in(state);
            b.fire(DeadlineKind.TOKEN);
            assertThat(b.state()).isEqualTo(state);
        }

        @Test
        void ofSegMakesTheSmallestGatherAndOthersRepresented() {
            Bench b = in(MembershipState.SEG);
            b.alive("c");
            b.wait(500);
            assertThat(b.state()).isEqualTo(MembershipState.GATHER);
            Bench c = Bench.in(MembershipState.SEG, ONE, "c", "c");
            c.alive("b");
            c.wait(500);
            assertThat(c.state()).isEqualTo(MembershipState.REPRESENTED);
        }

        @Test
        void ofGatherEndsALookupThatNobodyAnswered() {
            Bench a = Bench.gatherWithToken(ONE, "a", "abcd");
            a.wait(0);
            a.fire(DeadlineKind.GATHER);
            assertThat(a.state()).isEqualTo(MembershipState.OP);
            assertThat(a.armed(DeadlineKind.LOOKUP)).isTrue();
            assertThat(a.armed(DeadlineKind.JOIN)).isFalse();
        }

        @Test
        void ofGatherReturnsALeaderThatIsNotTheSmallestToOp() {
            Bench a = Bench.gatherWithToken(ONE, "a", "abc");
            a.join("d", SEG_REP, "");
            a.fire(DeadlineKind.GATHER);
            assertThat(a.state()).isEqualTo(MembershipState.OP);
        }

        @Test
        void ofGatherMakesTheSmallestRingLeaderFormWithAllItsMembersPending() {
            Bench a = Bench.gatherWithToken(TWO, "a", "abc");
            a.join("d", RING_REP, "");
            a.sent();
            a.fire(DeadlineKind.GATHER);
            String form1 = "FORM1 -> b [a]+[b,c] fence 3333 a/RING_REP,d/RING_REP next 1 {a 0..0 [] [a][]}";
            assertThat(a.sent()).containsExactly(form1, form1);
        }

        @Test
        void ofGatherStartsAllOverWhereASmallerOneNeverFormed() {
            Bench d = Bench.in(MembershipState.GATHER, TWO, "d", "d");
            d.alive("c");
            d.join("a", SEG_REP, "b");
            d.sent();
            d.fire(DeadlineKind.GATHER);
            assertThat(d.state()).isEqualTo(MembershipState.GATHER);
            assertThat(d.sent()).containsExactly("JOIN -> segment1 [d] d/SEG_REP", "JOIN -> a [d] d/SEG_REP");
        }

        @Test
        void ofLookupProbesEveryMissingDaemonWithSeveralSegments() {
            Bench a = Bench.in(MembershipState.OP, TWO, "a", "ab");
            a.fire(DeadlineKind.LOOKUP);
            assertThat(a.sent()).containsExactly("JOIN -> c [] a/RING_REP", "JOIN -> d [] a/RING_REP");
            assertThat(a.state()).isEqualTo(MembershipState.GATHER);
            Bench whole = Bench.in(MembershipState.OP, TWO, "a", "abcd");
            whole.fire(DeadlineKind.LOOKUP);
            assertThat(whole.sent()).isEmpty();
            assertThat(whole.state()).isEqualTo(MembershipState.OP);
        }

        @ParameterizedTest
        @EnumSource(
                value = MembershipState.class,
                names = {"FORM", "EVS"})
        void ofDiscoveryMeansNothingWhileARingIsFormed(MembershipState state) {
            Bench b = in(state);
            for (DeadlineKind each : List.of(
                    DeadlineKind.ALIVE,
                    DeadlineKind.JOIN,
                    DeadlineKind.REP,
                    DeadlineKind.SEG,
                    DeadlineKind.GATHER,
                    DeadlineKind.LOOKUP)) {
                assertThat(b.armed(each)).as("%s armed", each).isFalse();
                b.fire(each);
            }
            assertThat(b.state()).isEqualTo(state);
            assertThat(b.sent()).isEmpty();
        }
    }

    @Nested
    class ATokenLoss {
        @Test
        void inOpExpectsTheFirstMemberOrTheFirstDaemonOfEveryOtherSegment() {
            Configuration three = TestConfigurations.of(1, 1, 2, 2);
            Bench a = Bench.in(MembershipState.OP, three, "a", "ac");
            a.fire(DeadlineKind.TOKEN);
            a.wait(500);
            assertThat(a.sent()).containsExactly("JOIN -> c [a] a/SEG_REP", "JOIN -> d [a] a/SEG_REP");
        }

        @Test
        void inGatherKeepsTheRepresentativesThatWereHeard() {
            Bench a = Bench.gatherWithToken(TWO, "a", "abc");
            a.join("d", RING_REP, "");
            a.fire(DeadlineKind.TOKEN);
            a.sent();
            a.wait(500);
            assertThat(a.sent())
                    .containsExactly(
                            "ALIVE -> segment0 [a]", "JOIN -> segment0 [a] a/SEG_REP", "JOIN -> d [a] a/SEG_REP");
        }

        @Test
        void inFormKeepsTheRepresentativesOfTheForm1() {
            Bench c = Bench.in(MembershipState.GATHER, TWO, "c", "c");
            c.join("b", SEG_REP, "");
            c.sent();
            c.wait(1000);
            c.join("b", SEG_REP, "");
            Representative me = c.rep("c", SEG_REP);
            c.receive(
                    true,
                    c.written(new Form1(
                            c.daemon("b").id(),
                            new MembershipId(c.daemon("b").id(), Bench.EPOCH),
                            3333,
                            c.ids("b"),
                            List.of(),
                            List.of(c.rep("b", SEG_REP), me),
                            1,
                            List.of(Bench.ring(c.daemon("b").id())))));
            assertThat(c.state()).isEqualTo(MembershipState.FORM);
            c.fire(DeadlineKind.TOKEN);
            c.wait(500);
            assertThat(c.sent()).contains("JOIN -> b [c] c/SEG_REP").noneMatch(line -> line.startsWith("JOIN -> a"));
        }

        @Test
        void shrinksTheWorkingMembershipButNotTheLastInstalledOne() {
            Bench b = in(MembershipState.OP);
            b.fire(DeadlineKind.TOKEN);
            assertThat(b.node.members()).containsExactly("a", "b", "c");
            assertThat(b.node.ring.membershipId())
                    .isEqualTo(new MembershipId(b.daemon("a").id(), 990));
        }
    }
}
