package org.flushspread.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
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
        assertThat(list.rules()).containsExactly(new AccessList.Rule(0, 32), new AccessList.Rule(CLIENT, 32));
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
                "any ~ 2:1: expected 'unix', 'local', an IPv4 address or address/length, found 'any'",
                "10.1.2 ~ 2:1: expected 'unix', 'local', an IPv4 address or address/length, found '10.1.2'",
                "10.1.2.x ~ 2:1: expected 'unix', 'local', an IPv4 address or address/length, found '10.1.2.x'",
                "10.1.2.3 /8 ~ 2:1: expected 'unix', 'local', an IPv4 address or address/length, found '10.1.2.3 /8'",
                "10.1.2.3/ ~ 2:1: expected 'unix', 'local', an IPv4 address or address/length, found '10.1.2.3/'",
                "10.1.2.256 ~ 2:1: expected an IPv4 address, found '10.1.2.256': 256 is over 255",
                "10.1.2.0/33 ~ 2:10: expected a prefix length of 0 to 32, found 33",
            })
    void anythingElseIsAnErrorWithItsPlace(String line, String message) {
        assertThatThrownBy(() -> list("unix\n" + line))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("a:" + message.strip());
    }

    private static AccessList list(String text) {
        return AccessList.parse(text, "a");
    }
}
