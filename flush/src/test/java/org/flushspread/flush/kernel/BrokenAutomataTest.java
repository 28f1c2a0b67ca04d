package org.flushspread.flush.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.flushspread.flush.check.Checkers;
import org.flushspread.flush.check.RingSimulation;
import org.flushspread.flush.check.Simulation;
import org.flushspread.simulation.Profile;
import org.flushspread.simulation.Swarm;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Automata with one rule broken each. The checkers find every one of them, so their silence elsewhere means something. */
class BrokenAutomataTest {
    private static final Simulation.Menu[] MENUS = {
        new Simulation.Menu(3, 6, 1, 1500, false, 80),
        new Simulation.Menu(3, 6, 1, 1500, true, 30),
        new Simulation.Menu(3, 5, 1, 3000, true, 0)
    };
    private static final Simulation.Menu[] HANGING = {
        new Simulation.Menu(1, 5, 1, 2500, false, 30, true), new Simulation.Menu(3, 6, 1, 3000, true, 20, true)
    };
    private static final int SEEDS = 400;
    private static final int RING_SEEDS = 60;
    private static final Profile[] PROFILES = {Profile.CHURN, Profile.PARTITION, Profile.LOSS};

    @Test
    void theCheckersFindEachBrokenRule() {
        Map<String, FlushDispatcher.Automata> mutants = mutants();
        assertThat(mutants).hasSizeGreaterThanOrEqualTo(15);
        List<String> unseen = new ArrayList<>();
        System.out.printf("%-58s %-6s %s%n", "broken rule", "seeds", "found by");
        mutants.forEach((rule, automata) -> {
            int seeds = 0;
            Set<String> by = new TreeSet<>();
            while (by.isEmpty() && seeds < SEEDS) {
                by = violated(seeds++, automata);
            }
            System.out.printf("%-58s %-6d %s%n", rule, seeds, by);
            if (by.isEmpty()) {
                unseen.add(rule);
            }
        });
        assertThat(unseen).isEmpty();
    }

    @Test
    void theCheckersFindEachBrokenRuleOfExclusion() {
        List<String> unseen = new ArrayList<>();
        mutantsOfExclusion().forEach((rule, automata) -> {
            int seed = 0;
            Set<String> by = new TreeSet<>();
            while (by.isEmpty() && seed < SEEDS) {
                by = violated(
                        seed++, automata, HANGING, GroupRules.excluding(FlushLimits.DEFAULT, Simulation.PATIENCE));
            }
            System.out.printf("exclusion: %-66s %-6d %s%n", rule, seed, by);
            if (by.isEmpty()) {
                unseen.add(rule);
            }
        });
        assertThat(unseen).isEmpty();
    }

    @Test
    void theCheckersFindThemOnSimulatedRingsToo() {
        List<String> unseen = new ArrayList<>();
        mutants().forEach((rule, automata) -> {
            int seed = 0;
            Set<String> by = new TreeSet<>();
            while (by.isEmpty() && seed < RING_SEEDS) {
                by = violatedOnRings(++seed, automata);
            }
            System.out.printf("on rings: %-58s %-6d %s%n", rule, seed, by);
            if (by.isEmpty()) {
                unseen.add(rule);
            }
        });
        assertThat(unseen).isEmpty();
    }

    private static Set<String> violatedOnRings(int seed, FlushDispatcher.Automata automata) {
        Profile profile = PROFILES[seed % PROFILES.length];
        Swarm swarm = Swarm.draw(seed, 3, profile)
                .with("corruption", 0)
                .with("clientsPerDaemon", 2)
                .with("chaos", 10e9);
        RingSimulation simulation = new RingSimulation(
                seed,
                swarm,
                (self, output) -> new FlushDispatcher(
                        self, output, GroupRules.mixed(FlushLimits.DEFAULT), Wrapping.WHERE_NEEDED, automata));
        Set<String> all = new TreeSet<>();
        try {
            if (simulation.run().violation() != null) {
                all.add("stuck");
            }
        } catch (AssertionError e) {
            all.add("stuck");
        }
        all.addAll(simulation.checkers().violated());
        return all;
    }

