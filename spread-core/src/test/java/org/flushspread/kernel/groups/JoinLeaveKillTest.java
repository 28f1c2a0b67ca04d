package org.flushspread.kernel.groups;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.groups.Cluster.Component;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.GroupsMessage;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests as they are delivered (groups-protocol 3.1). */
class JoinLeaveKillTest {
    private final Cluster cluster = new Cluster(3);
    private final Component all = cluster.start(100);
    private final Node d1 = cluster.node(1);
    private final TestSession a = d1.connect("a");
    private final TestSession b = d1.connect("b");
    private final TestSession c = cluster.node(2).connect("c");
    private final TestSession quiet = d1.connect("quiet", false);

    @AfterEach
    void nothingLeaks() {
        cluster.assertNothingLeaked();
    }

    @Test
    void everyMemberWhoWantsItIsToldAndTheOthersAreListed() {
        join(quiet, "g");
        join(c, "g");
        join(a, "g");
        assertThat(quiet.news()).isEmpty();
        assertThat(c.news())
                .containsExactly(
                        "JOIN g 1/100/2 [#quiet#d1, #c#d2] by #c#d2",
                        "JOIN g 1/100/3 [#a#d1, #quiet#d1, #c#d2] by #a#d1");
        assertThat(a.news()).containsExactly("JOIN g 1/100/3 [#a#d1, #quiet#d1, #c#d2] by #a#d1");
    }

    @Test
    void theIndexCountsWhatNobodyHereSaw() {
        join(c, "g");
        all.deliver(Node.join("#d#d2", "g"));
        all.deliver(Node.leave("#d#d2", "g"));
        join(a, "g");
        assertThat(a.news()).containsExactly("JOIN g 1/100/4 [#a#d1, #c#d2] by #a#d1");
    }

    @Test
    void aSecondJoinAndAVainLeaveTellNobody() {
        join(a, "g");
        join(b, "g");
        a.news();
        b.news();
        join(a, "g");
        leave(c, "g");
        leave(a, "other");
        assertThat(a.news()).isEmpty();
        assertThat(b.news()).isEmpty();
        leave(b, "g");
        assertThat(a.news()).containsExactly("LEAVE g 1/100/3 [#a#d1] by #b#d1");
    }

    @Test
    void aLeaverIsToldItselfAndNothingElse() {
        join(a, "g");
        join(b, "g");
        b.news();
        leave(b, "g");
        assertThat(b.news()).containsExactly("SELF-LEAVE g");
        join(quiet, "g");
        leave(quiet, "g");
        assertThat(quiet.news()).isEmpty();
    }

    @Test
    void anEmptiedGroupIsForgottenAndCountsFromOneAgain() {
        join(a, "g");
        leave(a, "g");
        assertThat(d1.groups.count()).isZero();
        a.news();
        join(a, "g");
        assertThat(a.news()).containsExactly("JOIN g 1/100/1 [#a#d1] by #a#d1");
    }

    @Test
    void aDisconnectTouchesTheMembersGroupsInTheOrderOfTheirNames() {
        for (String group : List.of("m", "\u00e4", "z", "a")) {
            join(a, group);
            join(c, group);
        }
        join(a, "others");
        a.news();
        all.deliver(Node.crashed(c.name()));
        assertThat(a.news())
                .containsExactly(
                        "DISCONNECT a 1/100/3 [#a#d1] by #c#d2",
                        "DISCONNECT m 1/100/3 [#a#d1] by #c#d2",
                        "DISCONNECT z 1/100/3 [#a#d1] by #c#d2",
                        "DISCONNECT \u00e4 1/100/3 [#a#d1] by #c#d2");
        assertThat(cluster.node(2).calls).contains("killed #c#d2");
        assertThat(d1.calls).noneMatch(call -> call.startsWith("killed"));
    }

