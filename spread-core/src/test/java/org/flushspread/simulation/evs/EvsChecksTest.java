package org.flushspread.simulation.evs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.HostResolver;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.Message;
import org.flushspread.simulation.Violation;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.ServiceType;
import org.junit.jupiter.api.Test;

/** Each property of membership-protocol 12, and each invariant of a ring, sees what breaks it when it happens. */
class EvsChecksTest {
    private static final int WINDOW = 3;
    private static final int WHOLE = -1;
    private static final Configuration CONFIGURATION = Configuration.parse(
            "Spread_Segment 127.0.0.255:4803 { p 127.0.0.1\n q 127.0.0.2\n r 127.0.0.3 }\n",
            "test",
            HostResolver.LOCALHOST_ONLY);
    private static final Daemon P = CONFIGURATION.requireByName("p");
    private static final Daemon Q = CONFIGURATION.requireByName("q");
    private static final Daemon R = CONFIGURATION.requireByName("r");

    /** The ring of p and q in which most stories play, and what can come after it. */
    private static final DaemonMembership RING = of(10, P, Q);

    private static final DaemonMembership TRANSITIONAL = of(11, P, Q);
    private static final DaemonMembership NEXT = of(12, P, Q);

    private final EvsChecks checks = new EvsChecks();
    private final DaemonLife p = checks.started("p.1", P.id(), () -> WINDOW);
    private final DaemonLife q = checks.started("q.1", Q.id(), () -> WINDOW);
    private final DaemonLife r = checks.started("r.1", R.id(), () -> WINDOW);

    private static DaemonMembership of(int time, Daemon... members) {
        return new DaemonMembership(new MembershipId(members[0].id(), time), ImmutableList.copyOf(members));
    }

    private static Daemon daemon(DaemonLife life) {
        return Stream.of(P, Q, R)
                .filter(each -> each.id() == life.id())
                .findAny()
                .orElseThrow();
    }

    /** A daemon comes up, alone, and then into a ring. */
    private void in(DaemonMembership ring, DaemonLife... lives) {
        for (DaemonLife each : lives) {
            alone(each);
            leave(each, of(1, daemon(each)), ring);
        }
    }

    private static void alone(DaemonLife life) {
        life.transitional(of(0, daemon(life)));
        life.regular(of(1, daemon(life)));
    }

    private static void leave(DaemonLife life, DaemonMembership transitional, DaemonMembership next) {
        life.transitional(transitional);
        life.regular(next);
    }

    private static void sequenced(DaemonLife life, int sequence, int service) {
        life.sequenced(RING.id(), sequence, service, WHOLE, 1);
    }

    /** Both have it. */
    private void sent(DaemonLife by, int sequence, int service) {
        sequenced(by, sequence, service);
        (by == p ? q : p).stored(RING.id(), sequence);
    }

    private static void delivered(DaemonLife life, Daemon from, int sequence, int service) {
        delivered(life, from, RING, sequence, service, image(sequence, 4));
    }

    private static void delivered(
            DaemonLife life, Daemon from, DaemonMembership ring, int sequence, int service, ByteBuf image) {
        Message message = new Message().set(image, 0, image.writerIndex(), from.id());
        life.delivered(ring.id(), sequence, service, true, message);
    }

    private static ByteBuf image(int body, int dataLength) {
        ByteBuf image = Unpooled.buffer();
        image.writeZero(MessageHeader.LENGTH);
        image.setIntLE(MessageHeader.TYPE, ServiceType.AGREED_MESS | ByteOrderTag.LITTLE_ENDIAN);
        image.setIntLE(MessageHeader.DATA_LENGTH, dataLength);
        return image.writeIntLE(body);
    }

    /** The last event of a story: a run ends with the first violation. */
    private static void broken(String property, ThrowingCallable event) {
        assertThatThrownBy(event)
                .isInstanceOfSatisfying(
                        Violation.class,
                        violation -> assertThat(violation.property()).startsWith(property));
    }

    @Test
    void nothingIsFoundInALegalStory() {
        in(RING, p, q);
        sent(p, 1, PacketType.AGREED);
        p.visited(RING.id(), 1, 0, false);
        sent(q, 2, PacketType.SAFE);
        for (DaemonLife each : new DaemonLife[] {p, q}) {
            delivered(each, P, 1, PacketType.AGREED);
            delivered(each, Q, 2, PacketType.SAFE);
        }
        sequenced(q, 3, PacketType.SAFE);
        leave(p, of(11, P), of(12, P));
        q.transitional(of(13, Q));
        delivered(q, Q, 3, PacketType.SAFE);
        q.regular(of(14, Q));
        assertThat(checks.lives()).containsExactly(p, q, r);
    }