    private static Set<String> violated(int seed, FlushDispatcher.Automata automata) {
        return violated(seed, automata, MENUS, GroupRules.mixed(FlushLimits.DEFAULT));
    }

    private static Set<String> violated(
            int seed, FlushDispatcher.Automata automata, Simulation.Menu[] menus, GroupRules rules) {
        Set<String> all = new TreeSet<>();
        for (Simulation.Menu menu : menus) {
            try {
                Checkers checkers = new Simulation(
                                seed,
                                menu,
                                (self, output) ->
                                        new FlushDispatcher(self, output, rules, Wrapping.WHERE_NEEDED, automata))
                        .run();
                all.addAll(checkers.violated());
            } catch (AssertionError e) {
                all.add("stuck");
            }
        }
        return all;
    }

    private static Map<String, FlushDispatcher.Automata> mutants() {
        Map<String, FlushDispatcher.Automata> all = new LinkedHashMap<>();
        all.put("installs when the number of consents fits (Q9)", CountsConsents::new);
        all.put("installs one consent too early", MissesOneConsent::new);
        all.put("never collapses a pending change", NeverCollapses::new);
        all.put("collapses although the leaver had consented", AlwaysCollapses::new);
        all.put("keeps the cause after a collapse", KeepsCause::new);
        all.put("does not renew its consent after a collapse", NoRenewal::new);
        all.put("forgets early consents", ForgetsEarly::new);
        all.put("does not take leavers out of the installed view", KeepsLeavers::new);
        all.put("delivers from anybody", OpenGroup::new);
        all.put("delivers from nobody after a loss", DropsAfterLoss::new);
        all.put("delivers only what others sent", NoSelfDelivery::new);
        all.put("may send after the flush", SendsAfterFlush::new);
        all.put("wraps nothing", WrapsNothing::new);
        all.put("takes only known leavers out (live, not the full list)", ForgetsLostMembers::new);
        all.put("does not signal a loss at install (Q22)", NoSignalAtInstall::new);
        all.put("gives no signal when a transition comes (Q2)", NoSignal::new);
        all.put("signals again and again", SignalsTwice::new);
        all.put("takes all members for the transitional set", WholeTransitionalSet::new);
        all.put("takes the new members for the transitional set", NewTransitionalSet::new);
        all.put("delivers postponed data at once", NeverPostpones::new);
        all.put("asks for a flush twice", AsksTwice::new);
        all.put("consents without being asked", ConsentsAlways::new);
        all.put("reverses the member list of network views", ReversesMembers::new);
        all.put("delivers each message twice", DeliversTwice::new);
        all.put("changes the type of messages", ChangesType::new);
        all.put("ignores leave calls", IgnoresLeave::new);
        all.put("goes on after the self-leave", TwoSelfLeaves::new);
        return all;
    }

    private static Map<String, FlushDispatcher.Automata> mutantsOfExclusion() {
        Map<String, FlushDispatcher.Automata> all = new LinkedHashMap<>();
        all.put("only its own names count (E4)", BelievesItself::new);
        all.put("silence is counted from its own consent, not the sender's (E4)", OwnSilence::new);
        all.put("the excluded stays live in the installed view (E5)", KeepsTheExcluded::new);
        all.put("an exclusion gives no signal (E5)", NoSignalOfExclusion::new);
        all.put("who is excluded goes on (E7)", GoesOnExcluded::new);
        all.put("a roll call counts behind a pending change (E9)", CallsRollAlways::new);
        return all;
    }

    private static final class BelievesItself extends Broken {
        BelievesItself(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        void flushOk(GroupId id, String from, List<String> names) {
            super.flushOk(id, from, from.equals(self()) ? names : List.of());
        }
    }

    private static final class OwnSilence extends Broken {
        private @Nullable Exclusion mine;

