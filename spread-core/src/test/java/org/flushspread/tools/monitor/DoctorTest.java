package org.flushspread.tools.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.flushspread.config.Configuration;
import org.flushspread.config.ConfigurationHash;
import org.flushspread.config.ConfigurationReading;
import org.flushspread.config.Daemon;
import org.flushspread.config.HostResolver;
import org.flushspread.config.RingVersion;
import org.flushspread.config.Segment;
import org.flushspread.tools.monitor.MonitorPort.Answer;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.MonitorFacts;
import org.flushspread.wire.SpreadCode;
import org.flushspread.wire.StatusReply;
import org.junit.jupiter.api.Test;

/** Each cause that the doctor knows, from facts alone, and what is just not one (operations 7). */
class DoctorTest {
    private static final int NOW = 1_800_000_000;
    private static final String RING = "Spread_Segment 10.1.2.255:4803 { d1 10.1.2.1 d2 10.1.2.2 d3 10.1.2.3 }\n";

    private final Facts facts = healthy(RING, "d1");
    private final Daemon d1 = daemon("d1");
    private final Daemon d2 = daemon("d2");
    private final Daemon d3 = daemon("d3");

    // ---- a healthy ring

    /** All that can be asked was asked and was answered. */
    private static Facts healthy(String text, String self) {
        Configuration configuration = ConfigurationReading.parse(text, "spread.conf", HostResolver.LOCALHOST_ONLY)
                .configuration();
        Facts facts = new Facts(configuration, self == null ? null : configuration.requireByName(self));
        facts.networks.add(new Facts.Network(ip("10.1.2.1"), 24, "eth0", 1500, false));
        facts.networks.add(new Facts.Network(ip("127.0.0.1"), 8, "lo", 65536, true));
        facts.socketFile = Facts.SocketFile.ANSWERS;
        facts.socketPath = "/tmp/4803";
        facts.descriptors = Optional.of(65536L);
        facts.receiveBuffer = Optional.of(8L << 20);
        Set<Daemon> all = new LinkedHashSet<>(configuration.daemons());
        for (Daemon each : all) {
            answers(facts, each, ours(facts, each));
            facts.askedAt.put(each, NOW * 1000L);
            facts.answeredAt.put(each, NOW * 1000L + 20);
        }
        facts.tokenAsked.addAll(all);
        facts.tokenAnswered.addAll(all);
        facts.fullAsked.addAll(all);
        facts.fullAnswered.addAll(all);
        facts.passers.addAll(all);
        facts.casters.addAll(all);
        for (Daemon from : all) {
            for (Daemon to : all) {
                if (!from.equals(to)) {
                    facts.passedToData.add(new Facts.Pair(from, to));
                    facts.passedToToken.add(new Facts.Pair(from, to));
                    facts.cast.add(new Facts.Pair(from, to));
                }
            }
        }
        for (Segment each : configuration.segments()) {
            facts.segmentAnswers.put(each, new LinkedHashSet<>(each.daemons()));
        }
        return facts;
    }

    private static Answer ours(Facts facts, Daemon daemon) {
        int hash = facts.configuration.hash();
        return answer(facts, daemon, new MonitorFacts(1, hash, new MembershipId(daemon.id(), NOW), NOW), false);
    }

    private static Answer ofC(Facts facts, Daemon daemon, boolean accelerated) {
        return answer(facts, daemon, null, accelerated);
    }

    private static Answer answer(Facts facts, Daemon daemon, MonitorFacts said, boolean accelerated) {
        int leader = facts.configuration.daemons().get(0).id();
        int members = facts.configuration.daemons().size();
        return new Answer(daemon, status(daemon, leader, members, accelerated, 3), address(daemon), said, 0, false);
    }

    private static StatusReply status(Daemon daemon, int leader, int members, boolean accelerated, int sessions) {
        return new StatusReply(
                60,
                1,
                1,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                daemon.id(),
                leader,
                0,
                1,
                members,
                1,
                60,
                20,
                accelerated ? 1 : 0,
                0,
                sessions,
                0,
                4,
                4,
                0);
    }

    private static InetAddress address(Daemon daemon) {
        return InetAddresses.forString(daemon.address().toString());
    }

