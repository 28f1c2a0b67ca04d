package org.flushspread.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.flushspread.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file spread.access_ip (configuration 7). */
class AccessListTest {
    private static final int CLIENT = 0x0a010203;

    @Test
    void withoutARuleNobodyIsLetIn() {
        assertThat(AccessList.NOBODY.matches(CLIENT, false)).isFalse();
        assertThat(AccessList.NOBODY.matches(0, true)).isFalse();
        assertThat(list("# nothing\n\n")).isEqualTo(AccessList.NOBODY);
    }

    @Test
    void anAddressMatchesItself() {
        assertThat(list("10.1.2.3").matches(CLIENT, false)).isTrue();
        assertThat(list("10.1.2.3").matches(CLIENT + 1, false)).isFalse();
        assertThat(list("10.1.2.3").matches(CLIENT, true)).isFalse();
    }

    @Test
    void aPrefixMatchesItsNetwork() {
        assertThat(list("10.1.0.0/16").matches(CLIENT, false)).isTrue();
        assertThat(list("10.1.0.0/23").matches(CLIENT, false)).isFalse();
        assertThat(list("10.1.2.3/32").matches(CLIENT, false)).isTrue();
    }

    @Test
    void lengthZeroMatchesEverybody() {
        assertThat(list("0.0.0.0/0").matches(CLIENT, false)).isTrue();
        assertThat(list("0.0.0.0/0").matches(0, true)).isTrue();
    }

    @Test
    void bitsBehindThePrefixMatchNobodyAndAreWarnedOf() {
        AccessList list = list("\n10.1.2.3/16");
        assertThat(list.matches(CLIENT, false)).isFalse();
        assertThat(list.warnings())
                .extracting(ConfigurationWarning::toString)
                .containsExactly(
                        "a:2:1: warning: 10.1.2.3/16 lets nobody in, it has bits behind the prefix; did you mean 10.1.0.0/16?");
    }

    @Test
    void unixLetsUnixSocketClientsIn() {
        assertThat(list("unix").matches(0, true)).isTrue();
        assertThat(list("unix-sockets").matches(0x7f000001, true)).isTrue();
        assertThat(list("unix").matches(0x7f000001, false)).isFalse();
    }

    @Test
    void localLetsTheLoopbackNetworkIn() {
        assertThat(list("localhost").matches(0x7f000001, false)).isTrue();
        assertThat(list("local").matches(0x7f090909, false)).isTrue();
        assertThat(list("local").matches(CLIENT, false)).isFalse();
        assertThat(list("local").matches(0x7f000001, true)).isFalse();
    }

    @Test
    void emptyLinesAndCommentsDoNotEndTheReading() {
        AccessList list =
                list("# first\n\n \t\r\nunix\r\n\n# then a very long comment " + "x".repeat(300) + "\n10.1.2.3 # me\n");
        assertThat(list.rules()).containsExactly(AccessList.Rule.ofIpv4(0, 32), AccessList.Rule.ofIpv4(CLIENT, 32));
        assertThat(list.warnings()).isEmpty();
    }