    @Test
    void p1TheFirstEventIsATransitionalMembershipOfOneself() {
        broken("P1 ", () -> p.regular(of(1, P)));
        broken("P1 ", () -> q.transitional(of(0, P, Q)));
        broken("P1 ", () -> delivered(r, P, 1, PacketType.SAFE));
    }

    @Test
    void p1TransitionalAndRegularMembershipsComeInTurn() {
        in(RING, p, q);
        broken("P1 ", () -> p.regular(NEXT));
        q.transitional(TRANSITIONAL);
        broken("P1 ", () -> q.transitional(of(13, Q)));
    }

    @Test
    void p2ADaemonIsInItsMemberships() {
        in(RING, p, q);
        broken("P2 ", () -> p.transitional(of(11, Q)));
        q.transitional(TRANSITIONAL);
        broken("P2 ", () -> q.regular(of(12, P)));
    }

    @Test
    void p3WhoIsInTheTransitionalMembershipIsInBothRegularOnes() {
        in(RING, p, q);
        broken("P3 ", () -> p.transitional(of(11, P, R)));
        q.transitional(TRANSITIONAL);
        broken("P3 ", () -> q.regular(of(12, Q, R)));
    }

    @Test
    void p4OneRegularIdHasOneListOfMembers() {
        in(RING, p);
        alone(q);
        q.transitional(of(2, Q));
        broken("P4 ", () -> q.regular(of(10, P, Q, R)));
    }

    @Test
    void p4OneTransitionalIdHasOneListOfMembers() {
        in(RING, p, q);
        p.transitional(of(11, P));
        broken("P4 ", () -> q.transitional(TRANSITIONAL));
    }

    @Test
    void p5NoRegularIdIsInstalledTwice() {
        in(RING, p);
        p.transitional(TRANSITIONAL);
        broken("P5 ", () -> p.regular(RING));
    }

    @Test
    void p5IdsOfOneLeaderGoUp() {
        in(RING, p);
        p.transitional(TRANSITIONAL);
        broken("P5 ", () -> p.regular(of(9, P, Q)));
    }

    @Test
    void p6WhoMovesTogetherComesTheSameWay() {
        in(RING, p, q);
        leave(p, TRANSITIONAL, NEXT);
        q.transitional(new DaemonMembership(new MembershipId(Q.id(), 11), ImmutableList.of(P, Q)));
        broken("P6 ", () -> q.regular(NEXT));
    }

    @Test
    void p7WhoComesFromOneRingIntoAnotherIsInTheTransitionalMembership() {
        in(RING, p, q);
        leave(p, of(11, P), NEXT);
        q.transitional(of(13, Q));
        broken("P7 ", () -> q.regular(NEXT));
    }

    @Test
    void p8WhatGoesUpWasSequenced() {
        in(RING, p);
        broken("P8 ", () -> delivered(p, Q, 1, PacketType.AGREED));
    }

    @Test
    void p8WhatGoesUpHasTheServiceAndTheOriginatorItWasSequencedWith() {
        in(RING, p, q);
        sent(p, 1, PacketType.AGREED);
        broken("P8 ", () -> delivered(p, P, 1, PacketType.SAFE));
        broken("P8 ", () -> delivered(q, Q, 1, PacketType.AGREED));
    }

    @Test
    void p8OutOfAPacketGoNoMoreMessagesThanEndInIt() {
        in(RING, p);
        sequenced(p, 1, PacketType.AGREED);
        delivered(p, P, 1, PacketType.AGREED);
        broken("P8 ", () -> delivered(p, P, 1, PacketType.AGREED));
    }

    @Test
    void p8AllDeliverTheSameBytes() {
        in(RING, p, q);
        sent(p, 1, PacketType.AGREED);
        delivered(p, P, 1, PacketType.AGREED);
        broken("P8 ", () -> delivered(q, P, RING, 1, PacketType.AGREED, image(77, 4)));
    }

    @Test
    void p9NothingGoesUpTwice() {
        in(RING, p);
        p.sequenced(RING.id(), 1, PacketType.RELIABLE, WHOLE, 2);
        sequenced(p, 2, PacketType.AGREED);
        delivered(p, P, 1, PacketType.RELIABLE);
        delivered(p, P, 2, PacketType.AGREED);
        broken("P9 ", () -> delivered(p, P, 1, PacketType.RELIABLE));
    }

    @Test
    void p10AMessageGoesUpInTheMembershipOfItsRing() {
        in(RING, p, q);
        sent(p, 1, PacketType.AGREED);
        leave(q, of(11, Q), of(12, Q));
        broken("P10 ", () -> delivered(q, P, 1, PacketType.AGREED));
    }

