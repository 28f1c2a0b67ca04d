package org.flushspread.tools.monitor;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.wire.MonitorFacts;

/**
 * Clocks far apart: logs cannot be compared, and membership ids of a daemon that is set back may repeat. A daemon looked at its clock
 * between the question and its answer, which lie far apart where somebody is busy.
 */
final class Clocks implements Check {
    private static final long SECONDS = 5;
    private static final long MILLIS = 1000;

    @Override
    public List<Finding> judge(Facts facts) {
        List<Finding> found = new ArrayList<>();
        facts.answers.forEach((daemon, answer) -> {
            MonitorFacts said = answer.facts();
            if (said != null) {
                long there = Integer.toUnsignedLong(said.epochSeconds());
                long asked = facts.askedAt.getOrDefault(daemon, 0L) / MILLIS;
                long answered = facts.answeredAt.getOrDefault(daemon, Long.MAX_VALUE) / MILLIS;
                long ahead = there > answered ? there - answered : Math.min(0, there - asked);
                if (Math.abs(ahead) > SECONDS) {
                    found.add(new Finding(
                            "clock",
                            "the clock of " + daemon + " is " + Math.abs(ahead) + " s "
                                    + (ahead > 0 ? "ahead of" : "behind") + " this host's",
                            "let all hosts take the time from the same servers (NTP)"));
                }
            }
        });
        return found;
    }
}