    @Test
    void bytesAreReadAsText() {
        assertThat(AccessList.parse("# \u00e9\nlocal".getBytes(StandardCharsets.ISO_8859_1), "a")
                        .rules())
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '|',
            value = {
                "any ~ 2:1: expected 'unix', 'local', an IPv4 or IPv6 address or address/length, found 'any'",
                "10.1.2 ~ 2:1: expected 'unix', 'local', an IPv4 or IPv6 address or address/length, found '10.1.2'",
                "10.1.2.x ~ 2:1: expected 'unix', 'local', an IPv4 or IPv6 address or address/length, found '10.1.2.x'",
                "10.1.2.3 /8 ~ 2:1: expected 'unix', 'local', an IPv4 or IPv6 address or address/length, found '10.1.2.3 /8'",
                "10.1.2.3/ ~ 2:1: expected 'unix', 'local', an IPv4 or IPv6 address or address/length, found '10.1.2.3/'",
                "10.1.2.256 ~ 2:1: expected an IPv4 address, found '10.1.2.256': 256 is over 255",
                "10.1.2.0/33 ~ 2:10: expected a prefix length of 0 to 32, found 33",
                "fd34::/129 ~ 2:8: expected a prefix length of 0 to 128, found 129",
                "fd34::zz ~ 2:1: expected 'unix', 'local', an IPv4 or IPv6 address or address/length, found 'fd34::zz'",
                "fe80::1%e0 ~ 2:1: expected 'unix', 'local', an IPv4 or IPv6 address or address/length, found 'fe80::1%e0'",
                "1::2::3 ~ 2:1: expected 'unix', 'local', an IPv4 or IPv6 address or address/length, found '1::2::3'",
                "1:2:3:4:5:6:7 ~ 2:1: expected 'unix', 'local', an IPv4 or IPv6 address or address/length, found '1:2:3:4:5:6:7'",
                "1:2:3:4:5:6:7:8:: ~ 2:1: expected 'unix', 'local', an IPv4 or IPv6 address or address/length, found '1:2:3:4:5:6:7:8::'",
                ": ~ 2:1: expected 'unix', 'local', an IPv4 or IPv6 address or address/length, found ':'",
                "1.2.3.4::5 ~ 2:1: expected 'unix', 'local', an IPv4 or IPv6 address or address/length, found '1.2.3.4::5'",
            })
    void anythingElseIsAnErrorWithItsPlace(String line, String message) {
        assertThatThrownBy(() -> list("unix\n" + line))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("a:" + message.strip());
    }

    private static IpAddress address(String text) {
        return Objects.requireNonNull(IpAddress.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "fd34::1, fd34::1, true",
        "FD34:0::1, fd34::1, true",
        "fd34::1, fd34::2, false",
        "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8, true",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0, true",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8, true",
        "fd34::/16, fd34:ffff::1, true",
        "fd34::/16, fd35::1, false",
        "fd34:0:0:1::/64, fd34:0:0:1:ffff::1, true",
        "fd34:0:0:1::/64, fd34:0:0:2::1, false",
        "fd34::ff00/120, fd34::ffff, true",
        "fd34::ff00/120, fd34::feff, false",
        "::/0, fd34::1, true",
        "::/0, 10.1.2.3, true",
        "0.0.0.0/0, fd34::1, true",
        "10.0.0.0/8, fd34::1, false",
        "10.0.0.0/8, ::a01:203, false",
        "::ffff:a00:0/104, 10.1.2.3, true",
        "::ffff:a00:0/104, 11.1.2.3, false",
        "::ffff:0:0/96, fd34::1, false",
        "local, ::1, true",
        "127.0.0.1, ::1, true",
        "::1, ::1, true",
        "::1, 127.0.0.1, false",
        "unix, ::, false"
    })
    void aRuleOfEitherFamilyLetsItsAddressesIn(String rule, String client, boolean may) {
        assertThat(list(rule).matches(address(client))).isEqualTo(may);
    }

    @ParameterizedTest
    @CsvSource({
        "fd34::1/16, fd34::/16",
        "1:0:0:2:0:0:0:3/100, 1:0:0:2::/100",
        "1::/0, ::/0",
        "fd00:1:2:3:4:5:6:7/127, fd00:1:2:3:4:5:6:6/127"
    })
    void anIpv6NetworkWithBitsBehindThePrefixIsWarnedOf(String rule, String meant) {
        AccessList list = list(rule);
        assertThat(list.warnings())
                .singleElement()
                .asString()
                .contains("lets nobody in", "did you mean " + meant + "?");
        assertThat(list.matches(address(rule.substring(0, rule.indexOf('/'))))).isFalse();
    }

    private static AccessList list(String text) {
        return AccessList.parse(text, "a");
    }
}