        OwnSilence(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        Exclusion exclusion(GroupRules of) {
            Exclusion made = super.exclusion(of);
            mine = made;
            return made;
        }

        @Override
        boolean isRightlyNamed(Change change, String who, long before) {
            Exclusion exclusion = java.util.Objects.requireNonNull(mine);
            return !change.hasConsented(who) && exclusion.isSilentSince(who, change.consentedAt(self()));
        }
    }

    private static final class KeepsTheExcluded extends Broken {
        KeepsTheExcluded(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        boolean bars(Change view, String who) {
            return view.isLive(who);
        }
    }

    private static final class NoSignalOfExclusion extends Broken {
        NoSignalOfExclusion(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        boolean bars(Change view, String who) {
            super.bars(view, who);
            return false;
        }
    }

    private static final class GoesOnExcluded extends Broken {
        GoesOnExcluded(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        void flushOk(GroupId id, String from, List<String> names) {
            List<String> others = new ArrayList<>(names);
            others.remove(self());
            super.flushOk(id, from, others);
        }
    }

    private static final class CallsRollAlways extends Broken {
        CallsRollAlways(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        boolean mayCallRoll() {
            return true;
        }
    }

    private static class Broken extends GroupAutomaton {
        final FlushOutput output;

        Broken(String group, String self, FlushOutput output, FlushCounters counters, GroupRules rules) {
            super(group, self, output, counters, rules);
            this.output = output;
        }
    }

    private static final class CountsConsents extends Broken {
        private final Map<GroupId, Integer> heard = new LinkedHashMap<>();

        CountsConsents(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        /** Somebody not in the change counts too, as an outsider's forged consent would. */
        @Override
        void flushOk(GroupId id, String from, List<String> names) {
            heard.merge(id, 2, Integer::sum);
            super.flushOk(id, from, names);
        }

        @Override
        boolean isComplete(Change change) {
            return heard.getOrDefault(change.id, 0) >= change.size();
        }
    }

    private static final class MissesOneConsent extends Broken {
        MissesOneConsent(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        boolean isComplete(Change change) {
            return change.missing().size() <= 1;
        }
    }

    private static final class NeverCollapses extends Broken {
        NeverCollapses(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        boolean isSpoilt(Change change, List<String> leavers) {
            return false;
        }
    }

    private static final class AlwaysCollapses extends Broken {
        AlwaysCollapses(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        boolean isSpoilt(Change change, List<String> leavers) {
            // Only at some members: that is how a slip in the rule shows.
            return super.isSpoilt(change, leavers)
                    || (self().hashCode() % 2 == 0 && leavers.stream().anyMatch(change::isLive));
        }
    }

    private static final class KeepsCause extends Broken {
        KeepsCause(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        int causeAfterCollapse(Change change) {
            return change.cause;
        }
    }

    private static final class NoRenewal extends Broken {
        private boolean first = true;

        NoRenewal(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        boolean renewsConsent() {
            boolean answer = first;
            first = false;
            return answer;
        }
    }

    private static final class ForgetsEarly extends Broken {
        ForgetsEarly(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        /** The total order of the simulated ring brings no consent before its membership; what comes late stands for it. */
        @Override
        void flushOk(GroupId id, String from, List<String> names) {
            PendingView next = pendingView();
            if (next != null && next.id().equals(id) && viewState() == ViewState.AUTHORIZE) {
                return;
            }
            super.flushOk(id, from, names);
        }
    }

    private static final class KeepsLeavers extends Broken {
        KeepsLeavers(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        List<String> leavers(int cause, List<String> vsSet) {
            return List.of();
        }
    }

    private static final class OpenGroup extends Broken {
        OpenGroup(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        boolean mayDeliver(String sender) {
            return true;
        }
    }

    private static final class DropsAfterLoss extends Broken {
        DropsAfterLoss(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        boolean mayDeliver(String sender) {
            return super.mayDeliver(sender) && (viewState() != ViewState.AGREE || self().hashCode() % 2 == 0);
        }
    }

    private static final class NoSelfDelivery extends Broken {
        NoSelfDelivery(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        boolean mayDeliver(String sender) {
            return super.mayDeliver(sender) && !sender.equals(self());
        }
    }

