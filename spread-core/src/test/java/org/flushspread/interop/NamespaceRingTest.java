package org.flushspread.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.flushspread.Wait;
import org.flushspread.interop.Namespaces.Cast;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rings over a network: hosts are namespaces, joined by bridges. Needs root, else skipped. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(240)
class NamespaceRingTest {
    private static Ring ring(String kinds, Namespaces net, boolean accelerated) {
        return new Ring(kinds, net, Timers.STEADY, accelerated);
    }

    /** Ours may have the sockets of the JDK in the place of those of epoll. */
    private static Ring sockets(Ring ring, boolean nio) {
        ring.nodes.stream().filter(each -> nio && each.kind.ours).forEach(each -> each.options.add("--nio"));
        return ring;
    }

    /** Multicast and broadcast, with D, C and M lines, in one segment and two. */
    @Tag("once")
    @ParameterizedTest(name = "{0} segments {1} {2} accelerated {3}")
    @CsvSource({
        "JJJ, 3, MULTICAST, true",
        "JJJJJ, 23, BROADCAST, false",
        "JCJ, 3, MULTICAST, true",
        "CJC, 3, BROADCAST, false",
        "JCCJ, 22, MULTICAST, true",
        "CJJC, 22, BROADCAST, true",
        "CJCJ, 31, MULTICAST, false",
        "jjj, 3, MULTICAST_IPV6, true",
        "j5j, 3, MULTICAST, true",
        "5j5, 3, BROADCAST, false",
        "j55j, 22, MULTICAST, true",
        "5jj5, 22, BROADCAST, true",
        "55j, 3, MULTICAST_IPV6, false",
        "j5j, 3, MULTICAST_IPV6, true",
        "5jj, 3, MULTICAST_IPV6, false",
        "j55j, 22, MULTICAST_IPV6, true",
        "5j5j, 31, MULTICAST_IPV6, false"
    })
    void hostsPartAndMeetAgain(String kinds, String segments, Cast cast, boolean accelerated) {
        Namespaces net = new Namespaces(cast, true, Net.sizes(segments));
        try (Ring ring = ring(kinds, net, accelerated)) {
            ring.form().populate().exchange(400);
            for (int round = 0; round < 2; round++) {
                int[] components = new int[kinds.length()];
                for (int i = 0; i < components.length; i++) {
                    components[i] = round == 0 ? i / 2 % 2 : i % 2;
                }
                try (Traffic traffic = ring.traffic()) {
                    traffic.await(50);
                    net.partition(components);
                    for (int side = 0; side < 2; side++) {
                        int which = side;
                        ring.awaitRing(ring.nodes.stream()
                                .filter(each -> components[each.index] == which)
                                .toList());
                        ring.awaitViews(ring.open().stream()
                                .filter(each -> components[each.node.index] == which)
                                .toList());
                    }
                    traffic.await(50);
                    net.heal();
                    ring.awaitRing(ring.nodes);
                    ring.awaitViews();
                }
            }
            Node victim = ring.nodes.get(1);
            victim.kill();
            ring.awaitRing(ring.running());
            ring.awaitViews();
            victim.start();
            victim.awaitListening();
            ring.awaitRing(ring.nodes);
            ring.addMember(victim);
            ring.awaitViews();
            ring.exchange(200);
            ring.requireSound();
        }
    }

    /** As on loopback, for C daemons that want their addresses at a card. */
    @Tag("once")
    @ParameterizedTest(name = "{0} {1} accelerated {2} nio {3}")
    @CsvSource({
        "j5, MULTICAST, false, false",
        "5j, BROADCAST, true, false",
        "j55, MULTICAST, true, false",
        "5j5, MULTICAST_IPV6, false, false",
        "55j, MULTICAST_IPV6, true, false",
        "jj5, MULTICAST_IPV6, true, true"
    })
    void everyDaemonOfARingOfSpread5MayCrashAndComeBack(String kinds, Cast cast, boolean accelerated, boolean nio) {
        try (Ring ring = ring(kinds, new Namespaces(cast, true, kinds.length()), accelerated)) {
            sockets(ring, nio).form().populate().exchange(300);
            ring.nodes.forEach(each -> LoopbackRingTest.crashAndRestart(ring, each));
            ring.exchange(200);
            ring.requireSound();
        }
    }

