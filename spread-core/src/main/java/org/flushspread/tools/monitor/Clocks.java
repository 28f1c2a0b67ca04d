package org.flushspread.tools.monitor;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.wire.MonitorFacts;

/** Clocks far apart: logs cannot be compared, and membership ids of a daemon that is set back may repeat. */
final class Clocks implements Check {
    private static final long SECONDS = 5;

    @Override
    public List<Finding> judge(Facts facts) {
        List<Finding> found = new ArrayList<>();
        facts.answers.forEach((daemon, answer) -> {
            MonitorFacts said = answer.facts();
            if (said != null) {
                long ahead = Integer.toUnsignedLong(said.epochSeconds()) - facts.epochSeconds;
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
