package org.flushspread.kernel.groups;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.kernel.groups.Cluster.Component;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Thousands of groups and a hundred thousand memberships. */
@Tag("once")
class LargeStateTest {
    private static final int GROUPS = 5_000;
    private static final int MEMBERS = 20;

    private final Cluster cluster = new Cluster(4);

    @Test
    @Timeout(60)
    void aHundredThousandMembershipsSplitMergeAndDisconnect() {
        Component all = cluster.start(100);
        List<TestSession> watchers = new ArrayList<>();
        for (Node each : cluster.nodes) {
            watchers.add(each.connect("watcher"));
        }
        long start = System.nanoTime();
        for (int g = 0; g < GROUPS; g++) {
            for (int m = 0; m < MEMBERS; m++) {
                all.deliver(Node.join("#m" + (g * 7 + m) % 400 + "#d" + (1 + m % 4), "group" + g));
            }
        }
        for (TestSession each : watchers) {
            all.deliver(Node.join(each.name(), "group17"));
        }
        watchers.forEach(TestSession::news);
        report("joins", start);

        start = System.nanoTime();
        Component left = cluster.merge(110, cluster.of(1, 2));
        Component right = cluster.merge(110, cluster.of(3, 4));
        report("split", start);
        start = System.nanoTime();
        all = cluster.merge(120, left, right);
        report("merge", start);
        assertThat(cluster.nodes).allMatch(each -> each.groups.count() == GROUPS);
        assertThat(cluster.node(1).submitted).hasSizeGreaterThan(5);
        for (TestSession each : watchers) {
            assertThat(each.news().stream().map(line -> line.substring(0, line.indexOf(' '))))
                    .containsExactly("TRANSITION", "NETWORK", "NETWORK");
        }

        start = System.nanoTime();
        for (int d = 1; d <= 4; d++) {
            for (int m = 0; m < 400; m++) {
                all.deliver(Node.kill("#m" + m + "#d" + d));
            }
        }
        report("disconnects", start);
        assertThat(cluster.nodes).allMatch(each -> each.groups.count() == 1);
        cluster.assertNothingLeaked();
    }

    private static void report(String what, long start) {
        // Generous: a quadratic step takes minutes here.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).as(what).isLessThan(Duration.ofSeconds(60));
    }
}