    private static final class SendsAfterFlush extends Broken {
        SendsAfterFlush(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        boolean refusesSendsAfterFlush() {
            return false;
        }
    }

    private static final class WrapsNothing extends Broken {
        WrapsNothing(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        boolean wraps(int service) {
            return false;
        }
    }

    private static final class ForgetsLostMembers extends Broken {
        ForgetsLostMembers(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        List<String> leavers(int cause, List<String> vsSet) {
            return cause == ServiceType.CAUSED_BY_NETWORK ? List.of() : super.leavers(cause, vsSet);
        }
    }

    private static final class NoSignalAtInstall extends Broken {
        NoSignalAtInstall(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        boolean signalsLossAtInstall(Change change) {
            return false;
        }
    }

    private static final class NoSignal extends Broken {
        NoSignal(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        void transition() {
            installed().transitional = true;
        }
    }

    private static final class SignalsTwice extends Broken {
        SignalsTwice(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        void transition() {
            installed().transitional = false;
            super.transition();
        }
    }

    private static final class WholeTransitionalSet extends Broken {
        WholeTransitionalSet(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        List<String> transitionalSet(Change change, Change previous) {
            return previous.members();
        }
    }

    private static final class NewTransitionalSet extends Broken {
        NewTransitionalSet(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        List<String> transitionalSet(Change change, Change previous) {
            return change.members();
        }
    }

    private static final class NeverPostpones extends Broken {
        NeverPostpones(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        void data(GroupEvent.Data message, @Nullable GroupId wrappedIn) {
            super.data(message, null);
        }
    }

    private static final class AsksTwice extends Broken {
        AsksTwice(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        void membership(GroupId id, int cause, List<String> members, List<String> vsSet, long now) {
            boolean asked = viewState() == ViewState.AUTHORIZE;
            super.membership(id, cause, members, vsSet, now);
            if (asked) {
                output.event(new GroupEvent.FlushRequest(group()));
            }
        }
    }

    private static final class ConsentsAlways extends Broken {
        ConsentsAlways(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        void membership(GroupId id, int cause, List<String> members, List<String> vsSet, long now) {
            super.membership(id, cause, members, vsSet, now);
            if (viewState() == ViewState.AUTHORIZE && membershipState() == MembershipState.JOINED) {
                super.flush();
            }
        }

        @Override
        @Nullable
        SpreadCode flush() {
            return null;
        }
    }

    private static final class ReversesMembers extends Broken {
        ReversesMembers(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        void membership(GroupId id, int cause, List<String> members, List<String> vsSet, long now) {
            List<String> reversed = new ArrayList<>(members);
            if (self().hashCode() % 2 == 0) {
                java.util.Collections.reverse(reversed);
            }
            super.membership(id, cause, reversed, vsSet, now);
        }
    }

    private static final class DeliversTwice extends Broken {
        DeliversTwice(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        void data(GroupEvent.Data message, @Nullable GroupId wrappedIn) {
            super.data(message, wrappedIn);
            super.data(message, wrappedIn);
        }
    }

    private static final class ChangesType extends Broken {
        ChangesType(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        void data(GroupEvent.Data message, @Nullable GroupId wrappedIn) {
            super.data(
                    new GroupEvent.Data(
                            message.group(),
                            message.service(),
                            message.sender(),
                            message.groups(),
                            FlushService.VULNERABLE,
                            message.endianMismatch(),
                            message.body()),
                    wrappedIn);
        }
    }

    private static final class IgnoresLeave extends Broken {
        IgnoresLeave(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        void selfLeave() {
            // the state goes, the application is not told
        }
    }

    private static final class TwoSelfLeaves extends Broken {
        TwoSelfLeaves(String group, String self, FlushOutput out, FlushCounters counters, GroupRules rules) {
            super(group, self, out, counters, rules);
        }

        @Override
        void selfLeave() {
            super.selfLeave();
            super.selfLeave();
        }
    }
}
