package org.flushspread.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Optional;
import org.flushspread.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of rings of Spread 5: what daemons of 5.0.1 print and carry, and what they refuse (spread5 3 and 4). */
class Spread5Test {
    private static final String THREE = "Spread_Segment 10.34.0.255:5410 { d1 10.34.0.1  d2 10.34.0.2  d3 10.34.0.3 }";

    @ParameterizedTest
    @CsvSource({
        "d1, 1552775919",
        "d2, 348480928",
        "d3, 4014350958",
        "cd, 565277227",
        "10.34.0.1, 1095522967",
        "averyveryverylongda, 1188318126",
        "fd34::1, 3905108925",
        "fe80::ff:fe00:1, 3391166480"
    })
    void aDaemonIsKnownByANumberMadeOfItsName(String name, long id) {
        assertThat(Integer.toUnsignedLong(RingVersion.idOf(name))).isEqualTo(id);
    }

    /** What live daemons of 5.0.1 printed for these files, and what the recordings carry. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Spread_Segment 10.34.0.255:5410 { d1 10.34.0.1  d2 10.34.0.2  d3 10.34.0.3 } | 2503858084",
                "Spread_Segment 10.34.0.255:5412 { d1 10.34.0.1 } Spread_Segment 10.34.0.255:5414 { d2 10.34.0.2 VirtualID = 7 }"
                        + " | 2105960464",
                "Spread_Segment [ff02::34:5]:5416 { d1 fd34::1 d2 fd34::2 d3 fd34::3 } | 1138276031",
                "Spread_Segment 10.34.0.255:5460 { d1 10.34.0.1 } | 2758616473",
                "Spread_Segment 10.34.0.255:5460 { d1 10.34.0.1 } AcceleratedRing = true | 2439797977",
                "Spread_Segment 10.34.0.255:5460 { d1 10.34.0.1 } ExcludeSegAddrsFromHash = yes | 1622461156",
                "Spread_Segment 239.34.0.1:5460 10.34.0.255 { d1 10.34.0.1 } | 4238609984",
                "Spread_Segment 10.34.0.255:5460 { 10.34.0.1 10.34.0.2 } | 2132413373",
                "Spread_Segment 10.34.0.255:5460 { averyveryverylongdaemonname 10.34.0.1 } | 2214506161",
                "Spread_Segment 10.34.0.255 { d1 10.34.0.1 VirtualID = 9 { D 10.34.0.1 C 127.0.0.1 } d2 10.34.0.2 } | 352027195",
                "Spread_Segment [ff02::34:7]:5460 { fd34::1 } | 3547241376",
                "Spread_Segment [ff02::34:7%e0]:5460 { fe80::ff:fe00:1%e0 } | 4201122227",
                "Spread_Segment 10.34.0.255:5460 { d1 10.34.0.1 ; 10.34.0.2 ; } | 1351890074"
            })
    void theHashIsTheOneOfC(String text, long hash) {
        assertThat(Integer.toUnsignedLong(five(text).hash())).isEqualTo(hash);
    }

    /** C takes a name that no group name can contain; here it is refused (configuration 3.2), and hashed all the same. */
    @Test
    void theHashCoversAnyName() {
        IpAddress address = IpAddress.ipv4(0x0a220001);
        Daemon daemon = new Daemon(
                "a b",
                RingVersion.idOf("a b"),
                address,
                0,
                0,
                5460,
                ImmutableList.of(new Interface(address, true, true, true, true)));
        Segment segment = new Segment(0, ImmutableList.of(IpAddress.ipv4(0x0a2200ff)), 5460, ImmutableList.of(daemon));
        assertThat(Integer.toUnsignedLong(RingVersion.SPREAD5.hash(List.of(segment), Options.DEFAULTS, false)))
                .isEqualTo(2951486083L);
        assertThatThrownBy(() -> five("Spread_Segment 10.34.0.255:5460 { \"a b\" 10.34.0.1 }"))
                .hasMessageContaining("illegal character");
    }

    /** spread5 3.2, the quirk of the reload. */
    @Test
    void aReloadWithoutALineTurnsTheAcceleratedRingOn() {
        Configuration one = five("Spread_Segment 10.34.0.255:5460 { d1 10.34.0.1 }");
        assertThat(Integer.toUnsignedLong(one.asReloadOf(one).hash())).isEqualTo(2439797977L);
        Configuration wide = five("Spread_Segment 10.34.0.255:5460 { d1 10.34.0.1 } WideAreaNetwork = yes");
        assertThat(wide.asReloadOf(wide).hash()).isEqualTo(wide.hash());
    }