    private static IpAddress ip(String text) {
        return Objects.requireNonNull(IpAddress.parse(text));
    }

    private static void answers(Facts facts, Daemon daemon, Answer answer) {
        facts.answers.put(daemon, answer);
        facts.allAnswers.removeIf(each -> each.from().equals(daemon));
        facts.allAnswers.add(answer);
    }

    /** Nothing of it is known and nothing comes through it. */
    private static void silent(Facts facts, Daemon daemon) {
        facts.answers.remove(daemon);
        facts.allAnswers.removeIf(each -> each.from().equals(daemon));
        for (Set<Daemon> each : List.of(facts.tokenAnswered, facts.fullAnswered, facts.backToData, facts.backToToken)) {
            each.remove(daemon);
        }
        facts.segmentAnswers.values().forEach(each -> each.remove(daemon));
        for (Set<Facts.Pair> each : List.of(facts.passedToData, facts.passedToToken, facts.cast)) {
            each.removeIf(pair -> pair.from().equals(daemon) || pair.to().equals(daemon));
        }
    }

    private Daemon daemon(String name) {
        return facts.configuration.requireByName(name);
    }

    private static List<String> causes(Facts facts) {
        return Diagnosis.of(facts).stream().map(Finding::cause).toList();
    }

    /** The one thing that is found, as a person reads it. */
    private static String only(Facts facts, String cause) {
        assertThat(causes(facts)).containsExactly(cause);
        Finding found = Diagnosis.of(facts).get(0);
        assertThat(found.mend()).isNotBlank();
        return found.sentence();
    }

    @Test
    void nothingIsFoundOnAHealthyRing() {
        assertThat(Diagnosis.of(facts)).isEmpty();
        assertThat(Diagnosis.of(healthy("Spread_Segment 127.0.0.255:4803 { d1 127.0.0.1 }\n", "d1")))
                .isEmpty();
    }

    /** C daemons pass nothing on and tell no hash: what was not looked at is no fault. */
    @Test
    void nothingIsFoundOnAHealthyRingOfCDaemons() {
        for (Daemon each : facts.configuration.daemons()) {
            answers(facts, each, ofC(facts, each, false));
        }
        facts.passers.clear();
        facts.casters.clear();
        facts.passedToData.clear();
        facts.passedToToken.clear();
        facts.cast.clear();
        facts.tokenAsked.clear();
        facts.tokenAnswered.clear();
        assertThat(Diagnosis.of(facts)).isEmpty();
    }

    /** The daemon of this host is not there yet: its ports are free, and the others answer to them. */
    @Test
    void nothingIsFoundBeforeTheDaemonOfThisHostIsStarted() {
        beforeTheStart();
        assertThat(Diagnosis.of(facts)).isEmpty();
    }

    private void beforeTheStart() {
        silent(facts, d1);
        facts.socketFile = Facts.SocketFile.NONE;
        facts.passers.remove(d1);
        facts.casters.remove(d1);
        facts.backAsked.addAll(List.of(d2, d3));
        facts.backToData.addAll(List.of(d2, d3));
        facts.backToToken.addAll(List.of(d2, d3));
        for (Daemon from : List.of(d2, d3)) {
            facts.passedToData.add(new Facts.Pair(from, d1));
            facts.passedToToken.add(new Facts.Pair(from, d1));
            facts.cast.add(new Facts.Pair(from, d1));
        }
    }

    // ---- one cause each

    @Test
    void aNameThatIsALoopbackAddressHere() {
        facts.resolved.put("d2", ip("127.0.1.1"));
        assertThat(only(facts, "name-to-loopback")).contains("'d2'", "127.0.1.1");
        facts.resolved.put("d2", ip("10.1.2.2"));
        assertThat(causes(facts)).isEmpty();
    }

    @Test
    void aLoopbackAddressAmongOthers() {
        Facts mixed = healthy("Spread_Segment 10.1.2.255:4803 { d1 10.1.2.1 d2 127.0.0.1 }\n", "d1");
        assertThat(only(mixed, "loopback-among-others")).contains("d2");
        assertThat(causes(healthy("Spread_Segment 127.0.0.255:4803 { d1 127.0.0.1 d2 127.0.0.2 }\n", "d1")))
                .isEmpty();
    }

