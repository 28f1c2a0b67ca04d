package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** spread --check (operations 8). */
class ConfigurationReportTest {
    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int check(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("spread.conf"), text);
        return SpreadMain.run(
                new String[] {"--check", "-c", file.toString()},
                new PrintWriter(out, true),
                new PrintWriter(err, true));
    }

    /** Hash 1048377598 is what a C daemon prints for this file (vectors/config, ok_minimal). */
    @Test
    void everyOptionIsToldWithTheHashAsCPrintsIt() throws IOException {
        assertThat(check("Spread_Segment 10.9.1.255:15100 { d1 10.9.1.1 }\nWindow = 100\n"))
                .isZero();
        assertThat(out.toString())
                .contains("Hash value for this configuration is: 1048377598")
                .containsPattern("Window +100\\R")
                .containsPattern("PersonalWindow +20   \\(default\\)")
                .containsPattern("TokenTimeout +1250 ms")
                .contains("no daemon has an address of this host");
    }

    /** configuration 4.3. */
    @Test
    void theTrapOfAMissingAcceleratedRingIsTold() throws IOException {
        check("Spread_Segment 10.9.1.255:15100 { d1 10.9.1.1 }\n");
        assertThat(out.toString()).contains("its hash is 763746064 then");
    }

    @Test
    void eachAddressOfASegmentHasItsPort() throws IOException {
        check("Spread_Segment [ff02::34:5]:5416 ff02::34:6 { d1 fd34::1 d2 fd34::2 }\n");
        assertThat(out.toString())
                .contains("2 daemons in 1 segment:")
                .contains("segment [ff02::34:5]:5416 [ff02::34:6]:5416 (multicast;");
    }

    @Test
    void whatSpread5RefusesIsTold() throws IOException {
        check("Spread_Segment 10.34.0.255:5460 { d1 10.34.0.1 }\nLinkProtocol = Hop\n# RouteMatrix\n");
        assertThat(out.toString())
                .contains("Spread 5 does not know LinkProtocol any more")
                .doesNotContain("RouteMatrix");
        check("Spread_Segment 10.34.0.255:5460 { d1 10.34.0.1 }\n");
        assertThat(out.toString()).contains("its hash is 2758616473");
    }

    @Test
    void aFileThatCannotBeUsedEndsWithOne() throws IOException {
        assertThat(check("Spread_Segment 10.9.1.255 { d1 10.9.1.1 d1 10.9.1.2 }\n"))
                .isEqualTo(1);
        assertThat(err.toString()).startsWith("spread: ").contains("spread.conf:1:");
        assertThat(out.toString()).isEmpty();
    }
}
