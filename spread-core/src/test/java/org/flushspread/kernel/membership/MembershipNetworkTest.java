package org.flushspread.kernel.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.SplittableRandom;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole formations: N membership protocols on fake rings and a network in virtual time. Times are those of membership-protocol 11. */
@Tag("once")
class MembershipNetworkTest {
    private MembershipNetwork net = new MembershipNetwork(TestConfigurations.oneSegment(4), 1);

    @AfterEach
    void nobodyEverSentWhatAnotherHadToRefuse() {
        net.expectNothingMalformed();
    }

    @Test
    void aDaemonAloneInItsConfigurationServesAtOnce() {
        net = new MembershipNetwork(TestConfigurations.oneSegment(1), 1);
        net.start(0);
        net.run(Duration.ofMillis(1));
        net.expectRing(0);
        net.run(Duration.ofMinutes(2));
        assertThat(net.nodes[0].installed).hasSize(1);
    }

    @Test
    void aDaemonAloneInALargerConfigurationServesAfterSegAndGather() {
        net.start(0);
        net.run(Duration.ofMillis(1749));
        assertThat(net.nodes[0].installed).isEmpty();
        net.run(Duration.ofMillis(2));
        net.expectRing(0);
    }

    @Test
    void fourDaemonsStartedTogetherFormOneRingAfterSegAndGather() {
        net.startAll();
        net.run(Duration.ofMillis(1760));
        net.expectRing(0, 1, 2, 3);
    }

