package org.flushspread.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The options of configuration 3.1 and the authentication names of 7. */
class OptionsTest {
    private static final String SEGMENT = "Spread_Segment 10.0.0.255 { d 10.0.0.1 }\n";

    @Test
    void aFileWithoutOptionsHasTheDefaults() {
        assertThat(read("").configuration().options()).isEqualTo(Options.DEFAULTS);
        assertThat(read("").warnings()).isEmpty();
    }

    @Test
    void theLastLineWinsBeforeAndAfterTheSegments() {
        ConfigurationReading reading = ConfigurationReading.parse(
                "Window = 30\n" + SEGMENT + "Window = 40\n", "f", HostResolver.LOCALHOST_ONLY);
        assertThat(reading.configuration().options().window()).isEqualTo(40);
    }

    @Test
    void logTypesAreAddedAndRemovedFromLeftToRight() {
        assertThat(options("DebugFlags = { ALL !ALL EXIT PRINT !EXIT NONE !NONE SECURITY }")
                        .debugFlags())
                .isEqualTo(0x800004);
        assertThat(options("DebugFlags = {!PRINT}").debugFlags()).isZero();
    }

    @Test
    void levelsCountFromOneToSix() {
        assertThat(options("EventPriority = pDEBUG").eventPriority()).isEqualTo(1);
        assertThat(options("EventPriority = FATAL").eventPriority()).isEqualTo(6);
    }

    @Test
    void timeStampsHaveADefaultFormat() {
        assertThat(options("EventTimeStamp").eventTimeStamp()).contains("%m/%d/%y %H:%M:%S");
        assertThat(options("EventTimeStamp = %H").eventTimeStamp()).contains("%H");
        assertThat(options("EventTimeStamp = %H\nEventTimeStamp").eventTimeStamp())
                .contains("%m/%d/%y %H:%M:%S");
    }

    @Test
    void preciseTimeStampsTurnTimeStampsOnAndEndInSeconds() {
        assertThat(options("EventPreciseTimeStamp").eventTimeStamp()).contains("%m/%d/%y %H:%M:%S");
        assertThat(options("EventPreciseTimeStamp EventTimeStamp = %s").eventTimeStamp())
                .contains("%s");
        assertThat(options("EventTimeStamp = %H EventPreciseTimeStamp").eventTimeStamp())
                .contains("%H %s");
        String longest = "x".repeat(37);
        assertThat(options("EventTimeStamp = " + longest + " EventPreciseTimeStamp")
                        .eventTimeStamp())
                .contains(longest);
    }

    @Test
    void switchesAreReadInAnyCase() {
        assertThat(options("SocketPortReuse = oFF").socketPortReuse()).isEqualTo(Options.SocketPortReuse.OFF);
        assertThat(options("SocketPortReuse = auto").socketPortReuse()).isEqualTo(Options.SocketPortReuse.AUTO);
        assertThat(options("DangerousMonitor = YES").dangerousMonitor()).isTrue();
        assertThat(options("DangerousMonitor = False").dangerousMonitor()).isFalse();
    }

    @Test
    void quotesTurnAnythingIntoText() {
        assertThat(options("EventLogFile = \"Window\"").eventLogFile()).contains("Window");
        assertThat(options("EventLogFile = '/var/log/a b'").eventLogFile()).contains("/var/log/a b");
        assertThat(options("EventLogFile = /var/log/spread_%h.log").eventLogFile())
                .contains("/var/log/spread_%h.log");
    }

    @Test
    void blanksAroundEqualsMayBeMissingWithAWarning() {
        for (String line : List.of("Window=30", "Window= 30", "Window =30")) {
            ConfigurationReading reading = read(line);
            assertThat(reading.configuration().options().window()).isEqualTo(30);
            assertThat(reading.warnings())
                    .extracting(ConfigurationWarning::toString)
                    .containsExactly(
                            "f:2:1: warning: no blanks around '=': a C daemon refuses this, write 'Option = value'");
        }
        assertThat(options("EventTimeStamp=\"%H %M\"").eventTimeStamp()).contains("%H %M");
        assertThat(options("DebugFlags={ DEBUG }").debugFlags()).isEqualTo(1);
        assertThat(options("EventLogFile=a=b").eventLogFile()).contains("a=b");
    }

