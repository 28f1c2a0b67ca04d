package org.flushspread.interop;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A ring whose daemons read a changed spread.conf again, as a monitor tells them. */
@Tag("once")
@Timeout(240)
class ReconfigurationTest {
    @ParameterizedTest
    @ValueSource(strings = {"JJJ", "JCJ", "CJC", "CCJ", "JJC"})
    void aDaemonIsAddedAndTakenAwayWhileTheRingWorks(String kinds) {
        try (Ring ring = new Ring(kinds, new Loopback(3), Timers.STEADY, false)) {
            Node added = ring.nodes.get(2);
            String[] line = new String[1];
            ring.configuration(text -> {
                line[0] = text.substring(text.lastIndexOf("Spread_Segment"));
                return text.replace(line[0], "");
            });
            for (Node each : ring.nodes.subList(0, 2)) {
                each.start();
                each.awaitListening();
            }
            ring.awaitRing(ring.running());
            ring.running().forEach(ring::addMember);
            ring.awaitViews();
            try (Traffic traffic = ring.traffic()) {
                traffic.await(50);
                ring.configuration(text -> text + line[0]);
                ring.monitor.reload(ring.running());
                added.start();
                added.awaitListening();
                ring.awaitRing(ring.nodes);
                traffic.await(50);
            }
            ring.addMember(added);
            ring.awaitViews();
            ring.exchange(100);

            added.stop();
            ring.configuration(text -> text.replace(line[0], ""));
            ring.monitor.reload(ring.running());
            ring.awaitRing(ring.running());
            ring.awaitViews();
            ring.exchange(100);
            ring.requireSound();
        }
    }
}