    @Test
    void p11WhoLeavesARingHasDeliveredItsOwn() {
        in(RING, p);
        sequenced(p, 1, PacketType.SAFE);
        p.transitional(of(11, P));
        broken("P11 ", () -> p.regular(of(12, P)));
    }

    @Test
    void p12OrderedMessagesGoUpInTheOrderOfTheirNumbers() {
        in(RING, p, q);
        sequenced(q, 1, PacketType.AGREED);
        sequenced(p, 2, PacketType.AGREED);
        p.transitional(of(11, P));
        delivered(p, P, 2, PacketType.AGREED);
        broken("P12 ", () -> delivered(p, Q, 1, PacketType.AGREED));
    }

    @Test
    void p13InTheRegularMembershipNothingIsLeftOut() {
        in(RING, p, q);
        sent(p, 1, PacketType.AGREED);
        sent(q, 2, PacketType.FIFO);
        broken("P13 ", () -> delivered(p, Q, 2, PacketType.FIFO));
    }

    @Test
    void p13AReliableMessageInOnePacketMayBeMissing() {
        in(RING, p, q);
        sent(p, 1, PacketType.RELIABLE);
        sent(q, 2, PacketType.FIFO);
        delivered(p, Q, 2, PacketType.FIFO);
        assertThat(p.currentEra().orderedInRegular).isEqualTo(1);
    }

    @Test
    void p14WhatTwoMembersDeliverBeginsAlike() {
        in(RING, p, q);
        p.sequenced(RING.id(), 1, PacketType.AGREED, WHOLE, 1);
        q.stored(RING.id(), 1);
        delivered(p, P, 1, PacketType.AGREED);
        // A packet whose number is given later than another member has passed it.
        sequenced(p, 3, PacketType.AGREED);
        delivered(p, P, 3, PacketType.AGREED);
        delivered(q, P, 1, PacketType.AGREED);
        q.sequenced(RING.id(), 2, PacketType.AGREED, WHOLE, 1);
        broken("P14 ", () -> delivered(q, Q, 2, PacketType.AGREED));
    }

    @Test
    void p15BehindAHoleNothingOfThoseWhoComeAlongIsLeftOut() {
        in(RING, p, q);
        sequenced(q, 1, PacketType.AGREED);
        sequenced(p, 2, PacketType.AGREED);
        sequenced(q, 3, PacketType.AGREED);
        p.transitional(of(11, P));
        broken("P15 ", () -> delivered(p, Q, 3, PacketType.AGREED));
    }

    @Test
    void p16WhoGoesTheSameWayDeliversTheSameInTheRegularMembership() {
        in(RING, p, q);
        sent(p, 1, PacketType.AGREED);
        sequenced(p, 2, PacketType.SAFE);
        delivered(p, P, 1, PacketType.AGREED);
        p.transitional(TRANSITIONAL);
        delivered(p, P, 2, PacketType.SAFE);
        p.regular(NEXT);
        q.transitional(TRANSITIONAL);
        delivered(q, P, 1, PacketType.AGREED);
        delivered(q, P, 2, PacketType.SAFE);
        broken("P16 ", () -> q.regular(NEXT));
    }

    @Test
    void p16WhoGoesTheSameWayDeliversTheSameInTheTransitionalMembership() {
        in(RING, p, q);
        sequenced(p, 1, PacketType.SAFE);
        p.transitional(TRANSITIONAL);
        delivered(p, P, 1, PacketType.SAFE);
        p.regular(NEXT);
        q.transitional(TRANSITIONAL);
        broken("P16 ", () -> q.regular(NEXT));
    }

    @Test
    void p17WhatIsSafeInTheRegularMembershipAllOfItDeliver() {
        in(RING, p, q);
        sent(p, 1, PacketType.SAFE);
        delivered(p, P, 1, PacketType.SAFE);
        q.transitional(of(11, Q));
        broken("P17 ", () -> q.regular(of(12, Q)));
    }

    @Test
    void p17BehindTheSignalIsNotTooLate() {
        in(RING, p, q);
        sent(p, 1, PacketType.SAFE);
        delivered(p, P, 1, PacketType.SAFE);
        q.transitional(of(11, Q));
        delivered(q, P, 1, PacketType.SAFE);
        q.regular(of(12, Q));
        assertThat(q.regular()).isEqualTo(of(12, Q));
    }

    @Test
    void p17WhoWentOnBeforeOwesItToo() {
        in(RING, p, q);
        sent(p, 1, PacketType.SAFE);
        leave(q, of(11, Q), of(12, Q));
        broken("P17 ", () -> delivered(p, P, 1, PacketType.SAFE));
    }

