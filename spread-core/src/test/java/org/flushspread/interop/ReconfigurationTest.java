package org.flushspread.interop;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A ring whose daemons read a changed spread.conf again, as a monitor tells them. */
@Tag("once")
@Timeout(240)
class ReconfigurationTest {
    private static final Pattern SEGMENT_OF_ITS_OWN =
            Pattern.compile("Spread_Segment \\S+ \\{\\s*d3 [^{}]*\\{[^{}]*\\}\\s*\\}\\n");
    private static final Pattern LINE = Pattern.compile("    d3 [^\\n]*\\n");

    /** Where the daemon shares its segment only its line comes and goes. */
    @ParameterizedTest
    @CsvSource({
        "JJJ, loopback",
        "JCJ, loopback",
        "CJC, loopback",
        "CCJ, loopback",
        "JJC, loopback",
        "j5j, MULTICAST 3",
        "5jj, BROADCAST 21",
        "5j5, MULTICAST 21",
        "55j, MULTICAST_IPV6 3",
        "j55, MULTICAST_IPV6 21"
    })
    void aDaemonIsAddedAndTakenAwayWhileTheRingWorks(String kinds, String where) {
        try (Ring ring = new Ring(kinds, Net.of(where, 3), Timers.STEADY, false)) {
            Node added = ring.nodes.get(2);
            String with = ring.configuration();
            String without = without(with);
            ring.configuration(text -> without);
            for (Node each : ring.nodes.subList(0, 2)) {
                each.start();
                each.awaitListening();
            }
            ring.awaitRing(ring.running());
            ring.running().forEach(ring::addMember);
            ring.awaitViews();
            try (Traffic traffic = ring.traffic()) {
                traffic.await(50);
                ring.configuration(text -> with);
                ring.reload();
                added.start();
                added.awaitListening();
                ring.awaitRing(ring.nodes);
                traffic.await(50);
            }
            ring.addMember(added);
            ring.awaitViews();
            ring.exchange(100);

            added.stop();
            ring.configuration(text -> without);
            ring.reload();
            ring.awaitRing(ring.running());
            ring.awaitViews();
            ring.exchange(100);
            ring.requireSound();
        }
    }

    private static String without(String text) {
        Matcher segment = SEGMENT_OF_ITS_OWN.matcher(text);
        String rest =
                segment.find() ? segment.replaceFirst("") : LINE.matcher(text).replaceFirst("");
        if (rest.equals(text)) {
            throw new IllegalStateException("d3 is not in " + text);
        }
        return rest;
    }
}
