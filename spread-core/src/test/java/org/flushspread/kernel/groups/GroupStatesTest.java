package org.flushspread.kernel.groups;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.RingVersion;
import org.flushspread.kernel.base.DeliveryThreshold;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.groups.Cluster.Component;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.GroupsMessage;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.Name;
import org.flushspread.wire.PacketType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of the state table (groups-protocol 6), and what it does to queues, sessions and threshold. */
class GroupStatesTest {
    private static final int GOP = 1;
    private static final int GTRANS = 2;
    private static final int GGATHER = 3;
    private static final int GGT = 4;

    private final Cluster cluster = new Cluster(4);
    private final Node d1 = cluster.node(1);

    @AfterEach
    void nothingLeaks() {
        cluster.assertNothingLeaked();
    }

    @Test
    void aDaemonStartsInGopAndItsFirstRingIsAChangeOfMembershipLikeAnyOther() {
        assertThat(d1.groups.stateNumber()).isEqualTo(GOP);
        cluster.start(100);
        assertThat(d1.groups.stateNumber()).isEqualTo(GOP);
        assertThat(d1.calls)
                .containsExactly(
                        "hold true",
                        "groupsOnly true",
                        "threshold AGREED",
                        "clearGroups",
                        "submitGroups",
                        "groupsOnly false",
                        "hold false",
                        "threshold EVERYTHING");
        assertThat(d1.submitted.get(0).image()).hasSize(65);
        assertThat(d1.submitted.get(0).service()).isEqualTo(PacketType.AGREED);
    }

    @Test
    void whatADaemonSentBeforeAReloadTookItOutStillCounts() {
        Component[] parts = {cluster.of(1), cluster.of(2), cluster.of(3), cluster.of(4)};
        for (Component each : parts) {
            each.transitional(99);
        }
        Component whole = cluster.whole(parts);
        whole.regular(100);
        Configuration withoutD4 = Cluster.configuration(3);
        d1.context().configure(withoutD4, d1.daemon(), withoutD4.hash());
        d1.groups.reconfigured();
        whole.run();
        assertThat(d1.groups.stateNumber()).isEqualTo(GOP);

        whole.deliver(Node.join("#a#d4", "g"));

        assertThat(d1.groups.count()).isEqualTo(1);
        assertThat(d1.refused(Reason.UNKNOWN_DAEMON_NAME)).isZero();

        Component rest = cluster.of(1, 2, 3);
        rest.transitional(109);
        rest.regular(110);
        d1.deliver(Node.join("#b#d4", "h"));
        assertThat(d1.groups.count()).isZero();
        assertThat(d1.refused(Reason.UNKNOWN_DAEMON_NAME)).isEqualTo(1);
    }

    @Test
    void gopTransitional() {
        cluster.start(100);
        d1.calls.clear();
        cluster.of(1, 2).transitional(109);
        assertThat(d1.groups.stateNumber()).isEqualTo(GTRANS);
        assertThat(d1.calls).isEmpty();
    }

    @Test
    void gopRegularIsRefused() {
        cluster.start(100);
        d1.groups.regular(cluster.membership(110, 1, 2));
        assertThat(d1.groups.stateNumber()).isEqualTo(GOP);
        assertThat(d1.refused(Reason.MEMBERSHIP_NOT_EXPECTED)).isEqualTo(1);
    }

    @Test
    void gopGroupsIsRefused() {
        cluster.start(100);
        d1.deliver(groups("d2", cluster.membership(100, 1, 2, 3, 4).id(), true, List.of(2)));
        assertThat(d1.refused(Reason.GROUPS_NOT_EXPECTED)).isEqualTo(1);
        assertThat(d1.groups.stateNumber()).isEqualTo(GOP);
    }

    @Test
    void gtransTransitionalIsRefused() {
        cluster.start(100);
        cluster.of(1, 2).transitional(109);
        d1.groups.transitional(cluster.membership(119, 1));
        assertThat(d1.refused(Reason.MEMBERSHIP_NOT_EXPECTED)).isEqualTo(1);
        assertThat(d1.groups.stateNumber()).isEqualTo(GTRANS);
    }

