package org.flushspread.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What daemons of Spread 5.0.1 print and carry (monitor-protocol 9). */
class Spread5Test {
    @ParameterizedTest
    @CsvSource({"d1, 1552775919", "d2, 348480928", "d3, 4014350958", "cd, 565277227", "averyveryverylongda, 1188318126"
    })
    void aDaemonIsKnownByANumberMadeOfItsName(String name, long id) {
        assertThat(Integer.toUnsignedLong(Spread5.id(name))).isEqualTo(id);
    }

    @Test
    void theHashIsThatOfTheText() {
        assertThat(hash("Spread_Segment 10.34.0.255:5410 { d1 10.34.0.1  d2 10.34.0.2  d3 10.34.0.3 }"))
                .isEqualTo(2503858084L);
        assertThat(hash("Spread_Segment 10.34.0.255:5460 { d1 10.34.0.1 }")).isEqualTo(2758616473L);
        assertThat(hash("Spread_Segment 10.34.0.255:5460 { d1 10.34.0.1 }\nAcceleratedRing = true\n"))
                .isEqualTo(2439797977L);
    }

    private static long hash(String text) {
        return Integer.toUnsignedLong(Spread5.hash(Configuration.parse(text, "test", HostResolver.LOCALHOST_ONLY)));
    }
}
