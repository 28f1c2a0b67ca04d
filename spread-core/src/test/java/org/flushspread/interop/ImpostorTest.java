package org.flushspread.interop;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.Wait;
import org.flushspread.interop.Namespaces.Cast;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A C daemon that somebody started under the name of another host ({@code -n}), with rings of ours and rings shared with C daemons
 * (membership-protocol 6.7). Needs root and SPREAD_C_HOME, else skipped.
 */
@Timeout(240)
class ImpostorTest {
    /** A fifth of the usual ones; who is left out is so for nine seconds at first. */
    private static final Timers TIMERS = new Timers(250, 100, 50, 50, 125, 100, 250, 250, 6000);
    /** The last host has no daemon of its own. */
    private static final int HOST = 3;

    private static final int MESSAGES = 100;

    /** @param name whose name it has; that daemon does not run, unless {@code twice} */
    @ParameterizedTest(name = "{0} in segments of {1}, a C daemon says it is d{2}, which runs: {3}")
    @CsvSource({
        "JJJJ, 4, 1, false",
        "JJJJ, 4, 3, false",
        "JJJJ, 1111, 2, false",
        "JJJJ, 4, 2, true",
        "JJJJ, 1111, 1, true",
        "JCJJ, 4, 1, false",
        "CJJJ, 4, 2, false",
        "CJJJ, 4, 3, false",
        "JJCJ, 1111, 1, false",
        "CJJJ, 1111, 2, false",
        "JJJJ, 22, 2, false"
    })
    void theOthersGoOn(String kinds, String segments, int name, boolean twice) {
        CSpread.home();
        Namespaces net = new Namespaces(
                Cast.MULTICAST, false, segments.chars().map(each -> each - '0').toArray());
        try (Ring ring = new Ring(kinds, net, TIMERS, true)) {
            // Without interface lines the address of the test, which asks for their states, has to be a daemon's.
            ring.configuration(
                    text -> text + "Spread_Segment 239.213.9.9:4999 { monitor " + net.monitorAddress() + " }\n");
            ring.expectCascades();
            Node named = ring.nodes.get(name - 1);
            List<Node> rest = new ArrayList<>(ring.nodes.subList(0, HOST));
            if (!twice) {
                rest.remove(named);
            }
            Node impostor = named.on(net, HOST);
            try {
                impostor.start();
                rest.forEach(Node::start);
                rest.forEach(Node::awaitListening);
                rest.forEach(ring::addMember);
                ring.awaitViews();
                ring.exchange(MESSAGES);
                Wait.until(
                        "it is named",
                        () -> rest.stream()
                                .anyMatch(each ->
                                        each.wholeLog().contains("Was -n " + named.name + " given on another host?")));
                ring.awaitViews();
                ring.exchange(MESSAGES);
            } finally {
                impostor.close();
            }
            ring.requireSound();
        }
    }
}