    @Test
    void gtransGroupsIsRefused() {
        cluster.start(100);
        cluster.of(1, 2).transitional(109);
        d1.deliver(groups("d2", cluster.membership(100, 1, 2, 3, 4).id(), true, List.of(2)));
        assertThat(d1.refused(Reason.GROUPS_NOT_EXPECTED)).isEqualTo(1);
    }

    @Test
    void gtransRegularWithNobodyNewNeedsNoExchange() {
        cluster.start(100);
        d1.calls.clear();
        cluster.of(1, 2).transitional(109);
        cluster.of(1, 2).regular(110);
        assertThat(d1.groups.stateNumber()).isEqualTo(GOP);
        assertThat(d1.calls).containsExactly("threshold EVERYTHING");
    }

    @Test
    void gtransRegularWithSomebodyNewBeginsAnExchange() {
        cluster.start(100);
        Component one = cluster.merge(110, cluster.of(1, 2));
        Component two = cluster.merge(110, cluster.of(3, 4));
        cluster.nodes.forEach(each -> each.calls.clear());
        one.transitional(119);
        two.transitional(119);
        cluster.whole(one, two).regular(120);

        assertThat(cluster.nodes).allMatch(each -> each.groups.stateNumber() == GGATHER);
        assertThat(cluster.nodes).allMatch(each -> each.held && each.groupsOnly);
        assertThat(cluster.nodes).allMatch(each -> each.threshold == DeliveryThreshold.AGREED);
        // The messages of representatives are queued during the call, before the first token.
        assertThat(d1.groupsQueue).hasSize(1);
        assertThat(cluster.node(2).groupsQueue).isEmpty();
        assertThat(cluster.node(3).groupsQueue).hasSize(1);
        assertThat(cluster.node(4).groupsQueue).isEmpty();
    }

    @Test
    void ggatherCountsOwnMessagesOnlyWhenTheyComeBack() {
        Component ring = gathering();
        Node.Queued mine = Objects.requireNonNull(d1.take());
        Node.Queued others = Objects.requireNonNull(cluster.node(3).take());
        ring.deliver(others.image());
        assertThat(d1.groups.stateNumber()).isEqualTo(GGATHER);
        ring.deliver(mine.image());
        assertThat(cluster.nodes).allMatch(each -> each.groups.stateNumber() == GOP);
        assertThat(cluster.nodes).noneMatch(each -> each.held || each.groupsOnly);
        assertThat(cluster.nodes).allMatch(each -> each.threshold == DeliveryThreshold.EVERYTHING);
    }

    @Test
    void ggatherRegularIsRefused() {
        gathering();
        d1.groups.regular(cluster.membership(130, 1));
        assertThat(d1.refused(Reason.MEMBERSHIP_NOT_EXPECTED)).isEqualTo(1);
        assertThat(d1.groups.stateNumber()).isEqualTo(GGATHER);
    }

    @Test
    void ggatherRefusesRequests() {
        refusesRequests(gathering());
    }

    @Test
    void ggtRefusesRequests() {
        Component ring = gathering();
        ring.transitional(129);
        refusesRequests(ring);
    }

    private void refusesRequests(Component ring) {
        TestSession a = d1.connect("a");
        ring.deliver(Node.join(a.name(), "g"));
        ring.deliver(Node.leave(a.name(), "g"));
        ring.deliver(Node.kill(a.name()));
        assertThat(d1.refused(Reason.MESSAGE_NOT_EXPECTED)).isEqualTo(3);
        assertThat(d1.groups.count()).isZero();
        assertThat(d1.calls).doesNotContain("killed #a#d1");
    }

    @Test
    void ggatherTransitionalIsSilent() {
        Component ring = gathering();
        d1.calls.clear();
        ring.transitional(129);
        assertThat(cluster.nodes).allMatch(each -> each.groups.stateNumber() == GGT);
        assertThat(d1.calls).isEmpty();
    }

    @Test
    void ggtTransitionalIsRefused() {
        Component ring = gathering();
        ring.transitional(129);
        d1.groups.transitional(cluster.membership(131, 1));
        assertThat(d1.refused(Reason.MEMBERSHIP_NOT_EXPECTED)).isEqualTo(1);
        assertThat(d1.groups.stateNumber()).isEqualTo(GGT);
    }

