package org.flushspread.tools.monitor;

import java.util.List;
import org.flushspread.tools.monitor.MonitorPort.Answer;

/** The daemon may open too few files for the clients that it shall serve. */
final class Descriptors implements Check {
    /** What Unix systems give each process at least, and C daemons are made for. */
    private static final long USUAL = 1024;
    /** Logs, sockets of the ring, class files. */
    private static final long RESERVE = 64;

    @Override
    public List<Finding> judge(Facts facts) {
        long limit = facts.descriptors.orElse(Long.MAX_VALUE);
        Answer answer = facts.self == null ? null : facts.answers.get(facts.self);
        int sessions = answer == null ? 0 : answer.status().sessions();
        if (limit >= USUAL && sessions + RESERVE < limit) {
            return List.of();
        }
        return List.of(new Finding(
                "descriptors",
                "the daemon of this host may have " + limit + " open files, so about " + Math.max(0, limit - RESERVE)
                        + " clients; it has " + sessions,
                "raise it: 'ulimit -n 65536' before the start, LimitNOFILE=65536 in a systemd unit, or"
                        + " /etc/security/limits.d"));
    }
}