    /** Whole runs are lost at once, or each datagram by itself. */
    @Tag("once")
    @ParameterizedTest(name = "{0} segments {1} single {2} {3}")
    @CsvSource({
        "JJJ, 3, false, MULTICAST",
        "JJJ, 3, true, MULTICAST",
        "JCJ, 3, false, MULTICAST",
        "CJC, 3, true, MULTICAST",
        "CJJC, 22, false, MULTICAST",
        "JCCJ, 22, true, MULTICAST",
        "j5j, 3, false, MULTICAST",
        "5j5, 3, true, MULTICAST",
        "5jj5, 22, false, MULTICAST",
        "5j5, 3, true, MULTICAST_IPV6"
    })
    void nothingIsMissingInTheEndWhenDatagramsAreLost(String kinds, String segments, boolean single, Cast cast) {
        Namespaces net = new Namespaces(cast, true, Net.sizes(segments));
        // Forming tokens are not sent again: with a short token timeout, loss means membership changes.
        try (Ring ring = new Ring(kinds, net, Timers.FIFTH.withToken(600), !single)) {
            if (single) {
                net.segmentEarly();
            }
            ring.form().populate();
            ring.expectCascades();
            net.loss(0.05);
            try (Traffic traffic = ring.traffic()) {
                traffic.await(600);
            }
            net.loss(0.25);
            try (Traffic traffic = ring.traffic()) {
                traffic.await(60);
            }
            net.loss(0);
            ring.awaitRing(ring.nodes);
            ring.awaitViews();
            ring.exchange(200);
            assertThat(ring.retransmissions()).isPositive();
            ring.requireSound();
        }
    }

    /** With little loss the membership stays, and everything arrives. */
    @Tag("once")
    @ParameterizedTest
    @CsvSource({
        "JJJ, MULTICAST",
        "JCJ, MULTICAST",
        "CJC, MULTICAST",
        "j5j, MULTICAST",
        "5j5, MULTICAST",
        "j5j, MULTICAST_IPV6"
    })
    void aLittleLossCostsNoMembershipAndNoMessage(String kinds, Cast cast) {
        Namespaces net = new Namespaces(cast, true, kinds.length());
        try (Ring ring = new Ring(kinds, net, Timers.FIFTH.withToken(10_000), true)) {
            net.segmentEarly();
            ring.form().populate();
            int changes = ring.membershipChanges();
            net.loss(0.02);
            ring.exchange(1500);
            net.loss(0);
            assertThat(ring.membershipChanges()).isEqualTo(changes);
            assertThat(ring.retransmissions()).isPositive();
            ring.requireSound();
        }
    }

    /**
     * One direction between two hosts is dead; everything else works. If the first does not reach the second, a ring of the others stands. If
     * the second does not reach the third, the forming token needs just that way: C daemons and ours try in vain as long as the cut lasts,
     * with smaller rings in between or without (membership-protocol 13.2). After either all are one again.
     */
    @Tag("once")
    @ParameterizedTest
    @CsvSource({
        "JJJ, MULTICAST",
        "JCJ, MULTICAST",
        "CJJ, MULTICAST",
        "j5j, MULTICAST",
        "5jj, MULTICAST",
        "j5j, MULTICAST_IPV6"
    })
    void afterAOneWayCutRingsMerge(String kinds, Cast cast) {
        Namespaces net = new Namespaces(cast, true, kinds.length());
        // Forming tokens that get lost cost a form timeout each, and a busy machine must not add losses of its own.
        try (Ring ring = new Ring(kinds, net, Timers.FIFTH.withToken(1000), true)) {
            ring.form().populate().exchange(100);
            ring.expectCascades();
            net.cut(0, 1);
            ring.awaitMembers(ring.nodes.get(1), each -> each == 2);
            try (Traffic traffic = ring.traffic()) {
                traffic.await(100);
                net.uncut();
                ring.awaitRing(ring.nodes);
                ring.awaitViews();
                net.cut(1, 2);
                ring.awaitBroken(ring.nodes.get(2));
                Wait.pause(Duration.ofSeconds(2));
                net.uncut();
                ring.awaitRing(ring.nodes);
                ring.awaitViews();
            }
            ring.exchange(200);
            ring.requireSound();
        }
    }

