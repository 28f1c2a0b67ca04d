package org.flushspread.flush.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.flushspread.flush.check.Checkers;
import org.flushspread.flush.check.Simulation;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.ServiceType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Members of both libraries in one group deliver the same messages, also of who is being lost (flush-protocol 3.6). */
@Tag("hunt")
class MixedGroupsTest {
    private static final int SEEDS = Integer.getInteger("flush.mixed.seeds", 400);
    private static final Simulation.Menu MENU = new Simulation.Menu(2, 8, 1, 1500, true, 0, false, true);
    /** Gaps that unwrapped data and the moment of a loss leave in both libraries (flush-protocol 1.4). */
    private static final Set<String> KNOWN_GAPS = Set.of("P10", "P16");

    private static Checkers run(long seed, GroupRules ours, Wrapping wrapping) {
        return new Simulation(
                        seed,
                        MENU,
                        (self, output) -> isOfC(self)
                                ? new FlushDispatcher(
                                        self,
                                        output,
                                        GroupRules.mixed(FlushLimits.DEFAULT),
                                        Wrapping.WHERE_NEEDED,
                                        CLibraryAutomaton::new)
                                : new FlushDispatcher(self, output, ours, wrapping))
                .run();
    }

    /** Every second member of each daemon, about. */
    private static boolean isOfC(String name) {
        return Integer.parseInt(name.substring(2, name.indexOf('#', 1))) % 2 == 0;
    }

    @ParameterizedTest
    @EnumSource(Wrapping.class)
    void bothKindsKeepThePromisesTogether(Wrapping wrapping) {
        Set<String> gaps = new HashSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            Checkers checkers = run(seed, GroupRules.mixed(FlushLimits.DEFAULT), wrapping);
            Set<String> violated = new HashSet<>(checkers.violated());
            gaps.addAll(violated);
            violated.removeAll(KNOWN_GAPS);
            assertThat(violated)
                    .as("seed " + seed + " " + checkers.violations())
                    .isEmpty();
        }
        System.out.println("mixed groups, " + wrapping + ": " + SEEDS + " seeds; gaps seen: " + gaps);
    }

    private static final class Seat implements FlushOutput {
        final List<GroupEvent> events = new ArrayList<>();

        @Override
        public void event(GroupEvent event) {
            events.add(event);
        }

        @Override
        public void send(Outgoing message) {}
    }

    /** a is lost; d joins inside the transitional period; a message of a that names the view comes after that. */
    private static List<GroupEvent> lostWhileSomebodyJoins(FlushDispatcher member, Seat seat) {
        member.join("g");
        List<String> three = List.of("#a#d1", "#c#d2", "#j#d2");
        member.membership("g", Cause.NETWORK, id(1, 1), three, List.of(member.self()), 0);
        three.forEach(who -> control(member, who, id(1, 1)));
        assertThat(member.installedView("g")).isEqualTo(id(1, 1));
        member.transition("g");
        List<String> four = List.of("#a#d1", "#c#d2", "#d#d2", "#j#d2");
        member.membership("g", Cause.NETWORK, id(2, 2), four, List.of("#c#d2", "#j#d2"), 0);
        member.transition("g");
        ByteBuffer wrapped = ByteBuffer.allocate(1 + 2 + GroupId.LENGTH).position(3);
        wrapped.put(gid(id(1, 1))).flip();
        member.data(ServiceType.FIFO_MESS, "#a#d1", List.of("g"), FlushService.VULNERABLE, true, wrapped);
        List<String> left = List.of("#c#d2", "#d#d2", "#j#d2");
        member.membership("g", Cause.NETWORK, id(3, 1), left, left, 0);
        assertThat(member.flush("g")).isNull();
        left.forEach(who -> control(member, who, id(3, 1)));
        assertThat(member.installedView("g")).isEqualTo(id(3, 1));
        return seat.events;
    }

    private static List<?> kinds(List<GroupEvent> events) {
        return events.stream().map(Object::getClass).toList();
    }

    @ParameterizedTest
    @EnumSource(Wrapping.class)
    void whatAMemberThatIsBeingLostHadSentIsDroppedByBoth(Wrapping wrapping) {
        Seat java = new Seat();
        Seat c = new Seat();
        List<GroupEvent> atOurs = lostWhileSomebodyJoins(
                new FlushDispatcher("#j#d2", java, GroupRules.mixed(FlushLimits.DEFAULT), wrapping), java);
        List<GroupEvent> atTheirs = lostWhileSomebodyJoins(
                new FlushDispatcher(
                        "#c#d2",
                        c,
                        GroupRules.mixed(FlushLimits.DEFAULT),
                        Wrapping.WHERE_NEEDED,
                        CLibraryAutomaton::new),
                c);
        assertThat(atTheirs).noneMatch(GroupEvent.Data.class::isInstance);
        assertThat(kinds(atOurs)).isEqualTo(kinds(atTheirs));
    }

    @Test
    void amongOursAloneItIsDelivered() {
        Seat java = new Seat();
        FlushDispatcher j = new FlushDispatcher("#j#d2", java, GroupRules.ours(FlushLimits.DEFAULT), Wrapping.ALWAYS);
        assertThat(lostWhileSomebodyJoins(j, java)).anyMatch(GroupEvent.Data.class::isInstance);
    }

    private static GroupId id(int time, int index) {
        return new GroupId(new MembershipId(1, time), index);
    }

    private static ByteBuffer gid(GroupId id) {
        ByteBuf out = Unpooled.buffer();
        id.write(out);
        return out.nioBuffer();
    }

    private static void control(FlushDispatcher to, String from, GroupId id) {
        to.data(ServiceType.FIFO_MESS, from, List.of("g"), FlushService.FLUSH_OK, true, gid(id));
    }
}