    @Test
    void p18WhatIsSafeInTheTransitionalMembershipAllOfItDeliver() {
        in(RING, p, q);
        sequenced(p, 1, PacketType.SAFE);
        p.transitional(TRANSITIONAL);
        delivered(p, P, 1, PacketType.SAFE);
        q.transitional(of(13, Q));
        broken("P18 ", () -> q.regular(of(14, Q)));
    }

    @Test
    void p18WhoWentOnBeforeOwesItToo() {
        in(RING, p, q);
        sequenced(p, 1, PacketType.SAFE);
        leave(q, of(13, Q), of(14, Q));
        p.transitional(TRANSITIONAL);
        broken("P18 ", () -> delivered(p, P, 1, PacketType.SAFE));
    }

    @Test
    void p18WhoIsNotInTheTransitionalMembershipOwesNothing() {
        in(RING, p, q);
        sequenced(p, 1, PacketType.SAFE);
        leave(q, of(13, Q), of(14, Q));
        p.transitional(of(11, P));
        delivered(p, P, 1, PacketType.SAFE);
        p.regular(of(12, P));
        assertThat(p.regular()).isEqualTo(of(12, P));
    }

    @Test
    void p19TheSignalComesAsLateAsItCan() {
        in(RING, p);
        sequenced(p, 1, PacketType.AGREED);
        p.transitional(of(11, P));
        delivered(p, P, 1, PacketType.AGREED);
        broken("P19 ", () -> p.regular(of(12, P)));
    }

    @Test
    void p19AHoleIsAReasonForTheSignal() {
        in(RING, p, q);
        sequenced(q, 1, PacketType.AGREED);
        sequenced(p, 2, PacketType.AGREED);
        p.transitional(of(11, P));
        delivered(p, P, 2, PacketType.AGREED);
        p.regular(of(12, P));
        assertThat(p.regular()).isEqualTo(of(12, P));
    }

    @Test
    void p20WhatIsSequencedComesBehindWhatWasSequencedBefore() {
        in(RING, p);
        sequenced(p, 5, PacketType.AGREED);
        broken("P20 ", () -> sequenced(p, 4, PacketType.AGREED));
    }

    @Test
    void p20WhatIsSequencedComesBehindWhatWasDeliveredBefore() {
        in(RING, p, q);
        sent(p, 5, PacketType.AGREED);
        delivered(q, P, 5, PacketType.AGREED);
        broken("P20 ", () -> sequenced(q, 3, PacketType.AGREED));
    }

    @Test
    void p21MessagesGoUpWhole() {
        in(RING, p);
        sequenced(p, 1, PacketType.AGREED);
        broken("P21 ", () -> delivered(p, P, RING, 1, PacketType.AGREED, image(1, 5)));
    }

    @Test
    void p21NoMessageEndsInAPacketOfTheMiddle() {
        in(RING, p);
        p.sequenced(RING.id(), 1, PacketType.AGREED, 0, 0);
        broken("P21 ", () -> delivered(p, P, 1, PacketType.AGREED));
    }

    @Test
    void oneNumberIsGivenOnce() {
        in(RING, p, q);
        sequenced(p, 1, PacketType.AGREED);
        broken("one number, one packet", () -> sequenced(q, 1, PacketType.AGREED));
    }

    @Test
    void theTokenGoesRoundInOneOrder() {
        in(RING, p, q);
        p.tokenAccepted(RING.id(), 0, 0);
        q.tokenAccepted(RING.id(), 0, 0);
        p.tokenAccepted(RING.id(), 0, 0);
        broken("one token", () -> p.tokenAccepted(RING.id(), 0, 0));
    }

    @Test
    void aVisitSendsNoMoreThanTheWindow() {
        in(RING, p);
        for (int sequence = 1; sequence <= 2 * WINDOW; sequence++) {
            sequenced(p, sequence, PacketType.AGREED);
            if (sequence == WINDOW) {
                p.visited(RING.id(), WINDOW, 0, false);
            }
        }
        broken("windows respected", () -> sequenced(p, 2 * WINDOW + 1, PacketType.AGREED));
    }

    @Test
    void whatIsStableStaysSo() {
        in(RING, p);
        p.visited(RING.id(), 5, 3, false);
        p.visited(RING.id(), 5, 0, true);
        p.visited(RING.id(), 6, 6, false);
        broken("aru monotone", () -> p.visited(RING.id(), 7, 5, false));
    }

    @Test
    void onlyWhatTheTokenHasSeenIsStable() {
        in(RING, p);
        broken("aru monotone", () -> p.visited(RING.id(), 6, 7, false));
    }

    @Test
    void aSafeMessageWaitsUntilAllHaveIt() {
        in(RING, p, q);
        sequenced(p, 1, PacketType.SAFE);
        broken("no delivery past the safe line", () -> delivered(p, P, 1, PacketType.SAFE));
    }
}