    @Test
    void noDaemonOfTheFileIsOnThisHost() {
        Facts elsewhere = healthy(RING, null);
        assertThat(only(elsewhere, "no-daemon-here")).contains("10.1.2.1");
    }

    @Test
    void theDaemonsAddressIsNotOfThisHost() {
        facts.networks.set(0, new Facts.Network(ip("10.1.2.9"), 24, "eth0", 1500, false));
        assertThat(only(facts, "address-not-here")).contains("10.1.2.1", "10.1.2.9");
        facts.networks.clear();
        assertThat(causes(facts)).as("the system does not tell").isEmpty();
    }

    @Test
    void theSegmentsAddressIsNotTheBroadcastAddress() {
        facts.networks.set(0, new Facts.Network(ip("10.1.2.1"), 16, "eth0", 1500, false));
        assertThat(only(facts, "segment-address")).contains("10.1.2.255", "10.1.2.1/16");
        assertThat(causes(healthy(RING.replace("10.1.2.255", "225.0.1.1"), "d1")))
                .as("multicast")
                .isEmpty();
        assertThat(causes(healthy("Spread_Segment 10.9.9.9:4803 { d1 10.1.2.1 }\n", "d1")))
                .as("a daemon by itself sends nothing there")
                .isEmpty();
    }

    @Test
    void aDaemonRunsWithAnotherFile() {
        MonitorFacts other = new MonitorFacts(1, 99, new MembershipId(d2.id(), NOW), NOW);
        answers(facts, d2, answer(facts, d2, other, false));
        assertThat(only(facts, "other-hash")).contains("its hash is 99", "could not be asked");

        Segment segment = facts.configuration.segments().get(0);
        RingVersion ring = facts.configuration.ring();
        List<Integer> theirs = List.of(
                ConfigurationHash.ofEntry(ring, segment, d1), ConfigurationHash.ofEntry(ring, segment, d2), 4711, 4712);
        facts.entries.put(d2, theirs);
        assertThat(only(facts, "other-hash")).contains("no such line", "'d3'", "1 daemon(s) that this file has not");
    }

    @Test
    void aCDaemonRunsTheOtherRing() {
        answers(facts, d2, ofC(facts, d2, true));
        assertThat(only(facts, "other-hash")).contains("d2", "accelerated ring", "original ring");
    }

    @Test
    void aDaemonDoesNotRun() {
        silent(facts, d2);
        facts.passers.remove(d2);
        facts.casters.remove(d2);
        facts.closed.add(d2);
        assertThat(only(facts, "not-running")).contains("d2", "4803");
        facts.closed.clear();
        assertThat(only(facts, "no-answer")).contains("d2");
    }

    @Test
    void onlyOneDirectionIsOpen() {
        silent(facts, d2);
        facts.passedToData.add(new Facts.Pair(d2, d3));
        facts.passedToToken.add(new Facts.Pair(d2, d3));
        facts.cast.add(new Facts.Pair(d2, d3));
        facts.casters.remove(d3);
        assertThat(causes(facts)).contains("one-way");
        assertThat(Diagnosis.of(facts).get(0).sentence()).contains("this host reaches d2");
    }

    @Test
    void theDataPortIsBlockedBetweenTwoOthers() {
        for (Set<Facts.Pair> each : List.of(facts.passedToData, facts.passedToToken, facts.cast)) {
            each.remove(new Facts.Pair(d2, d3));
        }
        assertThat(only(facts, "data-port-blocked")).contains("what d2(", "reach d3(", "4803");
    }

    @Test
    void theTokenPortIsBlocked() {
        facts.tokenAnswered.remove(d2);
        assertThat(only(facts, "token-port-blocked")).contains("this host", "d2", "4804");
    }

    @Test
    void theTokenPortIsBlockedBetweenTwoOthers() {
        facts.passedToToken.remove(new Facts.Pair(d3, d2));
        assertThat(only(facts, "token-port-blocked")).contains("what d3(", "reaches d2(");
    }

    @Test
    void theWaysToADaemonThatIsToBeStartedAreTested() {
        beforeTheStart();
        facts.backToToken.remove(d2);
        facts.passedToToken.remove(new Facts.Pair(d2, d1));
        assertThat(causes(facts)).containsOnly("token-port-blocked");
        facts.backToData.remove(d2);
        facts.passedToData.remove(new Facts.Pair(d2, d1));
        facts.cast.remove(new Facts.Pair(d2, d1));
        assertThat(causes(facts)).containsOnly("data-port-blocked");
    }

