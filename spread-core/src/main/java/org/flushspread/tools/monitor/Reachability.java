package org.flushspread.tools.monitor;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.config.Daemon;

/** Daemons that do not answer, and one direction or the data port blocked between any two. */
final class Reachability implements Check {
    @Override
    public List<Finding> judge(Facts facts) {
        List<Finding> found = new ArrayList<>();
        for (Daemon each : facts.configuration.daemons()) {
            if (!each.equals(facts.self) && !facts.answers.containsKey(each)) {
                found.add(silent(facts, each));
            }
        }
        for (Daemon from : facts.passers) {
            for (Daemon to : facts.configuration.daemons()) {
                // That this host does not reach it was said above.
                if (!from.equals(to)
                        && (!from.equals(facts.self) || facts.answers.containsKey(to))
                        && facts.isOurs(from)
                        && facts.hearsUs(from)
                        && facts.isHeard(to)
                        && !facts.unknown.contains(new Facts.Pair(from, to))
                        && !facts.passedToData.contains(new Facts.Pair(from, to))) {
                    found.add(blocked(from, to));
                }
            }
        }
        for (Daemon from : facts.backAsked) {
            if (facts.self != null && facts.answers.containsKey(from) && !facts.backToData.contains(from)) {
                found.add(blocked(from, facts.self));
            }
        }
        return found;
    }

    private static Finding blocked(Daemon from, Daemon to) {
        return new Finding(
                "data-port-blocked",
                "what " + from + " sends does not reach " + to + " on UDP port " + to.port() + " (data)",
                "let a firewall, at either host or between them, pass UDP " + to.port() + " from " + from.name()
                        + " to " + to.name() + ", and look at the routes of " + from.name());
    }

    private static Finding silent(Facts facts, Daemon daemon) {
        if (facts.closed.contains(daemon)) {
            return new Finding(
                    "not-running",
                    daemon + " does not run: its host is up and says that nobody listens to UDP port " + daemon.port(),
                    "start it; if it runs, it uses another port or address than the file says");
        }
        boolean hears = facts.hearsUs(daemon);
        boolean heard = facts.isHeard(daemon);
        if (hears && !heard) {
            return new Finding(
                    "one-way",
                    "this host reaches " + daemon + ", but nothing that it sends comes back here",
                    "let a firewall pass UDP from " + daemon.name() + " to this host, and look at the routes of "
                            + daemon.name());
        }
        if (heard) {
            return new Finding(
                    "one-way",
                    daemon + " reaches this host, but what this host sends does not reach its UDP port "
                            + daemon.port(),
                    "let a firewall pass UDP " + daemon.port() + " from this host to " + daemon.name());
        }
        return new Finding(
                "no-answer",
                daemon + " does not answer: its host is down, a firewall drops UDP " + daemon.port()
                        + " or the answers, or its file does not know this host",
                "see whether it runs; let the firewall pass UDP " + daemon.port() + " and " + daemon.tokenPort()
                        + " both ways; run the doctor on its host, too");
    }
}