    @Test
    void aKilledSessionIsFreeEvenIfItWasInNoGroup() {
        all.deliver(Node.kill(a.name()));
        assertThat(d1.calls).contains("killed #a#d1");
    }

    @Test
    void theKilledSessionIsToldNothing() {
        join(a, "g");
        join(b, "g");
        a.news();
        b.news();
        all.deliver(Node.kill(a.name()));
        assertThat(a.news()).isEmpty();
        assertThat(b.news()).containsExactly("DISCONNECT g 1/100/3 [#b#d1] by #a#d1");
    }

    @Test
    void aNewSessionOfAnOldNameGetsNothingOfTheOldOne() {
        join(a, "g");
        all.deliver(Node.kill(a.name()));
        TestSession again = d1.connect("a");
        join(b, "g");
        assertThat(again.news()).isEmpty();
        join(again, "g");
        assertThat(again.news()).containsExactly("JOIN g 1/100/2 [#a#d1, #b#d1] by #a#d1");
        a.news();
        leave(b, "g");
        assertThat(a.news()).isEmpty();
        assertThat(again.news()).containsExactly("LEAVE g 1/100/3 [#a#d1] by #b#d1");
    }

    @Test
    void aMemberWhoseSessionIsUnknownIsListedAndThatIsAll() {
        all.deliver(Node.join("#ghost#d1", "g"));
        join(a, "g");
        assertThat(a.news()).containsExactly("JOIN g 1/100/2 [#a#d1, #ghost#d1] by #a#d1");
        TestSession late = d1.connect("ghost");
        join(b, "g");
        assertThat(late.news()).isEmpty();
        leave(late, "g");
        assertThat(late.news()).isEmpty();
        assertThat(a.news()).last().isEqualTo("LEAVE g 1/100/4 [#a#d1, #b#d1] by #ghost#d1");
    }

    @Test
    void requestsOfUnknownDaemonsAndBadNamesAreRefused() {
        all.deliver(Node.join("#x#nowhere", "g"));
        all.deliver(Node.leave("#x#nowhere", "g"));
        all.deliver(Node.kill("#x#nowhere"));
        assertThat(d1.refused(Reason.UNKNOWN_DAEMON_NAME)).isEqualTo(3);
        for (String bad : List.of("", "x", "#x", "##d1", "#x#", "#x y#d1", "#elevenchars#d1")) {
            all.deliver(Node.image(ServiceType.JOIN_MESS, bad, new byte[0], "g"));
            all.deliver(Node.image(ServiceType.KILL_MESS, bad, new byte[0]));
        }
        assertThat(d1.refused(Reason.BAD_PRIVATE_NAME)).isEqualTo(14);
        assertThat(d1.groups.count()).isZero();
    }

    @Test
    void onlyTheFirstGroupOfARequestCountsAndNoneIsRefused() {
        all.deliver(Node.image(ServiceType.JOIN_MESS, a.name(), new byte[0]));
        all.deliver(Node.image(ServiceType.LEAVE_MESS, a.name(), new byte[0]));
        assertThat(d1.refused(Reason.BAD_GROUP_COUNT)).isEqualTo(2);
        all.deliver(Node.image(ServiceType.JOIN_MESS, a.name(), new byte[0], "g", "h"));
        assertThat(a.news()).containsExactly("JOIN g 1/100/1 [#a#d1] by #a#d1");
        assertThat(d1.groups.count()).isEqualTo(1);
    }

    @Test
    void groupNamesOfOtherDaemonsClientsAreTakenAsTheyAreAndCutAt31Bytes() {
        byte[] unterminated = Node.join(a.name(), "x".repeat(31));
        unterminated[MessageHeader.LENGTH + 31] = 'y';
        all.deliver(unterminated);
        join(a, "");
        join(a, "#b#d1");
        assertThat(a.news())
                .containsExactly(
                        "JOIN " + "x".repeat(31) + " 1/100/1 [#a#d1] by #a#d1",
                        "JOIN  1/100/1 [#a#d1] by #a#d1",
                        "JOIN #b#d1 1/100/1 [#a#d1] by #a#d1");
    }

