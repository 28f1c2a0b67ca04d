package org.flushspread.flush.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.flushspread.flush.check.Checkers;
import org.flushspread.flush.check.TraceEvent;
import org.flushspread.flush.check.ViewId;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.ServiceType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Three members on one totally ordered ring, every order of what can happen: who reads next, who flushes when, when a message is sent, when
 * somebody leaves or crashes. States that look the same to every member and to the ring are visited once.
 */
@Tag("hunt")
class ExhaustiveTest {
    private static final String[] NAMES = {"#a#d", "#b#d", "#c#d"};

    /** What may still happen on its own, once each: joins, sends, leaves and crashes, as "jc", "sa", "lb", "xb". */
    private record Script(List<String> actions) {}

    @ParameterizedTest
    @CsvSource({
        "'ja jb', 'sa'",
        "'ja jb jc', ''",
        "'ja jb', 'jc'",
        "'ja jb', 'jc xb'",
        "'ja', 'jb la'",
        "'ja', 'jb xa sa'",
        "'ja jb', 'jc sa'",
        "'ja jb jc', 'xc'",
        "'ja jb jc', 'lc'",
        "'ja jb jc', 'sa sb'",
        "'ja jb jc', 'xb sa'",
        "'ja jb jc', 'lb xc'"
    })
    void everyOrderKeepsThePromises(String first, String then) {
        Script before = new Script(split(first));
        Script after = new Script(split(then));
        Deque<List<String>> paths = new ArrayDeque<>();
        Set<String> seen = new HashSet<>();
        paths.add(List.of());
        int states = 0;
        int ends = 0;
        while (!paths.isEmpty()) {
            List<String> path = paths.removeLast();
            Run run = new Run(before, after, path);
            states++;
            List<String> next = quietRead(before, after, path, run);
            if (next.isEmpty()) {
                ends++;
                assertThat(run.finish()).as(String.join(" ", path)).isEmpty();
            }
            for (String step : next) {
                List<String> longer = new ArrayList<>(path);
                longer.add(step);
                if (seen.add(new Run(before, after, longer).digest())) {
                    paths.addLast(longer);
                }
            }
            assertThat(states).as("the script is too large").isLessThan(200_000);
        }
        System.out.printf("exhaustive: %-10s then %-6s %6d states, %4d ends%n", first, then, states, ends);
        assertThat(ends).isPositive();
    }

    /**
     * The steps to try. A read that leads to no message and no request, at a member that has nothing to do by itself, commutes with whatever
     * the others do: it is enough to try that one first. Before a crash too: what the dead did not read concerns nobody.
     */
    private static List<String> quietRead(Script before, Script after, List<String> path, Run run) {
        List<String> possible = run.possible();
        for (String step : possible) {
            String letter = step.substring(1);
            if (step.charAt(0) == 'r'
                    && run.left.stream().noneMatch(each -> each.endsWith(letter) && !each.startsWith("x"))
                    && !possible.contains("f" + letter)) {
                List<String> longer = new ArrayList<>(path);
                longer.add(step);
                Run then = new Run(before, after, longer);
                if (then.ring.length() == run.ring.length() && !then.possible().contains("f" + letter)) {
                    return List.of(step);
                }
            }
        }
        return possible;
    }

    private static List<String> split(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
    }

    @Test
    void twoHundredMembersFormOneView() {
        int count = 200;
        List<Run.Member> members = new ArrayList<>();
        Run run = new Run(new Script(List.of()), new Script(List.of()), List.of());
        for (int i = 0; i < count; i++) {
            Run.Member member = run.new Member("#%03d#d".formatted(i));
            members.add(member);
            run.inGroup.clear();
            member.join();
            run.settle();
        }
        members.forEach(each -> run.inGroup.put(each.name, each));
        run.merge();
        run.settle();
        assertThat(members).allMatch(each -> each.layer.viewState("g") == ViewState.STEADY);
        members.get(0).crash();
        members.get(7).crash();
        run.settle();
        long views = run.trace.stream()
                .filter(each -> each instanceof TraceEvent.Installs view
                        && view.members().size() == count)
                .count();
        assertThat(views).isEqualTo(count);
        assertThat(run.finish()).isEmpty();
        // Alone, all together, and the two crashes: the first was collapsed into the second, or not.
        assertThat(members.get(1).layer.counters().viewsInstalled).isBetween(3L, 4L);
    }