    @Test
    void daemonsJoinOneAfterTheOther() {
        net.start(2);
        net.run(Duration.ofSeconds(4));
        net.expectRing(2);
        net.start(0);
        net.run(Duration.ofMillis(1760));
        net.expectRing(0, 2);
        net.start(3);
        net.run(Duration.ofMillis(1760));
        net.expectRing(0, 2, 3);
        net.start(1);
        net.run(Duration.ofMillis(1760));
        net.expectRing(0, 1, 2, 3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void theOthersGoOnAfterACrash(int crashed) {
        net.startAll();
        net.run(Duration.ofSeconds(3));
        net.crash(crashed);
        net.run(Duration.ofMillis(1250 + 1750 + 10));
        int[] rest =
                java.util.stream.IntStream.range(0, 4).filter(i -> i != crashed).toArray();
        net.expectRing(rest);
        net.start(crashed);
        net.run(Duration.ofMillis(4800));
        net.expectRing(0, 1, 2, 3);
    }

    @Test
    void aPartitionGivesTwoRingsAndTheLookupMergesThem() {
        net.startAll();
        net.run(Duration.ofSeconds(3));
        net.partition(0, 0, 1, 1);
        net.run(Duration.ofMillis(3010));
        net.expectRing(0, 1);
        net.expectRing(2, 3);
        net.heal();
        net.run(Duration.ofMillis(31_300));
        net.expectRing(0, 1, 2, 3);
    }

    @Test
    void aForeignPacketAtALeaderMergesAtOnce() {
        net.startAll();
        net.run(Duration.ofSeconds(3));
        net.partition(0, 0, 1, 1);
        net.run(Duration.ofMillis(3010));
        net.heal();
        net.nodes[0].receive(false, Unpooled.buffer().writeZero(PacketHeader.LENGTH));
        net.run(Duration.ofMillis(1300));
        net.expectRing(0, 1, 2, 3);
    }

    /**
     * A daemon that starts just behind a JOIN is put on FORM1 by its ALIVE and cannot take it. The others time out around its own JOIN a
     * cycle later, and the last of them just behind that: timers that are multiples of one another could go on so for ever.
     */
    @Test
    void attemptsThatMissOneAnotherInStepFallOutOfStep() {
        for (int micros = 0; micros <= 300; micros += 10) {
            net = new MembershipNetwork(TestConfigurations.oneSegment(4), 1);
            net.latency = Duration.ofNanos(30_000);
            net.start(1, 2, 3);
            net.run(Duration.ofMillis(1500).plusNanos(micros * 1000L));
            net.start(0);
            net.run(Duration.ofSeconds(25));
            assertThat(net.isWhole()).as("started %d microseconds late", micros).isTrue();
        }
    }

    /** The fast set of the guide (interoperability 5): a crash is over within 300 ms. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void withTheFastTimersANewRingStandsWithin300MillisecondsOfACrash(int crashed) {
        net = new MembershipNetwork(fastTimers(), 1);
        net.startAll();
        net.run(Duration.ofMillis(145));
        net.expectRing(0, 1, 2, 3);
        net.crash(crashed);
        net.run(Duration.ofMillis(300));
        net.expectRing(
                java.util.stream.IntStream.range(0, 4).filter(i -> i != crashed).toArray());
        // Ids count seconds: who comes back at once may use one again (membership-protocol 8).
        net.run(Duration.ofSeconds(5));
        net.start(crashed);
        net.run(Duration.ofMillis(1300));
        net.expectRing(0, 1, 2, 3);
    }

    /** Segments whose addresses differ in the upper 16 bits have the wide timers (membership-protocol 3). */
    @Test
    void ringsOverAWideNetworkTakeTheirTime() {
        net = new MembershipNetwork(Configuration.parse("""
                        Spread_Segment 10.15.0.255:15000 { a 10.15.0.1 b 10.15.0.2 }
                        Spread_Segment 10.16.0.255:15010 { c 10.16.0.1 d 10.16.0.2 }
                        """, "test", HostResolver.LOCALHOST_ONLY), 1);
        net.startAll();
        net.run(Duration.ofMillis(2990));
        assertThat(net.nodes[0].installed).isEmpty();
        // The representatives of both segments meet while they gather, each for 2.5 s.
        net.run(Duration.ofMillis(600));
        net.expectRing(0, 1, 2, 3);
        net.run(Duration.ofSeconds(1));
        net.crash(2);
        net.run(Duration.ofMillis(3500 + 3000 - 10));
        assertThat(net.nodes[0].members()).hasSize(4);
        net.run(Duration.ofMillis(1500 + 600));
        net.expectRing(0, 1, 3);
        net.partition(0, 0, 1, 1);
        net.run(Duration.ofMillis(5000 + 3000 + 600));
        net.expectRing(0, 1);
        net.expectRing(3);
        net.heal();
        net.run(Duration.ofMillis(45_000 + 2500 + 600));
        net.expectRing(0, 1, 3);
    }

    @Test
    void twoSegmentsStartedTogetherFormOneRing() {
        net = new MembershipNetwork(TestConfigurations.twoSegments(), 1);
        net.startAll();
        net.run(Duration.ofMillis(2100));
        net.expectRing(0, 1, 2, 3);
    }

    @Test
    void aRestartedSegmentLeaderIsReferredToTheRingLeader() {
        net = new MembershipNetwork(TestConfigurations.twoSegments(), 1);
        net.startAll();
        net.run(Duration.ofSeconds(3));
        net.crash(2);
        net.run(Duration.ofMillis(3300));
        net.expectRing(0, 1, 3);
        boolean[] referred = {false};
        net.filter = (from, to, token, bytes) -> {
            referred[0] |= !token && (bytes[1] & PacketType.REFER >> 8) != 0;
            return false;
        };
        net.start(2);
        net.run(Duration.ofMillis(1800));
        net.expectRing(0, 1, 2, 3);
        assertThat(referred[0]).isTrue();
    }

    @Test
    void splitSegmentsMergeByTheLookup() {
        net = new MembershipNetwork(TestConfigurations.twoSegments(), 1);
        net.startAll();
        net.run(Duration.ofSeconds(3));
        net.partition(0, 0, 1, 1);
        net.run(Duration.ofMillis(3300));
        net.expectRing(0, 1);
        net.expectRing(2, 3);
        net.heal();
        net.run(Duration.ofMillis(31_300));
        net.expectRing(0, 1, 2, 3);
    }

    @Test
    void aLostForm2CostsOneFormTimeout() {
        int[] dropped = {0};
        net.filter = (from, to, token, bytes) -> {
            boolean form2 = token && (bytes[1] & PacketType.FORM2 >> 8) != 0 && to == 2;
            dropped[0] += form2 ? 1 : 0;
            return form2 && dropped[0] <= 2;
        };
        net.startAll();
        net.run(Duration.ofMillis(1760));
        assertThat(net.isWhole()).isFalse();
        net.run(Duration.ofMillis(3100));
        net.expectRing(0, 1, 2, 3);
    }

    @Test
    void aRecoveryThatFailsIsRepeated() {
        int[] dropped = {0};
        net.startAll();
        net.run(Duration.ofSeconds(3));
        net.filter = (from, to, token, bytes) -> {
            boolean regular = token && (bytes[1] & PacketType.FORM >> 8) == 0 && to == 1;
            dropped[0] += regular ? 1 : 0;
            return regular && dropped[0] <= 2;
        };
        net.crash(3);
        net.run(Duration.ofMillis(3010 + 3100));
        net.expectRing(0, 1, 2);
    }

    @Test
    void aOneWayLinkSplitsTheRingAndItHealsAtALookup() {
        net = new MembershipNetwork(TestConfigurations.oneSegment(3), 1);
        net.startAll();
        net.run(Duration.ofSeconds(3));
        net.cut(0, 1);
        net.run(Duration.ofMinutes(2));
        assertThat(net.isWhole()).isFalse();
        net.heal();
        net.run(Duration.ofSeconds(70));
        net.expectRing(0, 1, 2);
    }

    @Test
    void anIdleWholeRingIsNotDisturbedByItsLookups() {
        net.startAll();
        net.run(Duration.ofMinutes(10));
        net.expectRing(0, 1, 2, 3);
        for (Node each : net.nodes) {
            assertThat(each.installed).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void afterAnyTroubleARingOfAllIsFormed(long seed) {
        net = new MembershipNetwork(
                seed % 2 == 0
                        ? TestConfigurations.oneSegment(6)
                        : TestConfigurations.of(TestConfigurations.TWO_SEGMENTS_HASH, 2, 1, 3),
                seed);
        java.util.SplittableRandom random = new java.util.SplittableRandom(seed);
        net.startAll();
        for (int i = 0; i < 20; i++) {
            net.run(Duration.ofMillis(random.nextInt(5000)));
            int node = random.nextInt(6);
            switch (random.nextInt(5)) {
                case 0 -> net.crash(node);
                case 1 -> {
                    if (net.nodes[node] == null) {
                        net.start(node);
                    }
                }
                case 2 -> net.partition(random.ints(6, 0, 3).toArray());
                case 3 -> net.cut(node, random.nextInt(6));
                default -> net.loss = random.nextInt(300);
            }
        }
        net.heal();
        net.loss = 0;
        for (int i = 0; i < 6; i++) {
            if (net.nodes[i] == null) {
                net.start(i);
            }
        }
        Duration healed = net.time();
        while (!net.isWhole() && net.time().minus(healed).compareTo(Duration.ofMinutes(2)) < 0) {
            net.run(Duration.ofMillis(100));
        }
        assertThat(net.isWhole()).as("a ring of all within two minutes").isTrue();
    }

    /** It runs on another host than its address says (or its token port is blocked): FORM tokens do not find it (6.6). */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aDaemonThatIsHeardButNeverFoundKeepsNobodyFromTheRing(int lost) {
        net.filter = (from, to, token, bytes) -> token && to == lost;
        net.startAll();
        int[] rest =
                java.util.stream.IntStream.range(0, 4).filter(i -> i != lost).toArray();
        net.run(Duration.ofMinutes(2));
        int rings = 0;
        for (int i = 0; i < 100; i++) {
            net.run(Duration.ofMillis(7_300));
            rings += isRing(rest) ? 1 : 0;
        }
        assertThat(rings).as("of 100 looks, ring of the others").isGreaterThan(85);
        assertThat(net.nodes[lost].context.counters().refused(Reason.NEVER_REACHED))
                .isPositive();
        net.filter = (from, to, token, bytes) -> false;
        net.run(Duration.ofSeconds(70));
        net.expectRing(0, 1, 2, 3);
    }

    /** The one on the right host answers; the other one is heard until it finds that no token reaches it (6.6). */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aSecondDaemonUnderTheNameOfAMemberStepsBack(int twice) {
        net.startAll();
        net.run(Duration.ofMinutes(1));
        net.startImpostor(twice);
        net.run(Duration.ofSeconds(40));
        int rings = 0;
        for (int i = 0; i < 100; i++) {
            net.run(Duration.ofMillis(7_300));
            rings += isRing(0, 1, 2, 3) ? 1 : 0;
        }
        assertThat(rings).as("of 100 looks, whole ring").isGreaterThan(85);
    }

    /** An established ring loses little time to one that comes and is never found (6.6). */
    @Test
    void anEstablishedRingGoesOnWithoutANewcomerThatIsNeverFound() {
        net.start(0, 1, 3);
        net.run(Duration.ofMinutes(1));
        net.filter = (from, to, token, bytes) -> token && to == 2;
        net.start(2);
        net.run(Duration.ofSeconds(40));
        net.expectRing(0, 1, 3);
    }

    /** A C daemon that somebody started under the name of another host (6.7): it is heard, no token finds it, and it does not step back. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void theOthersGoOnWithoutACDaemonOnTheWrongHost(int name) {
        net.sources = true;
        int[] rest =
                java.util.stream.IntStream.range(0, 4).filter(i -> i != name).toArray();
        net.start(rest);
        net.startImpostorOfC(name);
        net.run(Duration.ofSeconds(20));
        int rings = 0;
        for (int i = 0; i < 100; i++) {
            net.run(Duration.ofMillis(7_300));
            rings += isRing(rest) ? 1 : 0;
        }
        assertThat(rings).as("of 100 looks, ring of the others").isGreaterThan(90);
        assertThat(net.nodes[rest[0]].context.counters().refused(Reason.IMPOSTOR))
                .isPositive();
        // The host whose name it is comes back, and the other one is ended.
        net.crash(net.nodes.length - 1);
        net.start(name);
        net.run(Duration.ofSeconds(70));
        net.expectRing(0, 1, 2, 3);
    }

    /** The one on the right host answers; what the other one says is not heard any more (6.7). */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aRingKeepsAMemberUnderWhoseNameACDaemonIsStartedElsewhere(int twice) {
        net.sources = true;
        net.startAll();
        net.run(Duration.ofMinutes(1));
        net.startImpostorOfC(twice);
        net.run(Duration.ofSeconds(40));
        int rings = 0;
        for (int i = 0; i < 100; i++) {
            net.run(Duration.ofMillis(7_300));
            rings += isRing(0, 1, 2, 3) ? 1 : 0;
        }
        assertThat(rings).as("of 100 looks, whole ring").isGreaterThan(90);
    }

    /** A host with several addresses may answer from one that the configuration does not have: it is found, and stays. */
    @Test
    void aDaemonThatTokensFindIsNoImpostorWhereverItSpeaksFrom() {
        net.sources = true;
        net.start(0, 1, 3);
        net.startElsewhere(2);
        net.run(Duration.ofSeconds(10));
        net.expectRing(0, 1, 2, 3);
        for (int i = 0; i < 10; i++) {
            net.crash(2);
            net.run(Duration.ofSeconds(6));
            net.startElsewhere(2);
            net.run(Duration.ofSeconds(6));
            net.expectRing(0, 1, 2, 3);
        }
    }

    /**
     * Daemons of one machine all speak from 127.0.0.1. While it is too slow for their timers no ring comes about; as soon as it is not, the
     * next lookup brings them together, whatever each thought of the others until then (6.7 rule 8).
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void whoLeftEachOtherOutComesTogetherOnceTokensArrive(int segments) {
        for (int seed = 0; seed < 12; seed++) {
            var dice = new SplittableRandom(seed);
            net = new MembershipNetwork(
                    segments == 1
                            ? TestConfigurations.oneSegment(3)
                            : TestConfigurations.of(TestConfigurations.TWO_SEGMENTS_HASH, 1, 1, 1),
                    seed);
            net.sources = true;
            net.filter = (from, to, token, bytes) -> token && dice.nextInt(4) == 0;
            for (int i = 0; i < 3; i++) {
                net.startElsewhere(i);
            }
            net.run(Duration.ofMinutes(3));
            net.filter = (from, to, token, bytes) -> false;
            Duration healed = net.time();
            while (!net.isWhole()) {
                net.run(Duration.ofSeconds(1));
                assertThat(net.time().minus(healed))
                        .as("time to a whole ring, seed %s", seed)
                        .isLessThan(Duration.ofSeconds(75));
            }
        }
    }

    /** Timers may be shorter than what a busy machine takes for an answer: that alone makes nobody an impostor (6.7 rule 8). */
    @Test
    void whoIsSlowToAnswerIsNotTakenForAnImpostor() {
        net = new MembershipNetwork(fastTimers(), 1);
        net.sources = true;
        net.latency = Duration.ofMillis(300);
        net.filter = (from, to, token, bytes) -> token;
        for (int i = 0; i < 4; i++) {
            net.startElsewhere(i);
        }
        net.run(Duration.ofSeconds(20));
        for (Node each : net.nodes) {
            assertThat(each.context.counters().refused(Reason.IMPOSTOR))
                    .as(each.daemon.name())
                    .isZero();
        }
    }

    private static Configuration fastTimers() {
        return Configuration.parse("""
                TokenTimeout = 100
                HurryTimeout = 40
                AliveTimeout = 20
                JoinTimeout = 20
                RepTimeout = 50
                SegTimeout = 40
                GatherTimeout = 100
                FormTimeout = 100
                LookupTimeout = 1000
                Spread_Segment 10.15.0.255:15000 { a 10.15.0.1 b 10.15.0.2 c 10.15.0.3 d 10.15.0.4 }
                """, "test", HostResolver.LOCALHOST_ONLY);
    }

    private boolean isRing(int... indexes) {
        try {
            net.expectRing(indexes);
            return true;
        } catch (AssertionError apart) {
            return false;
        }
    }
}