    @Test
    void bigEndianRequestsMeanTheSame() {
        byte[] request = Node.join(c.name(), "g");
        Unpooled.wrappedBuffer(request)
                .setInt(MessageHeader.TYPE, ServiceType.JOIN_MESS)
                .setInt(MessageHeader.NUM_GROUPS, 1)
                .setInt(MessageHeader.DATA_LENGTH, 0);
        all.deliver(request);
        join(a, "g");
        assertThat(a.news()).containsExactly("JOIN g 1/100/2 [#a#d1, #c#d2] by #a#d1");
    }

    @Test
    void moreMembersOfADaemonThanAMessageCanTellAreRefused() {
        for (int i = 0; i <= GroupsMessage.MAX_MEMBERS_OF_DAEMON; i++) {
            all.deliver(Node.join("#m%d#d2".formatted(i), "g"));
        }
        assertThat(d1.refused(Reason.TOO_MANY_LOCAL_MEMBERS)).isEqualTo(1);
        join(a, "g");
        assertThat(a.images.get(0)).hasSize(48 + (Groups.MAX_LOCAL_MEMBERS + 1) * 32 + 56);
    }

    // in a transitional membership

    @Test
    void aJoinInAChangedGroupIsAViewOfTheNetworkAndATransition() {
        join(a, "g");
        join(c, "g");
        Component one = cluster.of(1);
        one.transitional(109);
        a.news();
        one.deliver(Node.join(b.name(), "g"));
        assertThat(a.news())
                .containsExactly(
                        "NETWORK g 1/109/2 [#a#d1, #b#d1, #c#d2] sets [[#a#d1], [#c#d2], [#b#d1]] mine 0",
                        "TRANSITION g 1/109/2");
        assertThat(b.news())
                .containsExactly(
                        "NETWORK g 1/109/2 [#a#d1, #b#d1, #c#d2] sets [[#a#d1], [#c#d2], [#b#d1]] mine 2",
                        "TRANSITION g 1/109/2");
        // The same bytes but for the offset.
        byte[] others = a.images.get(a.images.size() - 2);
        byte[] joiners = b.images.get(0).clone();
        joiners[48 + 3 * 32 + 16] = others[48 + 3 * 32 + 16];
        assertThat(joiners).isEqualTo(others);
    }

    @Test
    void leavesAndDisconnectsInAChangedGroupAreViewsOfTheNetwork() {
        join(a, "g");
        join(b, "g");
        join(quiet, "g");
        join(c, "g");
        Component one = cluster.of(1);
        one.transitional(109);
        a.news();
        b.news();
        one.deliver(Node.leave(b.name(), "g"));
        one.deliver(Node.kill(c.name()));
        assertThat(b.news()).containsExactly("SELF-LEAVE g");
        assertThat(a.news())
                .containsExactly(
                        "NETWORK g 1/109/2 [#a#d1, #quiet#d1, #c#d2] sets [[#a#d1, #quiet#d1], [#c#d2]] mine 0",
                        "TRANSITION g 1/109/2",
                        "NETWORK g 1/109/3 [#a#d1, #quiet#d1] sets [[#a#d1, #quiet#d1]] mine 0",
                        "TRANSITION g 1/109/3");
    }

    @Test
    void aJoinerAloneAtItsDaemonMakesNoEmptySet() {
        join(c, "g");
        join(a, "g");
        Component two = cluster.of(1, 2);
        two.transitional(109);
        two.deliver(Node.join("#x#d3", "g"));
        assertThat(a.news()).last().isEqualTo("TRANSITION g 1/100/3");
        assertThat(TestSession.describe(a.images.get(a.images.size() - 2)))
                .isEqualTo("NETWORK g 1/100/3 [#a#d1, #c#d2, #x#d3] sets [[#a#d1, #c#d2], [#x#d3]] mine 0");
    }

