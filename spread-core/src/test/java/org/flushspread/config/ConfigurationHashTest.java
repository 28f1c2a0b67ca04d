package org.flushspread.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The hash of configuration 4; its value is on the wire. */
class ConfigurationHashTest {
    private static final String MINIMAL = "Segment 10.9.1.255:15100 d1 10.9.1.1 ANY D C M 10.9.1.1 \nVersion: 4.4\n";
    private static final String THREE = "Spread_Segment 10.15.0.255:15000 { a 10.15.0.1 b 10.15.0.2 c 10.15.0.3 }";

    @Test
    void workedExamples() {
        assertThat(RingVersion.SPREAD4.hash(MINIMAL + "0")).isEqualTo(0x3e7cf8fe);
        assertThat(RingVersion.SPREAD4.hash(MINIMAL + "1")).isEqualTo(0x2d85d710);
        assertThat(RingVersion.SPREAD4.hash(
                        "Segment 10.9.1.255:15100 d1 10.9.1.1 D 10.9.1.1 C 10.9.2.1 D C M 127.0.0.1 D C M 10.9.3.1"
                                + " d2 10.9.4.1 ANY D C M 10.9.4.1 \nVersion: 4.4\n0"))
                .isEqualTo(0x28f35af4);
    }

    @Test
    void bytesFrom0x80OnCountAsNegative() {
        assertThat(RingVersion.SPREAD4.hash("Segment 10.9.1.255:15100 d1 10.9.1.1 ANY D C M 10.9.1.1 "
                        + "d\u00e9 10.9.2.1 ANY D C M 10.9.2.1 \nVersion: 4.4\n0"))
                .isEqualTo(0xf1b5810a);
    }

    @Test
    void hashesSeenInRecordedRings() {
        assertThat(hash("Spread_Segment 10.15.0.255:15000 { a 10.15.0.1 b 10.15.0.2 c 10.15.0.3 d 10.15.0.4 }"))
                .isEqualTo(0x32a202ea);
        assertThat(hash(THREE)).isEqualTo(0xd631011e);
        assertThat(hash(THREE + " AcceleratedRing = yes")).isEqualTo(0xe87ba5b3);
        assertThat(hash("Spread_Segment 10.15.0.255:15000 { a 10.15.0.1 b 10.15.0.2 }"))
                .isEqualTo(0xe50d86e3);
    }

    @Test
    void lettersAndPortsOfInterfacesDoNotCountByTheirOrder() {
        assertThat(hash("Spread_Segment 10.1.0.255 { a 10.1.0.1 { C D 10.1.0.1 } }"))
                .isEqualTo(hash("Spread_Segment 10.1.0.255:4803 { a 10.1.0.1 { D C D 10.1.0.1:9 } }"));
    }

    @Test
    void aReloadWithoutTheLineTurnsTheAcceleratedRingOnInANearNetwork() {
        Configuration running = parse("Spread_Segment 10.15.0.255:15000 { a 10.15.0.1 b 10.15.0.2 }");
        Configuration reloaded = parse(THREE).asReloadOf(running);
        assertThat(reloaded.hash()).isEqualTo(0xe87ba5b3);
        assertThat(reloaded.options().acceleratedRing()).contains(true);
    }

    @Test
    void aReloadWithoutTheLineKeepsTheAcceleratedRingOffInAWideNetwork() {
        Configuration wide =
                parse("Spread_Segment 10.15.0.255:15000 { a 10.15.0.1 } Spread_Segment 10.16.0.255 { b 10.16.0.1 }");
        assertThat(wide.asReloadOf(wide).hash()).isEqualTo(wide.hash());
        assertThat(parse(THREE).asReloadOf(wide).hash()).isEqualTo(0xd631011e);
    }

    @Test
    void aReloadWithoutTheLineKeepsWhatALineSaidBefore() {
        Configuration off = parse(THREE + " AcceleratedRing = no");
        assertThat(parse(THREE).asReloadOf(off).hash()).isEqualTo(0xd631011e);
        assertThat(parse(THREE).asReloadOf(parse(THREE).asReloadOf(off)).hash()).isEqualTo(0xd631011e);
    }

    @Test
    void aReloadWithTheLineFollowsTheLine() {
        Configuration on = parse(THREE + " AcceleratedRing = yes");
        Configuration off = parse(THREE + " AcceleratedRing = no");
        assertThat(off.asReloadOf(on)).isEqualTo(off);
        assertThat(on.asReloadOf(off)).isEqualTo(on);
    }

    @Test
    void aTextThatACDaemonCannotKeepIsRefused() {
        StringBuilder file = new StringBuilder("Spread_Segment 100.100.100.255:15000 {\n");
        for (int i = 1; i <= 128; i++) {
            file.append("name-of-daemon-")
                    .append(i)
                    .append(" 100.100.100.")
                    .append(i)
                    .append(" {");
            file.append((" D C M 100.100.100." + i).repeat(10)).append(" }\n");
        }
        assertThatThrownBy(() -> parse(file + "}"))
                .hasMessageMatching(
                        "f: the segments make a hash text of \\d{5} characters; Spread allows at most 19999.*");
    }

    private static int hash(String text) {
        return parse(text).hash();
    }

    private static Configuration parse(String text) {
        return Configuration.parse(text, "f", HostResolver.LOCALHOST_ONLY);
    }
}
