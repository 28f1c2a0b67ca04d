package org.flushspread.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An error says where, what was expected, what was found and, where there is something to say, how to mend it. */
class ConfigurationErrorsTest {
    /** A bar stands for a line end. The messages are whole. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '\u0007',
            value = {
                "Spread_Segment { ~ 1:16: expected the broadcast or multicast address of the segment after Spread_Segment, found '{'",
                "Spread_Segment 10.0.0.255 d ~ 1:27: expected '{' after the address of the segment, found 'd'",
                "Spread_Segment 10.0.0.255:4803x { ~ 1:16: expected the broadcast or multicast address of the segment after Spread_Segment, found '10.0.0.255:4803x'",
                "Spread_Segment 10.0.0.255:65535 { ~ 1:16: expected a port up to 65534, found 65535: tokens use the port after it",
                "Spread_Segment 10.0.0.255:99999 { ~ 1:27: expected a port up to 65535, found '99999'",
                "Spread_Segment 10.0.0.999 { ~ 1:16: expected an IPv4 address, found '10.0.0.999': 999 is over 255",
                "Spread_Segment 10.0.0.255 {| d 10.0.0.1|| ~ 4:1: expected a daemon name or the '}' that closes the segment, found the end of the file",
                "Spread_Segment 10.0.0.255 { d 10.0.0.1 { ~ 1:41: expected an IPv4 address among the interfaces of daemon 'd', found the end of the file; an interface is letters out of D, C and M and then an address",
                "Spread_Segment 10.0.0.255 { d 10.0.0.1 { D } } ~ 1:44: expected an IPv4 address among the interfaces of daemon 'd', found '}'; an interface is letters out of D, C and M and then an address",
                "Spread_Segment 10.0.0.255 { d 10.0.0.1 { C 10.0.0.1 } } ~ 1:31: the address 10.0.0.1 of daemon 'd' is not an interface for daemons, but that is where the others send; write 'D' before it",
                "Spread_Segment 10.0.0.255 { d 10.0.0.1:70000 } ~ 1:40: expected a port up to 65535, found '70000'",
                "Spread_Segment 10.0.0.255 { d 225.0.0.1 } ~ 1:31: expected the address of a host for daemon 'd', found 225.0.0.1",
                "Spread_Segment 10.0.0.255 { d 0.0.0.0 } ~ 1:31: expected the address of a host for daemon 'd', found 0.0.0.0",
                "Spread_Segment 10.0.0.255 { d 10.0.0.1 { D 10.0.0.1 } D 10.0.0.2 } ~ 1:55: expected a daemon name or '}', found 'D'; put it in quotes if it is meant as text",
                "Spread_Segment 10.0.0.255 { 'a b' 10.0.0.1 } ~ 1:29: daemon name ''a b'' has an illegal character at position 2; it becomes part of group names, use letters, digits, '-', '_' and '.'",
                "Spread_Segment 10.0.0.255 { 'a#b' 10.0.0.1 } ~ 1:29: daemon name ''a#b'' has an illegal character at position 2; it becomes part of group names, use letters, digits, '-', '_' and '.'",
                "Spread_Segment 10.0.0.255 { \"a 10.0.0.1 } ~ 1:29: daemon name '\"a' has an illegal character at position 1; it becomes part of group names, use letters, digits, '-', '_' and '.'",
                "} ~ 1:1: expected Spread_Segment, RouteMatrix or the name of an option, found '}'",
                "Windwo = 5 ~ 1:1: expected Spread_Segment, RouteMatrix or the name of an option, found 'Windwo'; did you mean 'Window'?",
                "windows=5 ~ 1:1: expected Spread_Segment, RouteMatrix or the name of an option, found 'windows=5'; did you mean 'Window'?",
                "Window 5 ~ 1:8: expected '=' after Window, found '5'",
                "Window = five ~ 1:10: expected a number after Window =, found 'five'",
                "Window = 5 6 ~ 1:10: expected a number after Window =, found '5 6'",
                "Window = ~ 1:9: expected a number after Window =, found the end of the file",
                "Window = 3000000000 ~ 1:10: Window must be at most 2147483647, found '3000000000'",
                "Window = 99999999999999999999999 ~ 1:10: Window must be at most 2147483647, found '99999999999999999999999'",
                "PersonalWindow = 0 ~ 1:18: PersonalWindow must be at least 1, found '0'",
                "PersonalWindow = 161 ~ 1:1: PersonalWindow (161) must not be over Window (160)",
                "AcceleratedWindow = 50|AcceleratedRing = true ~ 2:1: AcceleratedWindow (50) must not be over PersonalWindow (20) while AcceleratedRing is on",
                "AcceleratedRing = auto ~ 1:19: expected true, yes, false or no after AcceleratedRing =, found 'auto'",
                "DebugFlags = PRINT ~ 1:14: expected '{' before the log types, found 'PRINT'",
                "DebugFlags = { PRINTS } ~ 1:16: expected a log type or '}', found 'PRINTS'; did you mean 'PRINT'?",
                "DebugFlags = { ! } ~ 1:18: expected a log type after '!', found '}'",
                "DebugFlags = { PRINT ~ 1:21: expected a log type or '}', found the end of the file",
                "EventPriority = DEBUG ~ 1:17: expected one of pDEBUG, INFO, WARNING, ERROR, CRITICAL, FATAL after EventPriority =, found 'DEBUG'; did you mean 'pDEBUG'?",
                "EventLogFile = 5 ~ 1:16: expected a file name, found '5'; put it in quotes if it is meant as text",
                "EventLogFile = { ~ 1:16: expected a file name, found '{'",
                "EventTimeStamp = '%a %d %b %Y %H:%M:%S %a %d %b %Y %H:%M:%S' ~ 1:18: the time stamp format has 41 characters; Spread allows at most 39",
                "EventPreciseTimeStamp = 1 ~ 1:23: expected Spread_Segment, RouteMatrix or the name of an option, found '='",
                "LinkProtocol = hop ~ 1:16: expected Hop or TcpHop after LinkProtocol =, found 'hop'; did you mean 'Hop'? (upper and lower case matter)",
                "RuntimeDir = ~ 1:13: expected a directory, found the end of the file",
                "DaemonGroup = aaaaaaaaaabbbbbbbbbbccccccccccddd ~ 1:15: DaemonGroup has 33 characters; Spread allows at most 32",
                "RouteMatrix 0 5 ~ 1:13: expected '{' after RouteMatrix, found '0 5'",
                "RouteMatrix { x } ~ 1:15: expected a row of costs or '}' in RouteMatrix, found 'x'",
                "Spread_Segment 10.0.0.255 { d 10.0.0.1 } Spread_Segment 10.1.0.255 { e 10.1.0.1 } RouteMatrix { 5 } ~ 1:97: expected 2 costs in a row of RouteMatrix, one for each segment so far, found 1",
                "RequiredAuthMethods = IP ~ 1:1: no client could connect: no known method is allowed, and naming any method withdraws the default NULL; add for example AllowedAuthMethods = \"IP\"",
                "AllowedAuthMethods = KERBEROS ~ 1:1: no client could connect: no known method is allowed, and naming any method withdraws the default NULL; add for example AllowedAuthMethods = \"NULL\"",
                "HurryTimeout = 5|SegTimeout = 5 ~ 2:1: expected all nine membership timers or none, found no TokenTimeout; the nine are TokenTimeout, HurryTimeout, AliveTimeout, JoinTimeout, RepTimeout, SegTimeout, GatherTimeout, FormTimeout, LookupTimeout",
            })
    void anErrorNamesPlaceExpectationAndFinding(String text, String message) {
        assertThatThrownBy(() -> parse(text.replace('|', '\n')))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("spread.conf:" + message.strip());
    }

    @Test
    void aDaemonWithoutAddressMustBeAHost() {
        assertThatThrownBy(() -> parse("\n\nSpread_Segment 10.0.0.255 {\n node1 10.0.0.1\n\n\n node2       }"))
                .hasMessage(
                        "spread.conf:7:14: expected an IPv4 address or host name after daemon name 'node2', found '}';"
                                + " 'node2' itself is not the name of a host: write its address behind it");
    }

    @Test
    void aMistakeBehindTheNameIsShownWhereItStands() {
        assertThatThrownBy(() -> parse("Spread_Segment 10.0.0.255 { node2 10.0.0.1x }"))
                .hasMessageStartingWith(
                        "spread.conf:1:35: expected an IPv4 address or host name after daemon name 'node2',"
                                + " found '10.0.0.1x'");
    }

    @Test
    void anUnclosedQuoteIsNamed() {
        assertThatThrownBy(() -> parse("Window = \"5"))
                .hasMessage(
                        "spread.conf:1:10: expected a number after Window =, found '\"5'; the quote is never closed");
    }

    @Test
    void whatIsUnprintableIsShownAsHex() {
        assertThatThrownBy(() -> parse("W\u00fcndow\u0007 = 5")).hasMessageContaining("found 'W\\xfcndow\\x07'");
    }

    @Test
    void longFindingsAreCut() {
        assertThatThrownBy(() -> parse("x".repeat(1000))).hasMessageEndingWith("found '" + "x".repeat(40) + "...'");
    }

    @Test
    void anErrorKnowsItsPlace() {
        assertThatThrownBy(() -> parse("\n }"))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        error -> assertThat(error.position()).contains(new Position("spread.conf", 2, 2)));
    }

    private static void parse(String text) {
        Configuration.parse(text, "spread.conf", (name, ipv6) -> Optional.empty());
    }

    /** People bring their file from Spread 5: the error says so, whatever it stumbles over first. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ActiveIPVersion = IPv4",
                "WideAreaNetwork=yes",
                "Spread_Segment 10.0.0.255 10.0.1.255 { d 10.0.0.1 }",
                "Spread_Segment 10.0.0.255 { d 10.0.0.1; e 10.0.0.2 }",
                "Spread_Segment 10.0.0.255 { d 10.0.0.1 ; e 10.0.0.2 ; }",
                "Spread_Segment 10.0.0.255 { d 10.0.0.1 VirtualID = 7 }",
                "Spread_Segment 10.0.0.255 { 10.0.0.1 10.0.0.2 }"
            })
    void theSyntaxOfSpread5IsNamed(String text) {
        assertThatThrownBy(() -> ConfigurationReading.parse(
                        text, "f", HostResolver.LOCALHOST_ONLY, Optional.of(RingVersion.SPREAD4)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Spread 5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Spread_Segment [ff02::34:5]:5416 { d1 fd34::1 }",
                "Spread_Segment ff02::34:5 { d1 10.0.0.1 }",
                "Spread_Segment 10.0.0.255 { d1 fd34::1 d2 fd34::2 }",
                "Spread_Segment 10.0.0.255 { d1\n fe80::1%eth0 }",
                "Spread_Segment 10.0.0.255 { d1 10.0.0.1 { 10.0.0.1 ::1 } }"
            })
    void anIpv6AddressIsNamed(String text) {
        assertThatThrownBy(() -> ConfigurationReading.parse(
                        text, "f", HostResolver.LOCALHOST_ONLY, Optional.of(RingVersion.SPREAD4)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("IPv6");
    }

    @ParameterizedTest
    @CsvSource({"EFBBBF, UTF-8", "FFFE, UTF-16", "FEFF, UTF-16"})
    void aByteOrderMarkIsNamed(String mark, String encoding) {
        byte[] text = java.util.HexFormat.of().parseHex(mark + "23200A");
        assertThatThrownBy(() -> Configuration.parse(text, "f", HostResolver.LOCALHOST_ONLY))
                .hasMessageStartingWith("f:1:1: ")
                .hasMessageContaining("byte order mark (" + encoding + ")");
        assertThatThrownBy(() -> AccessList.parse(text, "f")).hasMessageContaining("byte order mark");
    }
}