    @Test
    void anUntouchedGroupGoesOnAsIfNothingHappened() {
        join(a, "g");
        Component one = cluster.of(1);
        one.transitional(109);
        one.deliver(Node.join(b.name(), "g"));
        one.deliver(Node.join(b.name(), "new"));
        one.regular(110);
        assertThat(a.news())
                .containsExactly("JOIN g 1/100/1 [#a#d1] by #a#d1", "JOIN g 1/100/2 [#a#d1, #b#d1] by #b#d1");
        assertThat(b.news())
                .containsExactly("JOIN g 1/100/2 [#a#d1, #b#d1] by #b#d1", "JOIN new 1/109/1 [#b#d1] by #b#d1");
    }

    // local groups

    @Test
    void localMembersAreFoundByTheBytesOfASlot() {
        var slot = Unpooled.buffer().writeZero(3);
        Name.of("g").write(slot);
        assertThat(d1.groups.local(slot, 3)).isNull();
        join(c, "g");
        assertThat(d1.groups.local(slot, 3)).as("members elsewhere").isNull();
        join(b, "g");
        join(a, "g");
        LocalGroup local = d1.groups.local(slot, 3);
        assertThat(local).isNotNull();
        List<LocalMember> members = new ArrayList<>();
        for (int i = 0; local != null && i < local.size(); i++) {
            members.add(local.get(i));
        }
        assertThat(members).containsExactly(b, a);
        leave(b, "g");
        leave(a, "g");
        assertThat(d1.groups.local(slot, 3)).isNull();
        assertThat(d1.groups.count()).isEqualTo(1);
    }

    @Test
    void nothingThatIsDeliveredThrows() {
        Random random = new Random(1);
        List<byte[]> sound = List.of(
                Node.join(a.name(), "g"), Node.leave(a.name(), "g"), Node.kill(c.name()), Node.crashed("#d#d3"));
        List<byte[]> groups =
                cluster.node(2).submitted.stream().map(Node.Queued::image).toList();
        for (int i = 0; i < 100_000; i++) {
            List<byte[]> from = random.nextInt(3) == 0 ? groups : sound;
            byte[] image = from.get(random.nextInt(from.size())).clone();
            for (int j = random.nextInt(3); j > 0; j--) {
                image[random.nextInt(image.length)] = (byte) random.nextInt();
            }
            // The ring hands up only images whose lengths agree.
            var in = Unpooled.wrappedBuffer(image);
            boolean little = ByteOrderTag.isLittleEndian(in, 0);
            int count = Math.min(random.nextInt(2), (image.length - 48) / 32);
            ByteOrderTag.setInt(in, MessageHeader.NUM_GROUPS, count, little);
            ByteOrderTag.setInt(in, MessageHeader.DATA_LENGTH, image.length - 48 - 32 * count, little);
            d1.deliver(image);
            if (random.nextInt(50) == 0) {
                step(random);
            }
        }
        assertThat(d1.context().counters().refused(Reason.BAD_PRIVATE_NAME)).isPositive();
        assertThat(d1.context().counters().refused(Reason.STALE_GROUPS)).isPositive();
    }

    private int time = 200;

    /** Daemon 1 alone goes some way through changes of membership. */
    private void step(Random random) {
        time++;
        switch (d1.groups.stateNumber()) {
            case 1, 3 -> d1.groups.transitional(cluster.membership(time, 1));
            default ->
                d1.groups.regular(random.nextBoolean() ? cluster.membership(time, 1) : cluster.membership(time, 1, 2));
        }
    }

    private void join(TestSession session, String group) {
        all.deliver(Node.join(session.name(), group));
    }

    private void leave(TestSession session, String group) {
        all.deliver(Node.leave(session.name(), group));
    }
}
