package org.flushspread.tools.monitor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.wire.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * The rings that the answers of daemons tell of. Daemons are in one ring if they name the same leader and the same number of members: C
 * daemons say no more.
 *
 * @param rings in the order of their first daemons
 * @param silent daemons that did not answer
 * @param unsealed daemons that answered without the key that this monitor has
 */
public record RingView(List<Ring> rings, List<Daemon> silent, List<Daemon> unsealed) {
    private static final String[] STATES = {"-", "OP", "SEG", "REPRESENTED", "GATHER", "FORM", "EVS"};
    private static final String[] GROUP_STATES = {"-", "GOP", "GTRANS", "GGATHER", "GGT"};
    private static final int OPERATIONAL = 1;

    /**
     * A ring.
     *
     * @param leader null before the first ring of a daemon, and where it is no daemon of the configuration
     * @param size members that its daemons tell of
     * @param answers of those that answered, in configuration order
     */
    public record Ring(@Nullable Daemon leader, int size, List<MonitorPort.Answer> answers) {
        /** Names of the daemons that answered. */
        public List<String> names() {
            return answers.stream().map(each -> each.from().name()).toList();
        }

        /** True if all that answered are operational, and nobody is missing. */
        public boolean isWhole() {
            return answers.size() == size
                    && answers.stream().allMatch(each -> each.status().state() == OPERATIONAL);
        }
    }

    /** Groups answers. */
    static RingView of(
            Configuration configuration,
            List<Daemon> asked,
            Map<Daemon, MonitorPort.Answer> answers,
            MonitorPort port) {
        Map<List<Object>, List<MonitorPort.Answer>> rings = new LinkedHashMap<>();
        for (Daemon each : configuration.daemons()) {
            MonitorPort.Answer answer = answers.get(each);
            if (answer != null) {
                StatusReply status = answer.status();
                // Before its first ring a daemon names no leader: it is alone with itself.
                Object ring = status.leader() == 0 ? each : (Object) status.leader();
                rings.computeIfAbsent(List.of(ring, status.members()), key -> new ArrayList<>())
                        .add(answer);
            }
        }
        List<Ring> found = new ArrayList<>();
        for (List<MonitorPort.Answer> each : rings.values()) {
            StatusReply first = each.get(0).status();
            found.add(new Ring(port.byId(first.leader()), first.members(), List.copyOf(each)));
        }
        return new RingView(
                found,
                asked.stream().filter(each -> !answers.containsKey(each)).toList(),
                answers.values().stream()
                        .filter(each -> port.isSealed() && !each.sealed())
                        .map(MonitorPort.Answer::from)
                        .toList());
    }

    /** What is wrong, in sentences; none if all daemons are in one operational ring. */
    List<String> problems() {
        List<String> sentences = new ArrayList<>();
        if (!silent.isEmpty()) {
            sentences.add(silent.stream().map(Daemon::toString).collect(Collectors.joining(", "))
                    + (silent.size() == 1 ? " does" : " do") + " not answer");
        }
        if (!unsealed.isEmpty()) {
            sentences.add(unsealed.stream().map(Daemon::toString).collect(Collectors.joining(", "))
                    + (unsealed.size() == 1 ? " runs" : " run")
                    + " without the key of this ring: daemons that have it hear nothing from there");
        }
        if (rings.size() > 1) {
            sentences.add("the ring is split: "
                    + rings.stream().map(each -> String.join(" ", each.names())).collect(Collectors.joining(" | ")));
        }
        for (Ring each : rings) {
            List<String> busy = each.answers().stream()
                    .filter(answer -> answer.status().state() != OPERATIONAL)
                    .map(answer -> answer.from().name() + " (" + state(answer.status()) + ")")
                    .toList();
            if (!busy.isEmpty()) {
                sentences.add("a membership change is under way at " + String.join(", ", busy));
            }
        }
        return sentences;
    }

    static String state(StatusReply status) {
        return name(STATES, status.state());
    }

    static String groupsState(StatusReply status) {
        return name(GROUP_STATES, status.groupsState());
    }

    private static String name(String[] names, int number) {
        return number > 0 && number < names.length ? names[number] : Integer.toString(number);
    }
}
