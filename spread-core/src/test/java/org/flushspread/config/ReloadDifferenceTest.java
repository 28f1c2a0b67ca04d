package org.flushspread.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a reload means (configuration 8). I am {@code a}. */
class ReloadDifferenceTest {
    private static final String RUNNING =
            "Spread_Segment 10.0.0.255:5000 { a 10.0.0.1 b 10.0.0.2 { D 10.0.0.2 C 10.1.0.2 } }"
                    + " Spread_Segment 10.2.0.255 { c 10.2.0.1 }";

    @Test
    void theSameFileChangesNothing() {
        assertThat(after(RUNNING)).isEqualTo(new ReloadDifference.Unchanged());
    }

    @Test
    void optionsLayoutAndIgnoredPortsChangeNothing() {
        assertThat(after("Window = 50\n" + RUNNING.replace("c 10.2.0.1", "c\n10.2.0.1:77")))
                .isEqualTo(new ReloadDifference.Unchanged());
    }

    @Test
    void aDaemonThatIsNoLongerThereCannotGoOn() {
        assertThat(reasons(RUNNING.replace("a 10.0.0.1", "")))
                .isEqualTo("[daemon a(10.0.0.1) is no longer in the configuration]");
        assertThat(reasons(RUNNING.replace("a 10.0.0.1", "a 10.0.0.9"))).contains("no longer in the configuration");
    }

    @Test
    void aDaemonCannotChangeItself() {
        assertThat(reasons(RUNNING.replace("a 10.0.0.1", "x 10.0.0.1"))).isEqualTo("[my name changed from 'a' to 'x']");
        assertThat(reasons(RUNNING.replace("a 10.0.0.1", "a 10.0.0.1 { 10.0.0.1 }")))
                .isEqualTo("[my interfaces changed from [ANY D C M 10.0.0.1] to [D C M 10.0.0.1]]");
        assertThat(reasons(RUNNING.replace("10.0.0.255:5000", "225.0.0.1:5001")))
                .isEqualTo("[the address of my segment changed from 10.0.0.255 to 225.0.0.1,"
                        + " the port of my segment changed from 5000 to 5001]");
    }

    @Test
    void additionsAndRemovalsAreAMembershipChange() {
        ReloadDifference difference =
                after(RUNNING.replace("a 10.0.0.1", "d 10.0.0.4 a 10.0.0.1").replace("c 10.2.0.1", "e 10.2.0.2"));
        assertThat(difference).isInstanceOfSatisfying(ReloadDifference.MembershipChange.class, change -> {
            assertThat(change.added()).extracting(Daemon::name).containsExactly("d", "e");
            assertThat(change.removed()).extracting(Daemon::name).containsExactly("c");
        });
    }

    @Test
    void anotherOrderOrHashIsAMembershipChangeOfTheSameDaemons() {
        for (String text : new String[] {
            RUNNING + " AcceleratedRing = yes",
            RUNNING.replace("10.2.0.255", "10.2.0.255:6000"),
            "Spread_Segment 10.2.0.255 { c 10.2.0.1 }" + RUNNING.replace("Spread_Segment 10.2.0.255 { c 10.2.0.1 }", "")
        }) {
            assertThat(after(text)).isInstanceOfSatisfying(ReloadDifference.MembershipChange.class, change -> {
                assertThat(change.added()).isEmpty();
                assertThat(change.removed()).isEmpty();
            });
        }
    }

    @Test
    void aChangedOtherDaemonNeedsTheSingletonPhase() {
        assertThat(changed(RUNNING.replace("b 10.0.0.2", "x 10.0.0.2"))).isEqualTo("[x(10.0.0.2)]");
        assertThat(changed(RUNNING.replace("C 10.1.0.2", ""))).isEqualTo("[b(10.0.0.2)]");
        assertThat(changed(RUNNING.replace("C 10.1.0.2", "C M 10.1.0.2"))).isEqualTo("[b(10.0.0.2)]");
        assertThat(changed(RUNNING.replace("10.2.0.255", "10.2.1.255"))).isEqualTo("[c(10.2.0.1)]");
        assertThat(changed(RUNNING.replace("10.2.0.255 { c 10.2.0.1 }", "10.2.1.255 { d 10.2.0.3 c 10.2.0.1 }")))
                .isEqualTo("[c(10.2.0.1)]");
    }

