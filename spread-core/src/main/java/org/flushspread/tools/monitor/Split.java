package org.flushspread.tools.monitor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.flushspread.config.Daemon;

/** Daemons that answer and are not in one ring: said when nothing else explains it. */
final class Split {
    private Split() {}

    static List<Finding> judge(Facts facts) {
        Map<List<Integer>, List<Daemon>> rings = new LinkedHashMap<>();
        facts.answers.forEach((daemon, answer) -> rings.computeIfAbsent(
                        List.of(
                                answer.status().leader() == 0
                                        ? -daemon.index() - 1
                                        : answer.status().leader(),
                                answer.status().members()),
                        key -> new ArrayList<>())
                .add(daemon));
        if (rings.size() < 2) {
            return List.of();
        }
        String parts = rings.values().stream()
                .map(each -> each.stream().map(Daemon::name).collect(Collectors.joining(" ")))
                .collect(Collectors.joining(" | "));
        boolean c = facts.answers.values().stream().anyMatch(each -> !each.isOurs());
        return List.of(new Finding(
                "split",
                "the ring is split (" + parts + ") although all that could be tested from here is well",
                "wait for the lookup (" + facts.configuration.timers().lookup().toSeconds()
                        + " s), unless somebody simulates a partition (spmonitor heal)"
                        + (c
                                ? "; C daemons tell little: compare the hash in their logs with "
                                        + Integer.toUnsignedString(facts.configuration.hash())
                                        + ", and let the doctor run on their hosts with the daemon stopped, so that it tests"
                                        + " their token ports"
                                : "; look into the logs of the daemons")));
    }
}