    @Test
    void ggtRegularBeginsTheExchangeAnewEvenIfNobodyIsNew() {
        Component ring = gathering();
        ring.transitional(129);
        d1.calls.clear();
        ring.regular(130);
        assertThat(cluster.nodes).allMatch(each -> each.groups.stateNumber() == GGATHER);
        // What was queued for the old membership is dropped, and the threshold that the ring raised is set again.
        assertThat(d1.calls).containsExactly("threshold AGREED", "clearGroups", "submitGroups");
        assertThat(d1.groupsQueue).hasSize(1);
        ring.run();
        assertThat(cluster.nodes).allMatch(each -> each.groups.stateNumber() == GOP);
    }

    @Test
    void ggtCompletionGoesThroughGopToGtransAndLeavesTheThresholdToTheRing() {
        TestSession a = d1.connect("a");
        TestSession b = cluster.node(2).connect("b");
        Component all = cluster.start(100);
        all.deliver(Node.join(a.name(), "g"));
        all.deliver(Node.join(b.name(), "g"));
        Component one = cluster.merge(110, cluster.of(1));
        Component others = cluster.merge(110, cluster.of(2, 3, 4));
        one.transitional(118);
        others.transitional(119);
        all = cluster.whole(one, others);
        all.regular(120);
        a.news();
        Node.Queued mine = Objects.requireNonNull(d1.take());
        Node.Queued theirs = Objects.requireNonNull(cluster.node(2).take());
        one.transitional(128);
        d1.calls.clear();
        one.deliver(mine.image());
        one.deliver(theirs.image());

        assertThat(d1.groups.stateNumber()).isEqualTo(GTRANS);
        assertThat(d1.calls).containsExactly("groupsOnly false", "hold false");
        assertThat(a.news())
                .containsExactly(
                        "NETWORK g 1/120/1 [#a#d1, #b#d2] sets [[#a#d1], [#b#d2]] mine 0", "TRANSITION g 1/120/1");
        // The saved transitional membership is the last one now: a join of somebody outside it is a partitioned one.
        one.deliver(Node.join("#c#d3", "g"));
        assertThat(a.news())
                .containsExactly(
                        "NETWORK g 1/128/2 [#a#d1, #b#d2, #c#d3] sets [[#a#d1], [#b#d2], [#c#d3]] mine 0",
                        "TRANSITION g 1/128/2");
        one.regular(130);
        assertThat(a.news()).containsExactly("NETWORK g 1/130/1 [#a#d1] sets [[#a#d1]] mine 0");
    }

    @Test
    void messagesPackedBehindTheLastGroupsMessageAreOrdinaryTraffic() {
        Component ring = gathering();
        TestSession a = d1.connect("a");
        ring.deliver(Objects.requireNonNull(d1.take()).image());
        ring.deliver(Objects.requireNonNull(cluster.node(3).take()).image());
        ring.deliver(Node.join(a.name(), "g"));
        assertThat(a.news()).containsExactly("JOIN g 1/120/1 [#a#d1] by #a#d1");
    }

    @Test
    void aCascadeMarksGroupsThatItTouchesAndMembersLostInItAreNotAnnounced() {
        TestSession a = d1.connect("a");
        TestSession b = cluster.node(2).connect("b");
        Component all = cluster.start(100);
        all.deliver(Node.join(a.name(), "g"));
        all.deliver(Node.join(b.name(), "g"));
        Component half = cluster.merge(110, cluster.of(1, 2));
        Component rest = cluster.merge(110, cluster.of(3, 4));
        half.transitional(118);
        rest.transitional(119);
        cluster.whole(half, rest).regular(120);
        a.news();
        Component one = cluster.of(1);
        one.transitional(128);
        one.regular(130);
        assertThat(a.news()).isEmpty();
        one.run();
        assertThat(a.news()).containsExactly("NETWORK g 1/130/1 [#a#d1] sets [[#a#d1]] mine 0");
    }