    @Test
    void withoutAWordTheFileSaysWhichRingItIs() {
        assertThat(reading(THREE).configuration().ring()).isEqualTo(RingVersion.SPREAD4);
        assertThat(reading(THREE).whyRing5()).isEmpty();
        ConfigurationReading reading = reading("Spread_Segment 10.0.0.255 {\n d1 10.0.0.1 ;\n d2 10.0.0.2 }");
        assertThat(reading.configuration().ring()).isEqualTo(RingVersion.SPREAD5);
        assertThat(reading.whyRing5())
                .hasValueSatisfying(why -> assertThat(why).startsWith("f:2:14 has what only Spread 5"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ActiveIPVersion = IPv4 Spread_Segment 10.0.0.255 { d 10.0.0.1 }",
                "WideAreaNetwork=yes Spread_Segment 10.0.0.255 { d 10.0.0.1 }",
                "Spread_Segment 10.0.0.255 10.0.1.255 { d 10.0.0.1 }",
                "Spread_Segment 10.0.0.255 { d 10.0.0.1 VirtualID = 7 }",
                "Spread_Segment 10.0.0.255 { 10.0.0.1 10.0.0.2 }",
                "Spread_Segment [ff02::34:5]:5416 { d1 fd34::1 }"
            })
    void whatOnlySpread5KnowsMakesTheRing(String text) {
        assertThat(reading(text).configuration().ring()).isEqualTo(RingVersion.SPREAD5);
    }

    @Test
    void theTimersGoByTheNumberOfSegments() {
        String two = "Spread_Segment 10.1.0.255 { a 10.1.0.1 } Spread_Segment 10.1.1.255 { b 10.1.1.1 }";
        assertThat(five(two).timers()).isEqualTo(Timers.WIDE);
        assertThat(five(two + " WideAreaNetwork = no").timers()).isEqualTo(Timers.LAN);
        assertThat(five("Spread_Segment 10.1.0.255 { a 10.1.0.1 b 10.2.0.1 }").timers())
                .isEqualTo(Timers.LAN);
    }

    @Test
    void namesAreCutAndAddressesLoseTheirCard() {
        Configuration configuration =
                five("Spread_Segment ff02::34:7%e0 { fe80::ff:fe00:1%e0 ; averyveryverylongdaemonname fd34::2 }");
        assertThat(configuration.daemons())
                .extracting(Daemon::name)
                .containsExactly("fe80::ff:fe00:1", "averyveryverylongda");
        assertThat(configuration.daemons().get(0).address().scope()).isEqualTo("e0");
        assertThat(configuration.segments().get(0).port()).isEqualTo(4803);
    }

    /** The unspecified address among the interfaces is all of them. */
    @Test
    void anInterfaceMayBeAllOfThem() {
        assertThat(five("Spread_Segment 10.0.0.255 { d 10.0.0.1 { D 0.0.0.0 C 127.0.0.1 } }")
                        .daemons()
                        .get(0)
                        .interfaces())
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "LinkProtocol = Hop | Spread 5 does not know LinkProtocol any more: remove it, or use --ring 4",
                "Spread_Segment 10.0.0.255 { d 10.0.0.1 } RouteMatrix { 1 } | Spread 5 does not know RouteMatrix any more",
                "DebugInitialSequence | Spread 5 does not know DebugInitialSequence any more",
                "Spread_Segment 10.0.0.255 { d 10.0.0.1:4803 } | refuse one here",
                "Spread_Segment 10.0.0.255 { d 10.0.0.1 VirtualID = 0 } | at least 1",
                "Spread_Segment 10.0.0.255 { a 10.0.0.1 VirtualID = 5 b 10.0.0.2 VirtualID = 5 } | both have the id 5",
                "Spread_Segment 10.0.0.255 { a 10.0.0.1 b 10.0.0.1 } | both have the address 10.0.0.1:4803",
                "Spread_Segment 10.0.0.255 { a 10.0.0.1 b fd34::1 } | expected an IPv4 address, found 'fd34::1'",
                "Spread_Segment [ff02::1]:4803 { a 10.0.0.1 } | expected IPv4 addresses, as the first daemon says, found ff02::1",
                "Spread_Segment 0.0.0.0 { a 10.0.0.1 } | expected a broadcast or multicast address",
                "Spread_Segment 10.0.0.255 { a 239.0.0.1 } | expected the address of a host",
                "Spread_Segment 10.0.0.255 { d 10.0.0.1 { C 10.0.0.1 } } | is not an interface for daemons",
                "Spread_Segment 10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5 10.0.0.6 { d 10.0.0.1 } | at most 5",
                "Spread_Segment 10.0.0.1 10.0.0.2:4803 { d 10.0.0.1 } | the port of the first one counts",
                "Spread_Segment 10.0.0.255 { d 10.0.0.1 } ActiveIPVersion = IPv4 | before the first Spread_Segment",
                "ActiveIPVersion = 6 | IPv4 or IPv6",
                "Spread_Segment [ff02::1]:4803 { d fd34::1::2 } | itself is not the name of a host"
            })
    void whatSpread5RefusesIsSaidInAClearSentence(String text, String says) {
        assertThatThrownBy(() -> five(text))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(says);
    }

    private static ConfigurationReading reading(String text) {
        return ConfigurationReading.parse(text, "f", HostResolver.LOCALHOST_ONLY);
    }

    private static Configuration five(String text) {
        return ConfigurationReading.parse(text, "f", HostResolver.LOCALHOST_ONLY, Optional.of(RingVersion.SPREAD5))
                .configuration();
    }
}
