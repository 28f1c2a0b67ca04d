package org.flushspread.flush.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.flushspread.flush.kernel.FlushCounters;
import org.flushspread.flush.kernel.FlushDispatcher;
import org.flushspread.flush.kernel.FlushLimits;
import org.flushspread.flush.kernel.GroupRules;
import org.flushspread.flush.kernel.MembershipState;
import org.flushspread.flush.kernel.ViewState;
import org.flushspread.flush.kernel.Wrapping;
import org.flushspread.simulation.Chance;
import org.flushspread.simulation.Swarm;
import org.flushspread.simulation.Verdict;
import org.flushspread.simulation.World;
import org.flushspread.wire.GroupId;
import org.jspecify.annotations.Nullable;

/**
 * Flush clients on simulated rings: the daemons, the network and all their faults are those of the deterministic world, the layers are those
 * that ship. Everything the clients do goes to the checkers P1 to P24; the daemons below are checked as ever.
 */
public final class RingSimulation {
    /** Messages of one run: some predicates compare them all with each other. */
    private static final int ENOUGH = 1500;

    final Simulation.Layers how;
    final List<String> groups = new ArrayList<>();
    final Checkers checkers = new Checkers();
    final List<FlushDispatcher> layers = new ArrayList<>();
    final long actEvery;
    final long churnEvery;
    final int maxBody;
    /** Some members take seconds to flush. */
    final boolean lazy;
    /** What a member may take for its consent before the others go on without it; 0 if they wait. Then some hang, and some are strangers. */
    final long patience;

    private final org.flushspread.simulation.Simulation simulation;
    private final List<RingMember> members = new ArrayList<>();
    private final Map<String, Integer> seen = new HashMap<>();
    private final Map<String, ViewId> views = new HashMap<>();
    private int messages;

    /** The layer that ships, and applications of all kinds. */
    RingSimulation(long seed, Swarm swarm, Wrapping wrapping) {
        this(
                seed,
                swarm,
                null,
                (self, output) -> new FlushDispatcher(
                        self,
                        output,
                        wrapping == Wrapping.ALWAYS
                                ? GroupRules.ours(FlushLimits.DEFAULT)
                                : GroupRules.mixed(FlushLimits.DEFAULT),
                        wrapping));
    }

    /** Members that hang, and strangers. */
    static RingSimulation hanging(long seed, Swarm swarm, Wrapping wrapping) {
        GroupRules rules = GroupRules.excluding(FlushLimits.DEFAULT, swarm.beat());
        return hanging(seed, swarm, (self, output) -> new FlushDispatcher(self, output, rules, wrapping));
    }

    /** The same with another layer, whose members have the patience of one beat. */
    static RingSimulation hanging(long seed, Swarm swarm, Simulation.Layers how) {
        return new RingSimulation(seed, swarm, null, swarm.beat(), how);
    }

    /** Another layer. */
    public RingSimulation(long seed, Swarm swarm, Simulation.Layers how) {
        this(seed, swarm, null, how);
    }

    /** @param conduct of all members; null draws one for each */
    RingSimulation(long seed, Swarm swarm, @Nullable Conduct conduct, Simulation.Layers how) {
        this(seed, swarm, conduct, 0, how);
    }

    private RingSimulation(long seed, Swarm swarm, @Nullable Conduct conduct, long patience, Simulation.Layers how) {
        this.how = how;
        this.patience = patience;
        Chance chance = Chance.stream(seed, 5);
        this.actEvery = Math.max(swarm.sendEvery(), 40_000_000L);
        this.churnEvery = swarm.churnEvery();
        this.maxBody = Math.min(swarm.maxBody(), 20_000);
        this.lazy = chance.nextInt(3) == 0;
        int count = 1 + chance.nextInt(2);
        for (int i = 0; i < count; i++) {
            groups.add("g" + i);
        }
        this.simulation = new org.flushspread.simulation.Simulation(seed, swarm, null, client -> {
            int number = members.size();
            Conduct his = conduct != null ? conduct : Conduct.values()[chance.nextInt(Conduct.TOLD.ordinal())];
            if (patience > 0 && chance.nextInt(6) == 0) {
                his = Conduct.STRANGER;
            }
            RingMember member = new RingMember(this, Chance.stream(seed, 5000 + number), number, his);
            members.add(member);
            return member;
        });
        members.forEach(RingMember::begin);
    }

    org.flushspread.simulation.Simulation simulation() {
        return simulation;
    }

    public Checkers checkers() {
        return checkers;
    }

    World world() {
        return simulation.world();
    }

    List<RingMember> members() {
        return members;
    }

    /** Chaos, healing and rest, and then the end of the trace. What is broken below the flush layer is thrown. */
    public Verdict run() {
        Verdict verdict = simulation.run();
        if (verdict.violation() == null) {
            quiet();
            checkers.end();
        }
        return verdict;
    }

    /** What must be so when everything is delivered and answered. */
    void quiet() {
        Map<String, TraceEvent.SpreadMembership> now = new TreeMap<>();
        TreeSet<String> strangers = new TreeSet<>();
        for (RingMember member : members) {
            RingSession session = member.live();
            if (session != null && member.isStranger()) {
                strangers.add(session.name());
            }
        }
        for (String group : groups) {
            TreeSet<String> expected = new TreeSet<>();
            for (RingMember member : members) {
                RingSession session = member.live();
                if (session != null && session.layer().membershipState(group) == MembershipState.JOINED) {
                    expected.add(session.name());
                }
            }
            for (RingMember member : members) {
                RingSession session = member.live();
                TraceEvent.SpreadMembership told = member.membership(group);
                if (session == null || told == null || member.isStranger()) {
                    continue;
                }
                TreeSet<String> answering = new TreeSet<>(told.members());
                answering.removeAll(strangers);
                now.put(TraceEvent.Quiet.key(session.name(), group), told);
                if (!expected.equals(answering)) {
                    throw new AssertionError(
                            session.name() + " sees " + told + " in " + group + ", members are " + expected);
                }
                if (session.layer().viewState(group) != ViewState.STEADY) {
                    throw new AssertionError(session.name() + " is not steady in " + group + " but "
                            + session.layer().viewState(group) + " "
                            + session.layer().pendingView(group));
                }
            }
        }
        checkers.add(new TraceEvent.Quiet(now, strangers));
    }

    /**
     * The identity of a membership. An emptied group may count from the same id again, perhaps with the same members; but each of them has
     * been told of the earlier one too, so how often a member was told of the same list under the same id tells them apart.
     */
    ViewId identify(String process, String group, GroupId id, List<String> list) {
        String what = group + " " + id + " " + new TreeSet<>(list);
        int times = seen.merge(process + " " + what, 1, Integer::sum);
        return views.computeIfAbsent(what + " " + times, each -> new ViewId(id, views.size()));
    }

    String anyGroup(Chance chance) {
        return groups.get(chance.nextInt(groups.size()));
    }

    boolean maySpeak() {
        return messages < ENOUGH;
    }

    int nextMessage() {
        return messages++;
    }

    /** A figure of all flush layers that took part, to prove that something happened. */
    long total(ToLongFunction<FlushCounters> figure) {
        return layers.stream()
                .mapToLong(each -> figure.applyAsLong(each.counters()))
                .sum();
    }
}