    @Test
    void whereMyOwnMessageDidNotComeBackNothingIsTakenFromOthers() {
        gathering();
        byte[] theirs = Objects.requireNonNull(cluster.node(3).take()).image();
        Component pair = cluster.of(1, 3);
        pair.transitional(129);
        pair.deliver(theirs);
        assertThat(d1.groups.stateNumber()).isEqualTo(GGT);
        pair.regular(130);
        assertThat(synced(d1)).containsExactly(Cluster.id(1));
        assertThat(synced(cluster.node(3))).containsExactly(Cluster.id(3));
    }

    @Test
    void syncedSetsGrowByThoseWhoHaveSaidAllAndTheNextExchangeTellsWhereEachCameFrom() {
        TestSession a = d1.connect("a");
        TestSession c = cluster.node(3).connect("c");
        Component all = cluster.start(100);
        all.deliver(Node.join(a.name(), "g"));
        all.deliver(Node.join(c.name(), "g"));
        Component x = cluster.merge(110, cluster.of(1));
        Component y = cluster.merge(110, cluster.of(2));
        Component z = cluster.merge(110, cluster.of(3, 4));
        x.transitional(117);
        y.transitional(118);
        z.transitional(119);
        all = cluster.whole(x, y, z);
        all.regular(120);
        all.deliver(Objects.requireNonNull(d1.take()).image());
        all.deliver(Objects.requireNonNull(cluster.node(3).take()).image());
        // d2's message is lost with the ring.
        all.transitional(129);
        all.regular(130);
        assertThat(synced(d1)).containsExactly(Cluster.id(1), Cluster.id(3), Cluster.id(4));
        assertThat(cluster.node(3).groupsQueue).isEmpty();
        GroupsMessage told = decode(d1.submitted.get(d1.submitted.size() - 1).image());
        assertThat(told.groups().get(0).changed()).isTrue();
        assertThat(told.groups().get(0).daemons().stream().map(GroupsMessage.DaemonEntry::membershipId))
                .containsExactly(Cluster.membershipId(1, 110), Cluster.membershipId(3, 110));
        a.news();
        all.run();
        assertThat(a.news()).containsExactly("NETWORK g 1/130/1 [#a#d1, #c#d3] sets [[#a#d1], [#c#d3]] mine 0");
        assertThat(c.news()).last().isEqualTo("NETWORK g 1/130/1 [#a#d1, #c#d3] sets [[#a#d1], [#c#d3]] mine 1");
    }

    // refusals of 6.3

    @Test
    void leftOverGroupsMessagesAreDroppedByTheIdInsideThem() {
        gathering();
        d1.deliver(groups("d3", cluster.membership(110, 3, 4).id(), true, List.of(3, 4)));
        assertThat(d1.refused(Reason.STALE_GROUPS)).isEqualTo(1);
        assertThat(d1.groups.stateNumber()).isEqualTo(GGATHER);
    }

    @Test
    void groupsMessagesOfUnknownDaemonsAreDropped() {
        gathering();
        d1.deliver(groups("d9", ring(), true, List.of(3, 4)));
        assertThat(d1.refused(Reason.UNKNOWN_DAEMON_NAME)).isEqualTo(1);
    }

    static List<List<Integer>> impossibleSyncedSets() {
        // without the sender; not in the ring; one daemon twice; none in any message of the representative
        return List.of(List.of(4), List.of(3, 9), List.of(3, 3), List.of());
    }

    @ParameterizedTest
    @MethodSource("impossibleSyncedSets")
    void syncedSetsThatCannotBeAreRefused(List<Integer> set) {
        gathering();
        d1.deliver(groups("d3", ring(), true, set));
        assertThat(d1.refused(Reason.BAD_GROUPS)).isEqualTo(1);
        expectNoEndOfTheExchange();
    }

    @Test
    void aSyncedSetOfMyRepresentativeOfAnotherSizeIsRefused() {
        gathering();
        d1.deliver(groups("d1", ring(), true, List.of(1)));
        assertThat(d1.refused(Reason.BAD_GROUPS)).isEqualTo(1);
        expectNoEndOfTheExchange();
    }

