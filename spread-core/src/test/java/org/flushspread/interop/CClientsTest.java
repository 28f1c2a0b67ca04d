package org.flushspread.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.flushspread.Wait;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program spflooder of either C toolkit at each daemon: all send to all, none further ahead of the slowest than 200 messages. */
@Timeout(240)
class CClientsTest {
    private static final int MESSAGES = 3000;

    @ParameterizedTest
    @CsvSource({
        "JJ, loopback, V4",
        "JCJ, loopback, V4",
        "CJC, loopback, V4",
        "JJ, loopback, V5",
        "JCJ, loopback, V5",
        "CJC, loopback, V5",
        "jj, loopback, V4",
        "j5j, MULTICAST 3, V4",
        "5j5, BROADCAST 12, V4",
        "j5j, MULTICAST 21, V5",
        "5j5, MULTICAST_IPV6 3, V5"
    })
    void cProgramsFloodEachOtherThroughTheRing(String kinds, String where, CSpread of)
            throws IOException, InterruptedException {
        String program = of.program("spflooder");
        try (Ring ring = new Ring(kinds, Net.of(where, kinds.length()), Timers.USUAL, true).form()) {
            List<Process> programs = new ArrayList<>();
            try {
                for (Node each : ring.nodes) {
                    programs.add(new ProcessBuilder(
                                    program,
                                    "-u",
                                    "f" + each.index,
                                    "-m",
                                    Integer.toString(MESSAGES),
                                    "-n",
                                    Integer.toString(kinds.length()),
                                    "-b",
                                    "1500",
                                    "-s",
                                    each.spreadName())
                            .redirectErrorStream(true)
                            .start());
                }
                for (Process each : programs) {
                    assertThat(each.waitFor(100, TimeUnit.SECONDS)).as("ends").isTrue();
                    String said = new String(each.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                    assertThat(each.exitValue()).as(said).isZero();
                    assertThat(said).contains("completed");
                }
            } finally {
                programs.forEach(Process::destroyForcibly);
            }
            // A program that ends with messages unread resets its connection, and its last ones may be lost with it.
            Wait.until(
                    "the daemons have delivered the same",
                    () -> delivered(ring).distinct().count() == 1);
            assertThat(delivered(ring).findFirst().orElseThrow())
                    .isBetween(MESSAGES * kinds.length() * 9 / 10, MESSAGES * kinds.length());
            ring.requireSound();
        }
    }

    private static IntStream delivered(Ring ring) {
        return ring.nodes.stream().mapToInt(each -> ring.status(each).messagesDelivered());
    }
}
