package org.flushspread.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rings of our daemons, of C daemons and of both, on loopback. C daemons of 5.0.1 refuse addresses that no card lists. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(240)
class LoopbackRingTest {
    /** The ring forms, carries everything, and loses and regains each of its daemons under traffic. */
    @Tag("once")
    @ParameterizedTest(name = "{0} accelerated {1}")
    @CsvSource({
        "JJ, false",
        "JJJ, true",
        "JC, false",
        "JCC, true",
        "CJC, false",
        "CCJ, true",
        "JJC, false",
        "JCJ, true",
        "CJJ, false",
        "jjj, false"
    })
    void everyDaemonMayCrashAndComeBack(String kinds, boolean accelerated) {
        try (Ring ring = new Ring(kinds, new Loopback(kinds.length()), Timers.STEADY, accelerated)) {
            ring.form().populate().exchange(500);
            for (Node each : ring.nodes) {
                crashAndRestart(ring, each);
            }
            ring.exchange(200);
            ring.requireSound();
        }
    }

    static void crashAndRestart(Ring ring, Node victim) {
        try (Traffic traffic = ring.traffic()) {
            traffic.await(50);
            victim.kill();
            ring.awaitRing(ring.running());
            ring.awaitViews();
            traffic.await(50);
            victim.start();
            victim.awaitListening();
            ring.awaitRing(ring.nodes);
            traffic.await(20);
            ring.addMember(victim);
            ring.awaitViews();
        }
        assertThat(ring.open()).hasSize(ring.nodes.size());
    }

    @Tag("once")
    @Test
    void aHealthyRingHasNothingToComplainOf() {
        try (Ring ring = new Ring("JJJ", new Loopback(3), Timers.STEADY, true)) {
            ring.form().populate().exchange(100);
            for (Node each : ring.nodes) {
                assertThat(each.logText().lines())
                        .noneMatch(line -> line.contains("refused input") && !line.contains("monitor rate"));
            }
        }
    }

    @ParameterizedTest(name = "{0} accelerated {1}")
    @CsvSource({"JJJ, false", "JCJ, true", "CJC, true", "JCJC, false", "jjj, true"})
    void componentsGoOnAloneAndMerge(String kinds, boolean accelerated) {
        int size = kinds.length();
        try (Ring ring = new Ring(kinds, new Loopback(size), Timers.STEADY, accelerated)) {
            ring.form().populate().exchange(200);
            for (int round = 0; round < 2; round++) {
                int[] components = new int[size];
                for (int i = 0; i < size; i++) {
                    components[i] = round == 0 ? i / 2 : i % 2;
                }
                partition(ring, components);
            }
            ring.exchange(200);
            ring.requireSound();
        }
    }

    private static void partition(Ring ring, int... components) {
        try (Traffic traffic = ring.traffic()) {
            traffic.await(50);
            ring.monitor.partition(ring.nodes, components);
            for (int component = 0; component < 2; component++) {
                int which = component;
                List<Node> side = ring.nodes.stream()
                        .filter(each -> components[each.index] == which)
                        .toList();
                ring.awaitRing(side);
                ring.awaitViews(ring.open().stream()
                        .filter(each -> components[each.node.index] == which)
                        .toList());
            }
            traffic.await(50);
            ring.monitor.partition(ring.nodes, new int[components.length]);
            ring.awaitRing(ring.nodes);
            ring.awaitViews();
        }
    }
}
