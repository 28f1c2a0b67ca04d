package org.flushspread.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.flushspread.Wait;
import org.flushspread.interop.Namespaces.Cast;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A C daemon that somebody started under the name of another host ({@code -n}), with rings of ours and rings shared with C daemons
 * (membership-protocol 6.7). Needs root and SPREAD_C_HOME, else skipped.
 */
@Tag("once")
@Timeout(240)
class ImpostorTest {
    /** A fifth of the usual ones; who is left out is so for nine seconds at first. */
    private static final Timers TIMERS = new Timers(250, 100, 50, 50, 125, 100, 250, 250, 6000);

    private static final int MESSAGES = 100;

    /**
     * @param name whose name it has; that daemon does not run, unless {@code twice}; the last host has none of its own
     * @param said it is said that it runs on the wrong host; one that is alone in its segment and waits for its own token is hardly heard
     */
    @ParameterizedTest(name = "{0} in segments of {1}, a C daemon says it is d{2}, which runs: {3}")
    @CsvSource({
        "JJJJ, 4, 1, false, true",
        "JJJJ, 4, 3, false, true",
        "JJJJ, 1111, 2, false, false",
        "JJJJ, 4, 2, true, true",
        "JJJJ, 1111, 1, true, true",
        "JCJJ, 4, 1, false, true",
        "CJJJ, 4, 2, false, true",
        "CJJJ, 4, 3, false, true",
        "JJCJ, 1111, 1, false, false",
        "CJJJ, 1111, 2, false, false",
        "JJJJ, 22, 2, false, true",
        "JCJJ, 22, 3, false, false"
    })
    void theOthersGoOn(String kinds, String segments, int name, boolean twice, boolean said) {
        try (Ring ring = ring(kinds, segments)) {
            Node named = ring.nodes.get(name - 1);
            List<Node> rest = allButTheLast(ring);
            if (!twice) {
                rest.remove(named);
            }
            try (Node impostor = impostor(ring, named)) {
                impostor.start();
                start(ring, rest);
                goOn(ring);
                if (said) {
                    Wait.until(
                            () -> "it is said\n"
                                    + rest.stream().map(Node::logText).collect(Collectors.joining("\n")),
                            () -> rest.stream()
                                    .anyMatch(each -> each.wholeLog()
                                            .contains("as -n " + named.name + " given on another host?")));
                } else {
                    // What it says at first is heard by a ring that stands.
                    impostor.kill();
                    impostor.start();
                    impostor.awaitListening();
                }
                goOn(ring);
            }
            ring.requireSound();
        }
    }

    /** Ours in another segment have a ring, with it or without: it waits for the tokens of the impostor. */
    @Test
    void oursGoOnWithoutACDaemonInTheSegmentOfTheImpostor() {
        try (Ring ring = ring("JCJJJ", "23")) {
            try (Node impostor = impostor(ring, ring.nodes.get(0))) {
                impostor.start();
                ring.nodes.get(1).start();
                start(ring, List.of(ring.nodes.get(2), ring.nodes.get(3)));
                goOn(ring);
            }
            ring.requireSound();
        }
    }

    private static Ring ring(String kinds, String segments) {
        CSpread.V4.home();
        Namespaces net = new Namespaces(
                Cast.MULTICAST, false, segments.chars().map(each -> each - '0').toArray());
        Ring ring = new Ring(kinds, net, TIMERS, true);
        // Without interface lines the address of the test, which asks for their states, has to be a daemon's.
        ring.configuration(text -> text + "Spread_Segment 239.213.9.9:4999 { monitor " + net.monitorAddress() + " }\n");
        ring.expectCascades();
        return ring;
    }

    private static List<Node> allButTheLast(Ring ring) {
        return new ArrayList<>(ring.nodes.subList(0, ring.nodes.size() - 1));
    }

    private static Node impostor(Ring ring, Node named) {
        return named.on(ring.net, ring.nodes.size() - 1);
    }

    /** With a member at each. */
    private static void start(Ring ring, List<Node> daemons) {
        daemons.forEach(Node::start);
        daemons.forEach(Node::awaitListening);
        daemons.forEach(ring::addMember);
    }

    private static void goOn(Ring ring) {
        ring.awaitViews();
        ring.exchange(MESSAGES);
    }
}