    @Test
    void aSyncedSetThatOverlapsMineIsRefused() {
        gathering();
        d1.deliver(groups("d3", ring(), true, List.of(2, 3)));
        assertThat(d1.refused(Reason.OVERLAPPING_SYNCED_SETS)).isEqualTo(1);
        expectNoEndOfTheExchange();
    }

    @Test
    void aSyncedSetThatOverlapsThatOfAnotherIsRefused() {
        gathering();
        d1.deliver(groups("d3", ring(), true, List.of(3)));
        d1.deliver(groups("d4", ring(), true, List.of(3, 4)));
        assertThat(d1.refused(Reason.OVERLAPPING_SYNCED_SETS)).isEqualTo(1);
        expectNoEndOfTheExchange();
    }

    /** What is left of a state of which a message was refused must not pass for the whole (section 9). */
    @Test
    void aMessageThatCannotBeReadSpoilsAllOfItsRepresentative() {
        gathering();
        d1.deliver(groups("d3", ring(), false, List.of(), entry("g", 3, "#x#d3")));
        byte[] cut = groups("d3", ring(), false, List.of(), entry("h", 3, "#y#d3"));
        cut = Arrays.copyOf(cut, cut.length - 1);
        Unpooled.wrappedBuffer(cut).setIntLE(44, cut.length - 48);
        d1.deliver(cut);
        assertThat(d1.refused(Reason.BAD_GROUPS)).isEqualTo(1);
        expectNoEndOfTheExchange();
        assertThat(d1.refused(Reason.BAD_GROUPS)).isEqualTo(2);
        assertThat(d1.groups.count()).isZero();
    }

    /** Sound messages of all representatives change nothing any more; the next ring begins a new exchange. */
    private void expectNoEndOfTheExchange() {
        d1.deliver(groups("d3", ring(), true, List.of(3, 4)));
        d1.deliver(Objects.requireNonNull(d1.take()).image());
        assertThat(d1.groups.stateNumber()).isEqualTo(GGATHER);
        d1.groups.transitional(cluster.membership(129, 1, 2));
        d1.groups.regular(cluster.membership(130, 1, 2));
        d1.deliver(Objects.requireNonNull(d1.take()).image());
        assertThat(d1.groups.stateNumber()).isEqualTo(GOP);
    }

    @Test
    void whoHasSaidAllIsNotHeardAgain() {
        gathering();
        byte[] mine = Objects.requireNonNull(d1.take()).image();
        d1.deliver(mine);
        d1.deliver(mine);
        d1.deliver(groups("d3", ring(), true, List.of(3)));
        d1.deliver(groups("d3", ring(), true, List.of(3)));
        assertThat(d1.refused(Reason.BAD_GROUPS)).isEqualTo(2);
        assertThat(d1.groups.stateNumber()).isEqualTo(GGATHER);
    }

    @Test
    void aDaemonEntryOutsideTheSendersSyncedSetIsRefused() {
        gathering();
        d1.deliver(groups("d3", ring(), true, List.of(3), entry("g", 4, "#x#d4")));
        assertThat(d1.refused(Reason.BAD_GROUPS)).isEqualTo(1);
        assertThat(d1.groups.count()).isZero();
    }

    @Test
    void aDaemonToldTwiceCountsOnce() {
        gathering();
        d1.deliver(groups("d3", ring(), false, List.of(), entry("g", 3, "#late#d3")));
        d1.deliver(groups("d3", ring(), true, List.of(3, 4), entry("g", 3, "#x#d3")));
        d1.deliver(Objects.requireNonNull(d1.take()).image());
        assertThat(d1.refused(Reason.DUPLICATE_DAEMON_ENTRY)).isEqualTo(1);
        assertThat(d1.groups.stateNumber()).isEqualTo(GOP);
        TestSession a = d1.connect("a");
        d1.deliver(Node.join(a.name(), "g"));
        assertThat(a.news()).containsExactly("JOIN g 3/110/2 [#a#d1, #x#d3] by #a#d1");
    }

