package org.flushspread.tools.monitor;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.config.Daemon;

/** The data port is open and the token port is not: daemons hear each other and never form a ring. */
final class TokenPort implements Check {
    @Override
    public List<Finding> judge(Facts facts) {
        List<Finding> found = new ArrayList<>();
        for (Daemon each : facts.tokenAsked) {
            if (!each.equals(facts.self) && facts.answers.containsKey(each) && !facts.tokenAnswered.contains(each)) {
                found.add(blocked("this host", each));
            }
        }
        for (Daemon from : facts.passers) {
            for (Daemon to : facts.configuration.daemons()) {
                // The own host was asked itself: once is enough.
                if (!from.equals(to)
                        && !from.equals(facts.self)
                        && facts.hearsUs(from)
                        && facts.isOurs(from)
                        && facts.isOurs(to)
                        && facts.passedToData.contains(new Facts.Pair(from, to))
                        && !facts.unknown.contains(new Facts.Pair(from, to))
                        && !facts.passedToToken.contains(new Facts.Pair(from, to))) {
                    found.add(blocked(from.toString(), to));
                }
            }
        }
        for (Daemon from : facts.backAsked) {
            if (facts.self != null && facts.backToData.contains(from) && !facts.backToToken.contains(from)) {
                found.add(blocked(from.toString(), facts.self));
            }
        }
        return found;
    }

    private static Finding blocked(String from, Daemon to) {
        return new Finding(
                "token-port-blocked",
                "what " + from + " sends reaches " + to + " on UDP port " + to.port() + " (data) but not on "
                        + to.tokenPort() + " (token)",
                "let a firewall pass UDP " + to.tokenPort()
                        + ", too: Spread needs the port of the file and the next one");
    }
}