    @Test
    void allTimersTogetherReplaceTheDefaults() {
        StringBuilder lines = new StringBuilder();
        int millis = 1;
        for (String name : Keywords.TIMERS) {
            lines.append(name).append(" = ").append(millis++).append('\n');
        }
        assertThat(read(lines.toString()).configuration().timers())
                .isEqualTo(Timers.ofMillis(1, 2, 3, 4, 5, 6, 7, 8, 9));
    }

    @Test
    void defaultTimersFollowTheFirstDaemonsOfTheSegments() {
        assertThat(read("").configuration().timers()).isEqualTo(Timers.LAN);
        assertThat(read("Spread_Segment 10.0.1.255 { e 10.0.1.1 f 10.9.1.1 }")
                        .configuration()
                        .timers())
                .isEqualTo(Timers.LAN);
        assertThat(read("Spread_Segment 10.1.0.255 { e 10.1.0.1 }")
                        .configuration()
                        .timers())
                .isEqualTo(Timers.WIDE);
    }

    @Test
    void testAidsAndRemainingOptionsAreRead() {
        assertThat(options("DebugInitialSequence").debugInitialSequence()).isTrue();
        assertThat(options("AcceleratedWindow = 0").acceleratedWindow()).isZero();
        assertThat(options("MaxSessionMessages = 1000000").maxSessionMessages()).isEqualTo(1_000_000);
        assertThat(read("MaxSessionMessages = 0").warnings()).hasSize(1);
    }

    @Test
    void theFirstLineOfMethodsWithdrawsNull() {
        assertThat(options("").allowedAuthMethods()).containsExactly("NULL");
        assertThat(options("AllowedAuthMethods = IP").allowedAuthMethods()).containsExactly("IP");
    }

    @Test
    void linesOfMethodsAddUpInFileOrder() {
        Options options = options(
                "RequiredAuthMethods = IP\nAllowedAuthMethods = \"PWORD NULL\"\nAllowedAuthMethods = \"IP NULL\"");
        assertThat(options.allowedAuthMethods()).containsExactly("PWORD", "NULL", "IP");
        assertThat(options.requiredAuthMethods()).containsExactly("IP");
    }

    @Test
    void unknownMethodsArePassedOverWithAWarning() {
        ConfigurationReading reading = read("AllowedAuthMethods = \"NULL  ip\"");
        assertThat(reading.configuration().options().allowedAuthMethods()).containsExactly("NULL");
        assertThat(reading.warnings())
                .extracting(ConfigurationWarning::text)
                .containsExactly(
                        "AllowedAuthMethods: separate the names by single blanks",
                        "AllowedAuthMethods: unknown method 'ip' is passed over, there are NULL, IP, PWORD;"
                                + " did you mean 'IP'? (upper and lower case matter)");
    }

    @Test
    void aLineOfMethodsHasUpTo89Characters() {
        String longest = "NULL" + " ".repeat(85);
        assertThat(options("AllowedAuthMethods = \"" + longest + "\"").allowedAuthMethods())
                .containsExactly("NULL");
        assertThatThrownBy(() -> options("AllowedAuthMethods = \"" + longest + " \""))
                .hasMessage("f:2:22: AllowedAuthMethods has 90 characters; Spread allows at most 89");
    }

    @Test
    void theRouteMatrixIsReadAndBounded() {
        assertThat(read("RouteMatrix { }").warnings()).isEmpty();
        assertThat(read("RouteMatrix {\n0 5\n5 0\t3 }").warnings()).isEmpty();
        assertThat(read("RouteMatrix {\n7\n}").warnings()).hasSize(1);
        assertThat(read("RouteMatrix {\n101 1000000000000\n}").warnings())
                .extracting(ConfigurationWarning::text)
                .containsExactly("cost 101 counts as 100");
        assertThat(read("RouteMatrix {" + "\n1 2".repeat(21) + "\n}").warnings())
                .hasSize(1);
        assertThat(read("RouteMatrix {\n" + "1 ".repeat(21) + "\n}").warnings()).hasSize(1);
    }

    private static Options options(String lines) {
        return read(lines).configuration().options();
    }

    private static ConfigurationReading read(String lines) {
        return ConfigurationReading.parse(SEGMENT + lines, "f", HostResolver.LOCALHOST_ONLY);
    }
}
