package org.flushspread.flush.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.flushspread.flush.kernel.FlushDispatcher;
import org.flushspread.flush.kernel.FlushLimits;
import org.flushspread.flush.kernel.GroupRules;
import org.flushspread.flush.kernel.Wrapping;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** P1 to P24 hold over thousands of random schedules. */
class RandomSchedulesTest {
    private static final int SEEDS = Integer.getInteger("flush.seeds", 1000);

    private static void holdAll(String what, Simulation.Menu menu) {
        int views = 0;
        int deliveries = 0;
        long postponed = 0;
        long wrapped = 0;
        long collapsed = 0;
        long excluded = 0;
        long calls = 0;
        int seeds = menu.hanging() ? (SEEDS + 2) / 3 : SEEDS;
        for (long seed = 0; seed < seeds; seed++) {
            Simulation simulation = simulation(seed, menu);
            Checkers checkers = simulation.run();
            postponed += simulation.total(each -> each.messagesPostponed);
            wrapped += simulation.total(each -> each.messagesWrapped);
            collapsed += simulation.total(each -> each.changesCollapsed);
            excluded += simulation.total(each -> each.membersExcluded);
            calls += simulation.total(each -> each.rollCalls);
            assertThat(checkers.violations())
                    .as(what + ", seed " + seed + " " + checkers.violated())
                    .isEmpty();
            views += checkers.history().stays().size();
            deliveries += checkers.history().stays().stream()
                    .mapToInt(each -> each.deliveries.size())
                    .sum();
        }
        System.out.printf(
                "%s: %d seeds, %d views, %d deliveries, %d wrapped, %d postponed, %d collapsed, %d exclusions, %d roll"
                        + " calls; P1..P24 hold%n",
                what, seeds, views, deliveries, wrapped, postponed, collapsed, excluded, calls);
        assertThat(excluded > seeds).isEqualTo(menu.hanging());
        assertThat(views).isGreaterThan(5 * seeds);
        assertThat(deliveries).isGreaterThan(5 * seeds);
    }

    private static Simulation simulation(long seed, Simulation.Menu menu) {
        Wrapping wrapping = seed % 2 == 0 ? Wrapping.ALWAYS : Wrapping.WHERE_NEEDED;
        GroupRules rules = menu.hanging()
                ? GroupRules.excluding(FlushLimits.DEFAULT, Simulation.PATIENCE)
                : seed % 2 == 0 ? GroupRules.ours(FlushLimits.DEFAULT) : GroupRules.mixed(FlushLimits.DEFAULT);
        return new Simulation(seed, menu, (self, output) -> new FlushDispatcher(self, output, rules, wrapping));
    }

    @Test
    void oneDaemonWithJoinsLeavesAndCrashes() {
        holdAll("one daemon", new Simulation.Menu(1, 4, 1, 1200, false, 30));
    }

    @Tag("hunt")
    @Test
    void threeDaemonsWithPartitionsAndMerges() {
        holdAll("three daemons", new Simulation.Menu(3, 6, 1, 1500, true, 0));
    }

    @Tag("hunt")
    @Test
    void threeDaemonsWithOvertakingMessages() {
        holdAll("three daemons, overtaking", new Simulation.Menu(3, 6, 1, 1500, true, 30));
    }

    @Tag("hunt")
    @Test
    void messagesForTheNextViewThatComeBeforeIt() {
        holdAll("early messages", new Simulation.Menu(3, 6, 1, 1500, false, 80));
    }

    @Tag("hunt")
    @Test
    void fiveDaemonsAndTwoGroups() {
        holdAll("five daemons, two groups", new Simulation.Menu(5, 8, 2, 2500, true, 30));
    }

    @Tag("hunt")
    @Test
    void oneDaemonWithMembersThatHangAndStrangers() {
        holdAll("one daemon, hanging", new Simulation.Menu(1, 5, 1, 3000, false, 30, true));
    }

    @Tag("hunt")
    @Test
    void threeDaemonsWithMembersThatHangAndStrangers() {
        holdAll("three daemons, hanging", new Simulation.Menu(3, 6, 1, 4000, true, 30, true));
    }

    @Tag("hunt")
    @Test
    void twoGroupsWithMembersThatHangAndStrangers() {
        holdAll("four daemons, two groups, hanging", new Simulation.Menu(4, 7, 2, 4000, true, 10, true));
    }

    @Test
    void aSeedGivesTheSameTraceEachTime() {
        Simulation.Menu menu = new Simulation.Menu(3, 6, 2, 1500, true, 30);
        List<TraceEvent> trace = simulation(7, menu).run().trace();
        assertThat(simulation(7, menu).run().trace()).isEqualTo(trace);
        assertThat(trace).isNotEmpty();
    }
}