    @Test
    void theSegmentsAddressReachesNotAll() {
        Segment segment = facts.configuration.segments().get(0);
        facts.segmentAnswers.get(segment).remove(d3);
        assertThat(only(facts, "broadcast-lost")).contains("this host", "d3");
        facts.segmentAnswers.clear();
        facts.cast.remove(new Facts.Pair(d2, d3));
        assertThat(only(facts, "broadcast-lost")).contains("what d2(", "d3");

        Facts multicast = healthy(RING.replace("10.1.2.255", "225.0.1.1"), "d1");
        multicast.segmentAnswers.values().forEach(each -> each.remove(d3));
        assertThat(only(multicast, "multicast-lost")).contains("225.0.1.1");
    }

    @Test
    void fullPacketsDoNotFit() {
        facts.networks.set(0, new Facts.Network(ip("10.1.2.1"), 24, "eth0", 1499, false));
        assertThat(only(facts, "mtu")).contains("eth0", "1499", "1500");
        facts.networks.set(0, new Facts.Network(ip("10.1.2.1"), 24, "eth0", 1500, false));
        facts.fullAnswered.remove(d2);
        assertThat(only(facts, "mtu")).contains("d2", "1472");
    }

    @Test
    void theReceiveBufferIsSmallerThanTheWindow() {
        long need = facts.configuration.options().window() * 2304L / 2;
        facts.receiveBuffer = Optional.of(need - 1);
        assertThat(only(facts, "receive-buffer")).contains(Long.toString(need));
        facts.receiveBuffer = Optional.of(need);
        assertThat(causes(facts)).isEmpty();
    }

    @Test
    void clocksAreApart() {
        clockOf(d3, NOW + 5);
        assertThat(causes(facts)).isEmpty();
        clockOf(d3, NOW + 6);
        assertThat(only(facts, "clock")).contains("d3", "6 s ahead");
        clockOf(d3, NOW - 100);
        assertThat(only(facts, "clock")).contains("100 s behind");
    }

    private void clockOf(Daemon daemon, int seconds) {
        int hash = facts.configuration.hash();
        MonitorFacts said = new MonitorFacts(1, hash, new MembershipId(daemon.id(), NOW), seconds);
        answers(facts, daemon, answer(facts, daemon, said, false));
    }

    /** The daemon looked at its clock at some time between the question and its answer. */
    @Test
    void aClockIsNotBlamedForALateAnswer() {
        facts.answeredAt.put(d3, (NOW + 20) * 1000L);
        clockOf(d3, NOW + 25);
        assertThat(causes(facts)).isEmpty();
        clockOf(d3, NOW);
        assertThat(causes(facts)).isEmpty();
        clockOf(d3, NOW + 26);
        assertThat(only(facts, "clock")).contains("6 s ahead");
    }

    @Test
    void aWayOfWhichNothingCouldBeToldIsNotBlocked() {
        Facts.Pair way = new Facts.Pair(d2, d3);
        facts.passedToToken.remove(way);
        facts.unknown.add(way);
        assertThat(causes(facts)).isEmpty();
        facts.passedToData.remove(way);
        facts.cast.remove(way);
        assertThat(causes(facts)).isEmpty();
    }

    @Test
    void daemonsWithAndWithoutAKey() {
        facts.keys.add("1a2b");
        facts.localSeal = Optional.of(new Facts.LocalSeal(List.of("1a2b"), Map.of()));
        for (Daemon each : List.of(d1, d2, d3)) {
            Answer known = facts.answers.get(each);
            answers(facts, each, new Answer(each, known.status(), known.source(), known.facts(), 0, !each.equals(d3)));
        }
        assertThat(only(facts, "seal")).startsWith("d3(10.1.2.3) runs without a key");
        facts.localSeal =
                Optional.of(new Facts.LocalSeal(List.of("1a2b"), Map.of("d3", "what it sends is not sealed")));
        assertThat(only(facts, "seal")).startsWith("d3(10.1.2.3) runs without a key");
        facts.localSeal = Optional.of(new Facts.LocalSeal(List.of("1a2b"), Map.of("d2", "what it sends is odd")));
        assertThat(causes(facts)).containsExactly("seal", "seal");
    }

