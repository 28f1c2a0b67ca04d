package org.flushspread.kernel.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flushspread.wire.Representative.Type.RING_REP;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.flushspread.config.Configuration;
import org.flushspread.kernel.base.DeadlineKind;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.MembershipState;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.Form1;
import org.flushspread.wire.MembershipId;
import org.junit.jupiter.api.Test;

/** membership-protocol 6.8: a daemon leaves its ring in order. */
class LeavingTest {
    private static final Configuration ONE = TestConfigurations.oneSegment(4);
    private static final Configuration TWO = TestConfigurations.twoSegments();
    private static final String INVITATION = "FORM1 -> a []+[] fence 3333 a/RING_REP next 0 ";

    private static Bench leaving(Bench bench) {
        bench.node.protocol.leave();
        bench.wait(0);
        return bench;
    }

    private static Bench leaving(String me) {
        return leaving(Bench.in(MembershipState.OP, ONE, me, "abc"));
    }

    private static boolean hasLeft(Bench bench) {
        assertThat(bench.ports.events().contains(new Event.Left())).isEqualTo(bench.node.protocol.hasLeft());
        return bench.node.protocol.hasLeft();
    }

    @Test
    void theLeaderSendsTheOthersAFormWithoutItAndIsGone() {
        Bench a = leaving("a");
        assertThat(a.sent())
                .containsExactly(
                        "FORM1 -> b []+[b,c] fence 3333 b/RING_REP next 1 ",
                        "FORM1 -> b []+[b,c] fence 3333 b/RING_REP next 1 ");
        assertThat(hasLeft(a)).isTrue();
    }

    @Test
    void anotherAsksItsLeaderAndWaits() {
        Bench b = leaving("b");
        assertThat(b.sent()).containsExactly("DATA -> a", INVITATION, INVITATION);
        assertThat(hasLeft(b)).isFalse();
        assertThat(b.state()).isEqualTo(MembershipState.OP);
    }

    @Test
    void theFormPassesByWhoLeavesAndHeIsGone() {
        Bench b = leaving("b");
        b.sent();
        b.receive(true, b.form1("abc"));
        assertThat(b.sent())
                .containsExactly(
                        "FORM1 -> c [a]+[c] fence 3333 a/SEG_REP next 1 {a new 0..0 [] [a][]}",
                        "FORM1 -> c [a]+[c] fence 3333 a/SEG_REP next 1 {a new 0..0 [] [a][]}");
        assertThat(hasLeft(b)).isTrue();
    }

    @Test
    void ifHeIsTheLastToBeVisitedHeMakesItFORM2() {
        Bench c = leaving("c");
        c.sent();
        c.receive(true, c.form1("abc"));
        assertThat(c.sent()).hasSize(2).allMatch(each -> each.startsWith("FORM2 -> a []+[a,b] fence 3333 "));
        assertThat(hasLeft(c)).isTrue();
    }

    @Test
    void aFormThatIsNotForHimIsRefused() {
        Bench c = leaving("c");
        c.receive(true, c.form1("a", c.rep("b", RING_REP)));
        assertThat(c.refused(Reason.FORM_NOT_EXPECTED)).isEqualTo(1);
        assertThat(hasLeft(c)).isFalse();
    }

    private static ByteBuf invitation(Bench leader, String from) {
        return leader.written(new Form1(
                leader.daemon(from).id(),
                new MembershipId(leader.daemon(from).id(), Bench.EPOCH),
                3333,
                List.of(),
                List.of(),
                List.of(leader.rep(leader.node.daemon.name(), RING_REP)),
                0,
                List.of()));
    }

    @Test
    void theLeaderTakesTheFormOfAMemberThatLeavesInOp() {
        Bench a = Bench.in(MembershipState.OP, ONE, "a", "abc");
        a.receive(true, invitation(a, "c"));
        assertThat(a.state()).isEqualTo(MembershipState.FORM);
        assertThat(a.sent()).hasSize(2).allMatch(each -> each.startsWith("FORM1 -> b [a]+[b,c] fence "));
    }

    /** From whoever else it comes a lookup comes first (5.6). */
    @Test
    void ofAStrangerItTakesNoneInOp() {
        Bench a = Bench.in(MembershipState.OP, ONE, "a", "abc");
        a.receive(true, invitation(a, "d"));
        assertThat(a.state()).isEqualTo(MembershipState.OP);
        assertThat(a.refused(Reason.FORM_NOT_EXPECTED)).isEqualTo(1);
    }

    @Test
    void aMemberTakesTheFormOfALeaderThatLeaves() {
        Bench b = Bench.in(MembershipState.OP, ONE, "b", "abc");
        b.receive(
                true,
                b.written(new Form1(
                        b.daemon("a").id(),
                        new MembershipId(b.daemon("a").id(), Bench.EPOCH),
                        3333,
                        List.of(),
                        b.ids("bc"),
                        List.of(b.rep("b", RING_REP)),
                        1,
                        List.of())));
        assertThat(b.state()).isEqualTo(MembershipState.FORM);
        assertThat(b.sent()).hasSize(2).allMatch(each -> each.startsWith("FORM1 -> c [b]+[c] "));
    }

    @Test
    void aLeaderThatDoesNotAnswerIsAskedThreeTimesAndThenAllAreToldByJoin() {
        Bench b = leaving(Bench.in(MembershipState.OP, TWO, "b", "abc"));
        assertThat(b.sent()).containsExactly("DATA -> a", INVITATION, INVITATION);
        for (int i = 0; i < 2; i++) {
            b.fire(DeadlineKind.LEAVE);
            b.wait(0);
            assertThat(b.sent()).containsExactly("DATA -> a", INVITATION, INVITATION);
        }
        assertThat(hasLeft(b)).isFalse();
        b.fire(DeadlineKind.LEAVE);
        b.wait(0);
        assertThat(b.sent()).containsExactly("JOIN -> a [] b/SEG_REP", "JOIN -> c [] b/SEG_REP");
        assertThat(hasLeft(b)).isTrue();
    }

    @Test
    void withoutARingHeWaitsForTheNextOne() {
        Bench b = Bench.in(MembershipState.SEG, ONE, "b", "abc");
        leaving(b);
        assertThat(b.sent()).isEmpty();
        assertThat(hasLeft(b)).isFalse();
        b.op("abc");
        b.wait(0);
        assertThat(b.sent()).contains("DATA -> a", INVITATION);
    }

    @Test
    void aloneNobodyIsToldAnything() {
        Bench b = leaving(Bench.in(MembershipState.OP, ONE, "b", "b"));
        assertThat(b.sent()).isEmpty();
        assertThat(hasLeft(b)).isTrue();
    }
}