    /** One execution. */
    private static final class Run {
        final List<TraceEvent> trace = new ArrayList<>();
        final Map<String, Member> byLetter = new TreeMap<>();
        final Map<String, Member> inGroup = new TreeMap<>();
        final List<Member> all = new ArrayList<>();
        final List<String> left;
        final StringBuilder ring = new StringBuilder();
        int index;
        int messages;

        Run(Script before, Script after, List<String> path) {
            for (String name : NAMES) {
                byLetter.put(name.substring(1, 2), new Member(name));
            }
            for (String action : before.actions) {
                act(action);
                settle();
            }
            left = new ArrayList<>(after.actions);
            for (String step : path) {
                act(step);
                left.remove(step);
            }
        }

        void act(String step) {
            Member member = byLetter.get(step.substring(1));
            if (member == null) {
                throw new IllegalArgumentException(step);
            }
            switch (step.charAt(0)) {
                case 'j' -> member.join();
                case 's' -> member.say();
                case 'l' -> member.leave();
                case 'x' -> member.crash();
                case 'r' -> member.read();
                case 'f' -> member.flush();
                default -> throw new IllegalArgumentException(step);
            }
        }

        List<String> possible() {
            List<String> steps = new ArrayList<>();
            byLetter.forEach((letter, member) -> {
                if (member.crashed) {
                    return;
                }
                if (!member.inbox.isEmpty()) {
                    steps.add("r" + letter);
                }
                if (member.requested) {
                    steps.add("f" + letter);
                }
            });
            for (String action : left) {
                Member member = byLetter.get(action.substring(1));
                boolean full = member != null && member.layer.membershipState("g") == MembershipState.JOINED;
                if (member != null && !member.crashed && (action.charAt(0) == 'j' || action.charAt(0) == 'x' || full)) {
                    steps.add(action);
                }
            }
            return steps;
        }

        /** What each member went through and the order on the ring: all that can matter later. */
        String digest() {
            StringBuilder out = new StringBuilder(ring).append(left);
            byLetter.forEach((letter, member) -> out.append(letter)
                    .append(member.history)
                    .append(member.inbox.size())
                    .append(member.requested));
            return out.toString();
        }

        List<String> finish() {
            Map<String, TraceEvent.SpreadMembership> now = new HashMap<>();
            inGroup.forEach((name, member) -> now.put(
                    TraceEvent.Quiet.key(name, "g"),
                    new TraceEvent.SpreadMembership(name, "g", view(index), List.copyOf(inGroup.keySet()))));
            trace.add(new TraceEvent.Quiet(now, Set.of()));
            Checkers checkers = new Checkers();
            trace.forEach(checkers::add);
            checkers.end();
            return checkers.violations();
        }

        void settle() {
            boolean more = true;
            while (more) {
                more = false;
                for (Member member : all) {
                    while (!member.crashed && !member.inbox.isEmpty()) {
                        member.read();
                        more = true;
                    }
                    if (!member.crashed && member.requested) {
                        member.flush();
                        more = true;
                    }
                }
            }
        }

        static ViewId view(int index) {
            return new ViewId(new GroupId(new MembershipId(1, 1), index), 1);
        }

        void change(Cause cause, Member who) {
            index++;
            ring.append(cause).append(who.name);
            List<String> list = List.copyOf(inGroup.keySet());
            ViewId id = view(index);
            for (Member member : inGroup.values()) {
                member.inbox.add(() -> {
                    trace.add(new TraceEvent.SpreadMembership(member.name, "g", id, list));
                    member.layer.membership("g", cause, id.id(), list, List.of(who.name), 0);
                });
            }
        }

        /** Everybody's daemon finds everybody else's. */
        void merge() {
            index++;
            List<String> list = List.copyOf(inGroup.keySet());
            ViewId id = view(index);
            for (Member member : inGroup.values()) {
                member.inbox.add(() -> {
                    trace.add(new TraceEvent.SpreadMembership(member.name, "g", id, list));
                    member.layer.membership("g", Cause.NETWORK, id.id(), list, List.of(member.name), 0);
                });
            }
        }