    /**
     * The token does not use the links from the first to the third, the second to the first and the third to the second of three daemons:
     * nothing is lost but what has to go there, and others send it (ring-protocol 8.3). Where C daemons hold a packet, send it and ask for
     * it, nobody can help: that link is left out.
     */
    @Tag("once")
    @ParameterizedTest
    @CsvSource({
        "JJJ, 3, MULTICAST",
        "JCJ, 3, MULTICAST",
        "CJC, 2, MULTICAST",
        "j5j, 3, MULTICAST",
        "5j5, 2, MULTICAST",
        "j5j, 3, MULTICAST_IPV6"
    })
    void aLinkBesideTheTokenThatLosesEverythingStopsNothing(String kinds, int links, Cast cast) {
        Namespaces net = new Namespaces(cast, true, kinds.length());
        try (Ring ring = ring(kinds, net, true)) {
            ring.form().populate().exchange(100);
            for (int from = 0; from < links; from++) {
                net.cut(from, (from + 2) % 3);
                ring.exchange(60);
                net.uncut();
            }
            ring.exchange(100);
            ring.requireSound();
        }
    }

    /** Runs of full packets do not fit: they are sent one by one from the first refusal on. */
    @Tag("once")
    @ParameterizedTest
    @CsvSource({"JJJ, MULTICAST", "CJJ, MULTICAST", "5jj, MULTICAST", "5jj, MULTICAST_IPV6"})
    void aSmallMtuIsSurvived(String kinds, Cast cast) {
        Namespaces net = new Namespaces(cast, true, kinds.length());
        net.mtu(1400);
        try (Ring ring = ring(kinds, net, true)) {
            ring.form().populate();
            ring.exchange(1000);
            assertThat(ring.nodes.get(2).wholeLog()).contains("refuses runs");
            ring.requireSound();
        }
    }

    /** Without an interface list daemons bind to 0.0.0.0 and hear the group there. */
    @ParameterizedTest(name = "{0} {1} nio {2}")
    @CsvSource({
        "JJJ, MULTICAST, false",
        "JCJ, MULTICAST, false",
        "CJC, BROADCAST, false",
        "j5j, MULTICAST_IPV6, false",
        "5j5, MULTICAST, false",
        "j5j, BROADCAST, false",
        "j5j, MULTICAST_IPV6, true",
        "5j5, LINK_LOCAL_IPV6, false",
        "j5j, LINK_LOCAL_IPV6, true"
    })
    void daemonsWithoutAnInterfaceListFindEachOther(String kinds, Cast cast, boolean nio) {
        Namespaces net = new Namespaces(cast, false, kinds.length());
        try (Ring ring = ring(kinds, net, true)) {
            sockets(ring, nio).nodes.forEach(Node::start);
            ring.nodes.forEach(Node::awaitListening);
            // No monitor reaches them: it would need an address of the configuration.
            ring.populate().exchange(300);
            ring.nodes.get(2).kill();
            ring.awaitViews(List.of(ring.members.get(0), ring.members.get(1)));
            ring.exchange(100);
            ring.requireSound();
        }
    }
}