    @Test
    void groupsMessagesTooShortOrGarbledAreRefused() {
        gathering();
        byte[] sound = groups("d3", ring(), true, List.of(3, 4), entry("g", 3, "#x#d3"));
        byte[] cut = Arrays.copyOf(sound, sound.length - 1);
        Unpooled.wrappedBuffer(cut).setIntLE(44, cut.length - 48);
        d1.deliver(cut);
        byte[] tiny = Arrays.copyOf(sound, 56);
        Unpooled.wrappedBuffer(tiny).setIntLE(44, 8);
        d1.deliver(tiny);
        assertThat(d1.refused(Reason.BAD_GROUPS)).isEqualTo(2);
        assertThat(d1.groups.stateNumber()).isEqualTo(GGATHER);
    }

    @Test
    void aGroupWithoutMembersInAnyMessageIsNoGroup() {
        gathering();
        d1.deliver(groups(
                "d3",
                ring(),
                true,
                List.of(3, 4),
                new GroupsMessage.GroupEntry(
                        Name.of("empty"), new GroupId(Cluster.membershipId(3, 110), 1), true, List.of())));
        d1.deliver(Objects.requireNonNull(d1.take()).image());
        assertThat(d1.groups.stateNumber()).isEqualTo(GOP);
        assertThat(d1.groups.count()).isZero();
    }

    @Test
    void reconfigurationSortsDaemonsAnewAndPutsRemovedOnesLast() {
        TestSession a = d1.connect("a");
        TestSession b = cluster.node(2).connect("b");
        Component all = cluster.start(100);
        all.deliver(Node.join(a.name(), "g"));
        all.deliver(Node.join(b.name(), "g"));
        all.deliver(Node.join("#c#d3", "g"));
        // The new file has d3 before d1, and no d2.
        var old = cluster.configuration();
        var three = old.daemons().get(2);
        var one = old.daemons().get(0);
        var now = new Configuration(
                RingVersion.SPREAD4,
                old.segments(),
                ImmutableList.of(
                        new Daemon("d3", three.id(), three.address(), 0, 0, three.port(), three.interfaces()),
                        new Daemon("d1", one.id(), one.address(), 1, 0, one.port(), one.interfaces())),
                2,
                old.options());
        d1.context().configure(now, now.daemons().get(1), 2);
        d1.groups.reconfigured();
        a.news();
        d1.deliver(Node.join("#z#d1", "g"));
        assertThat(a.news()).containsExactly("JOIN g 1/100/4 [#c#d3, #a#d1, #z#d1, #b#d2] by #z#d1");
        d1.deliver(Node.join("#y#d9", "g"));
        assertThat(d1.refused(Reason.UNKNOWN_DAEMON_NAME)).isEqualTo(1);
    }

    private Component gathering() {
        cluster.start(100);
        Component one = cluster.merge(110, cluster.of(1, 2));
        Component two = cluster.merge(110, cluster.of(3, 4));
        one.transitional(118);
        two.transitional(119);
        Component ring = cluster.whole(one, two);
        ring.regular(120);
        return ring;
    }

    private MembershipId ring() {
        return cluster.membership(120, 1, 2, 3, 4).id();
    }

    private static List<Integer> synced(Node node) {
        return decode(node.submitted.get(node.submitted.size() - 1).image()).syncedSet();
    }

    private static GroupsMessage decode(byte[] image) {
        return Objects.requireNonNull(GroupsMessage.decode(Unpooled.wrappedBuffer(image), 0, image.length));
    }

    private static GroupsMessage.GroupEntry entry(String group, int daemon, String member) {
        MembershipId from = Cluster.membershipId(3, 110);
        return new GroupsMessage.GroupEntry(
                Name.of(group),
                new GroupId(from, 1),
                false,
                List.of(new GroupsMessage.DaemonEntry(Cluster.id(daemon), from, List.of(Name.of(member)))));
    }

    private static byte[] groups(
            String sender, MembershipId ring, boolean last, List<Integer> synced, GroupsMessage.GroupEntry... groups) {
        ByteBuf out = Unpooled.buffer();
        new GroupsMessage(
                        last,
                        sender,
                        synced.isEmpty() ? 2 : synced.size(),
                        ring,
                        synced.stream().map(Cluster::id).toList(),
                        List.of(groups))
                .write(out);
        byte[] image = new byte[out.readableBytes()];
        out.readBytes(image);
        return image;
    }
}