        final class Member implements FlushOutput {
            final String name;
            final FlushDispatcher layer;
            final Deque<Runnable> inbox = new ArrayDeque<>();
            final StringBuilder history = new StringBuilder();
            boolean requested;
            boolean crashed;

            Member(String name) {
                this.name = name;
                this.layer = new FlushDispatcher(name, this, FlushLimits.DEFAULT);
                all.add(this);
            }

            void join() {
                history.append('j');
                trace.add(new TraceEvent.Joins(name, "g"));
                assertThat(layer.join("g").refusal()).isNull();
                inGroup.put(name, this);
                change(Cause.JOIN, this);
            }

            void leave() {
                history.append('l');
                if (layer.leave("g").refusal() == null) {
                    trace.add(new TraceEvent.Leaves(name, "g"));
                    inGroup.remove(name);
                    inbox.add(() -> layer.selfLeave("g"));
                    change(Cause.LEAVE, this);
                }
            }

            void crash() {
                history.append('x');
                crashed = true;
                trace.add(new TraceEvent.Ends(name));
                if (inGroup.remove(name) != null) {
                    change(Cause.DISCONNECT, this);
                }
            }

            void read() {
                Runnable next = inbox.poll();
                history.append('r');
                if (next != null) {
                    next.run();
                }
            }

            void flush() {
                history.append('f');
                requested = false;
                if (layer.membershipState("g") != MembershipState.LEAVING) {
                    trace.add(new TraceEvent.Flushes(name, "g"));
                    assertThat(layer.flush("g")).isNull();
                }
            }

            void say() {
                history.append('s');
                int id = messages++;
                Outgoing message = layer.multicast(ServiceType.FIFO_MESS, "g", (short) 1, 1, 4);
                var refusal = message.refusal();
                trace.add(new TraceEvent.Sends(
                        name, "g", id, ServiceType.FIFO_MESS, (short) 1, null, refusal == null ? 0 : refusal.code()));
                if (refusal == null) {
                    put(message, ByteBuffer.allocate(4).putInt(id).array());
                }
            }

            private void put(Outgoing message, byte[] body) {
                byte[] bytes = new byte[body.length + message.trailer().remaining()];
                ByteBuffer.wrap(bytes).put(body).put(message.trailer().duplicate());
                ring.append(message.messType()).append(name);
                for (Member member : inGroup.values()) {
                    member.inbox.add(() -> member.layer.data(
                            message.type(), name, message.groups(), message.messType(), true, ByteBuffer.wrap(bytes)));
                }
            }

            @Override
            public void send(Outgoing message) {
                if (message.messType() == FlushService.FLUSH_OK) {
                    GroupId id = GroupId.read(
                            Unpooled.wrappedBuffer(message.trailer().duplicate()), 0, true);
                    trace.add(new TraceEvent.Consents(name, "g", new ViewId(id, 1)));
                }
                put(message, new byte[0]);
            }

            @Override
            public void event(GroupEvent event) {
                trace.add(traced(event));
                if (event instanceof GroupEvent.FlushRequest) {
                    requested = true;
                } else if (event instanceof GroupEvent.View || event instanceof GroupEvent.SelfLeave) {
                    requested = false;
                }
            }

            private TraceEvent traced(GroupEvent event) {
                if (event instanceof GroupEvent.Data data) {
                    @Nullable List<String> receivers = null;
                    return new TraceEvent.Delivers(
                            name,
                            "g",
                            data.body().duplicate().getInt(),
                            data.sender(),
                            data.service(),
                            data.messType(),
                            receivers);
                }
                if (event instanceof GroupEvent.View view) {
                    return new TraceEvent.Installs(
                            name,
                            "g",
                            new ViewId(view.id(), 1),
                            view.members(),
                            view.myIndex(),
                            view.cause().bit(),
                            view.transitional());
                }
                if (event instanceof GroupEvent.FlushRequest) {
                    return new TraceEvent.FlushRequest(name, "g");
                }
                return event instanceof GroupEvent.Transition
                        ? new TraceEvent.Transition(name, "g")
                        : new TraceEvent.SelfLeave(name, "g");
            }
        }
    }
}
