package org.flushspread.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.flushspread.wire.SpreadCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The grammar of spread names (client-protocol 2.1). */
class DaemonAddressTest {
    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "4803,4803,",
                " 4804,4804,",
                "4803@localhost,4803,localhost",
                "4803 @host,4803,host",
                "1@10.0.0.1,1,10.0.0.1",
                "65535@h rest is ignored,65535,h",
                "4803 ,4803,",
                "4803@::1,4803,::1",
                "4803@[::1],4803,::1",
                "4803@fe80::1%eth0,4803,fe80::1%eth0",
                "4803@[fe80::1%eth0] rest,4803,fe80::1%eth0"
            })
    void portAloneIsTheUnixSocketAndPortAtHostIsTcp(String name, int port, String host) {
        assertThat(DaemonAddress.parse(name)).isEqualTo(new DaemonAddress(port, host));
    }

    @ParameterizedTest
    @CsvSource({
        "tls://node1:4805,4805,node1,tls://node1:4805",
        "4805@tls://node1,4805,node1,tls://node1:4805",
        "tls://[::1]:4805,4805,::1,tls://[::1]:4805",
        "4805@tls://::1,4805,::1,tls://[::1]:4805",
        "4805@tls://[fe80::1%eth0],4805,fe80::1%eth0,tls://[fe80::1%eth0]:4805"
    })
    void tlsStandsInFrontOfTheHost(String name, int port, String host, String text) {
        assertThat(DaemonAddress.parse(name)).isEqualTo(new DaemonAddress(port, host, true));
        assertThat(DaemonAddress.parse(name)).hasToString(text);
        assertThat(DaemonAddress.parse(text)).isEqualTo(DaemonAddress.parse(name));
    }

    @Test
    void nothingMeansTheDefaultPort() {
        assertThat(DaemonAddress.parse("")).isEqualTo(new DaemonAddress(4803, null));
        assertThat(DaemonAddress.parse(null)).isEqualTo(new DaemonAddress(4803, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "@localhost",
                "4803:localhost",
                "4803@",
                "0",
                "65536",
                "-1",
                "+4803",
                "4803 host",
                "99999999999",
                "4803@[::1",
                "4803@[]",
                "4803@[::1]:4803",
                "4803@[localhost]",
                "tls://",
                "tls://node1",
                "tls://node1:",
                "tls://:4805",
                "tls://node1:0",
                "tls://node1:65536",
                "tls://node1:48a5",
                "tls://::1:4805",
                "tls://node 1:4805",
                "4805@tls://"
            })
    void anythingElseNamesNoDaemon(String name) {
        assertThatThrownBy(() -> DaemonAddress.parse(name))
                .isInstanceOfSatisfying(
                        SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.ILLEGAL_SPREAD))
                .hasMessageContaining("names no daemon");
    }

    @Test
    void aNameOverSeventyBytesNamesNoDaemon() {
        assertThat(DaemonAddress.parse("4803@" + "h".repeat(65)).port()).isEqualTo(4803);
        assertThatThrownBy(() -> DaemonAddress.parse("4803@" + "h".repeat(66))).hasMessageContaining("70 bytes");
    }

    @Test
    void anUnknownHostAndAMissingSocketAreToldInASentence() {
        assertThatThrownBy(() -> SpreadConnection.connect("4803@no-such-host.invalid", "a"))
                .isInstanceOfSatisfying(
                        SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.ILLEGAL_SPREAD))
                .hasMessage("cannot connect to 4803@no-such-host.invalid: unknown host 'no-such-host.invalid'");
        assertThatThrownBy(() -> SpreadConnection.builder("15798", "a")
                        .socketDirectory(java.nio.file.Path.of("/nowhere"))
                        .connect())
                .isInstanceOfSatisfying(
                        SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.COULD_NOT_CONNECT))
                .hasMessageContaining("there is no socket /nowhere/15798 (is the daemon running?");
        assertThatThrownBy(() -> SpreadConnection.connect("4803@fe80::1%no-such-card", "a"))
                .isInstanceOfSatisfying(
                        SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.ILLEGAL_SPREAD))
                .hasMessageContaining("unknown host 'fe80::1%no-such-card'");
    }
}