    /** The address of a segment has a socket where the segment had several daemons at the start; 0.0.0.0 hears broadcasts without. */
    @Test
    void aSegmentGrowsOnlyWhereItsAddressIsHeard() {
        for (RingVersion ring : RingVersion.values()) {
            Configuration alone = parse("Spread_Segment 10.0.0.255:5000 { a 10.0.0.1 { D 10.0.0.1 } }", ring);
            Configuration two = parse(
                    "Spread_Segment 10.0.0.255:5000 { a 10.0.0.1 { D 10.0.0.1 } b 10.0.0.2 { D 10.0.0.2 } }", ring);
            Daemon a = alone.requireByName("a");
            assertThat(ReloadDifference.between(alone, alone, two, a))
                    .isInstanceOfSatisfying(
                            ReloadDifference.Refused.class,
                            refused -> assertThat(refused.reasons())
                                    .containsExactly(
                                            "my segment has several daemons now and had one when I started, so I have no socket for"
                                                    + " its address 10.0.0.255; start me again"));
            assertThat(ReloadDifference.between(two, alone, two, a))
                    .as("it shrank and grows again")
                    .isInstanceOf(ReloadDifference.MembershipChange.class);
            for (String group : new String[] {"10.0.0.255", "239.0.0.1"}) {
                Configuration any = parse("Spread_Segment " + group + " { a 10.0.0.1 }", ring);
                Configuration more = parse("Spread_Segment " + group + " { a 10.0.0.1 \n b 10.0.0.2 }", ring);
                assertThat(ReloadDifference.between(any, any, more, any.requireByName("a")))
                        .isInstanceOf(
                                group.equals("10.0.0.255")
                                        ? ReloadDifference.MembershipChange.class
                                        : ReloadDifference.Refused.class);
            }
        }
    }

    @Test
    void inARingOfSpread5AMovedDaemonNeedsTheSingletonPhase() {
        assertThat(changed5(RUNNING.replace("b 10.0.0.2", "b 10.0.0.9").replace("D 10.0.0.2", "D 10.0.0.9")))
                .isEqualTo("[b(10.0.0.9)]");
        assertThat(changed5(RUNNING.replace("c 10.2.0.1", "c 10.2.0.1 VirtualID = 7")))
                .as("another id")
                .isEqualTo("[c(10.2.0.1)]");
        assertThat(changed5(RUNNING.replace("10.2.0.255", "10.2.0.255:6000")))
                .as("another port")
                .isEqualTo("[c(10.2.0.1)]");
        String numbered = RUNNING.replace("c 10.2.0.1", "c 10.2.0.1 VirtualID = 7");
        assertThat(between5(numbered, numbered.replace("c 10.2.0.1", "e 10.2.0.1")))
                .as("another name for the id")
                .isInstanceOf(ReloadDifference.SingletonPhase.class);
        assertThat(after5(RUNNING.replace("c 10.2.0.1", "e 10.2.0.1")))
                .isInstanceOf(ReloadDifference.MembershipChange.class);
    }

    @Test
    void inARingOfSpread5ADaemonMovesOnlyByANewStart() {
        assertThat(reasons5(RUNNING.replace("a 10.0.0.1", "a 10.0.0.1 VirtualID = 7")))
                .isEqualTo("[my id changed from " + Integer.toUnsignedString(RingVersion.idOf("a")) + " to 7]");
        assertThat(reasons5(RUNNING.replace("a 10.0.0.1", "a 10.0.0.8")))
                .contains("my address changed from 10.0.0.1 to 10.0.0.8");
        assertThat(reasons5(RUNNING.replace("a 10.0.0.1", "x 10.0.0.1")))
                .isEqualTo("[daemon a(10.0.0.1) is no longer in the configuration]");
        Configuration running = parse(RUNNING, RingVersion.SPREAD4);
        assertThat(ReloadDifference.between(
                        running, running, parse(RUNNING, RingVersion.SPREAD5), running.requireByName("a")))
                .isEqualTo(new ReloadDifference.Refused(ImmutableList.of(
                        "a daemon of a ring of Spread 4 cannot go on in one of Spread 5; start it again")));
    }

    private static ReloadDifference after5(String text) {
        return between5(RUNNING, text);
    }

    private static ReloadDifference between5(String before, String text) {
        Configuration running = parse(before, RingVersion.SPREAD5);
        return ReloadDifference.between(running, running, parse(text, RingVersion.SPREAD5), running.requireByName("a"));
    }

    private static String reasons5(String text) {
        return ((ReloadDifference.Refused) after5(text)).reasons().toString();
    }

    private static String changed5(String text) {
        return ((ReloadDifference.SingletonPhase) after5(text)).changed().toString();
    }

    private static Configuration parse(String text, RingVersion ring) {
        return ConfigurationReading.parse(text, "f", HostResolver.LOCALHOST_ONLY, Optional.of(ring))
                .configuration();
    }

    private static String reasons(String text) {
        return ((ReloadDifference.Refused) after(text)).reasons().toString();
    }

    private static String changed(String text) {
        return ((ReloadDifference.SingletonPhase) after(text)).changed().toString();
    }

    private static ReloadDifference after(String text) {
        Configuration running = parse(RUNNING);
        return ReloadDifference.between(running, running, parse(text), running.requireByName("a"));
    }

    private static Configuration parse(String text) {
        return Configuration.parse(text, "f", HostResolver.LOCALHOST_ONLY);
    }
}
