package org.flushspread.config;

import static org.assertj.core.api.Assertions.assertThat;

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

    private static String reasons(String text) {
        return ((ReloadDifference.Refused) after(text)).reasons().toString();
    }

    private static String changed(String text) {
        return ((ReloadDifference.SingletonPhase) after(text)).changed().toString();
    }

    private static ReloadDifference after(String text) {
        Configuration running = parse(RUNNING);
        return ReloadDifference.between(running, parse(text), running.requireByName("a"));
    }

    private static Configuration parse(String text) {
        return Configuration.parse(text, "f", HostResolver.LOCALHOST_ONLY);
    }
}