    @Test
    void aKeyThatIsMissingHereOrAnotherOne() {
        assertThat(causes(facts)).isEmpty();
        facts.localSeal = Optional.of(new Facts.LocalSeal(List.of(), Map.of()));
        assertThat(causes(facts)).isEmpty();
        facts.localSeal = Optional.of(new Facts.LocalSeal(List.of("1a2b"), Map.of()));
        assertThat(only(facts, "seal")).contains("answers only monitors that have its key");
        facts.keys.add("3c4d");
        assertThat(Diagnosis.of(facts))
                .anySatisfy(each -> assertThat(each.sentence()).contains("its key ids are 1a2b, those here 3c4d"));
    }

    @Test
    void twoDaemonsOfOneName() {
        Answer known = facts.answers.get(d2);
        facts.allAnswers.add(new Answer(d2, known.status(), address(d3), known.facts(), 1, false));
        assertThat(only(facts, "two-of-one-name")).contains("d2", "10.1.2.2 and 10.1.2.3", "where the file has d3");
    }

    @Test
    void aPortIsTaken() {
        facts.taken.add(new Facts.Taken("UDP port 4803", "named (12)"));
        assertThat(only(facts, "port-taken")).isEqualTo("UDP port 4803 is in use by named (12)");
    }

    @Test
    void theSocketOfLocalClientsIsOfNoUse() {
        Map<Facts.SocketFile, String> wrong = Map.of(
                Facts.SocketFile.STALE, "stale-socket",
                Facts.SocketFile.NO_SOCKET, "stale-socket",
                Facts.SocketFile.FORBIDDEN, "socket-forbidden");
        for (Facts.SocketFile each : Facts.SocketFile.values()) {
            facts.socketFile = each;
            if (wrong.containsKey(each)) {
                assertThat(only(facts, wrong.get(each))).contains("/tmp/4803");
            } else {
                assertThat(causes(facts)).isEmpty();
            }
        }
    }

    @Test
    void descriptorsAreTooFew() {
        facts.descriptors = Optional.of(1023L);
        assertThat(only(facts, "descriptors")).contains("1023");
        facts.descriptors = Optional.of(2000L);
        assertThat(causes(facts)).isEmpty();
        sessions(1936);
        assertThat(only(facts, "descriptors")).contains("it has 1936");
    }

    private void sessions(int sessions) {
        Answer known = facts.answers.get(d1);
        StatusReply status = status(d1, d1.id(), 3, false, sessions);
        answers(facts, d1, new Answer(d1, status, known.source(), known.facts(), 0, false));
    }

    @Test
    void aClientIsRefused() {
        Consumer<SpreadCode> refuse = code -> {
            facts.refused.clear();
            facts.refused.add(new Facts.Refused("TCP", code.code(), "the daemon said no"));
        };
        Map<SpreadCode, String> mends = Map.of(
                SpreadCode.REJECT_AUTH, "spread.access_ip",
                SpreadCode.REJECT_QUOTA, "--max-sessions",
                SpreadCode.REJECT_VERSION, "older than 3.1",
                SpreadCode.COULD_NOT_CONNECT, "interface line",
                SpreadCode.REJECT_NOT_UNIQUE, "log of the daemon");
        mends.forEach((code, mend) -> {
            refuse.accept(code);
            assertThat(only(facts, "client-refused")).contains("by TCP", "(" + code.code() + ")");
            assertThat(Diagnosis.of(facts).get(0).mend()).contains(mend);
        });
    }

    // ---- and what none of them explains

    @Test
    void aSplitIsToldOnlyWhereNothingElseExplainsIt() {
        Answer known = facts.answers.get(d3);
        StatusReply alone = status(d3, d3.id(), 1, false, 0);
        answers(facts, d3, new Answer(d3, alone, known.source(), known.facts(), 0, false));
        assertThat(only(facts, "split")).contains("d1 d2 | d3");
        facts.tokenAnswered.remove(d3);
        assertThat(causes(facts)).containsExactly("token-port-blocked");
    }
}
