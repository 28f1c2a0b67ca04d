package org.flushspread.tools.monitor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.flushspread.config.Daemon;

/** Daemons with a seal and without one, or with different keys: they do not hear each other (security 2). */
final class Sealing implements Check {
    private static final String CAUSE = "seal";

    @Override
    public List<Finding> judge(Facts facts) {
        List<Finding> found = new ArrayList<>();
        List<String> named = new ArrayList<>();
        facts.answers.forEach((daemon, answer) -> {
            if (!facts.keys.isEmpty() && !answer.sealed()) {
                named.add(daemon.name());
                found.add(new Finding(
                        CAUSE,
                        daemon + " runs without a key, and this ring has one: it hears no daemon that has the key, and"
                                + " none of those hears it",
                        "start it with --seal-key and the key file of the others"));
            }
        });
        facts.localSeal.ifPresent(local -> {
            judge(facts, local).forEach(found::add);
            local.strangers().forEach((name, sentence) -> {
                if (!named.contains(name)) {
                    found.add(new Finding(
                            CAUSE,
                            "the daemon of this host does not hear " + name + ": " + sentence,
                            "give all daemons the same key file and start them with --seal-key, or none of them"));
                }
            });
        });
        return found;
    }

    private static List<Finding> judge(Facts facts, Facts.LocalSeal local) {
        Daemon self = facts.self;
        String who = self == null ? "the daemon of this host" : self.toString();
        if (facts.keys.isEmpty()) {
            return local.keys().isEmpty()
                    ? List.of()
                    : List.of(new Finding(
                            CAUSE,
                            who + " is sealed, and answers only monitors that have its key",
                            "name the key file with --seal-key, so that the ring can be tested"));
        }
        return local.keys().isEmpty() || !Collections.disjoint(local.keys(), facts.keys)
                ? List.of()
                : List.of(new Finding(
                        CAUSE,
                        who + " is sealed with another key than the one given here: its key ids are "
                                + String.join(", ", local.keys()) + ", those here " + String.join(", ", facts.keys),
                        "give all daemons the same key file, and name that one with --seal-key"));
    }
}
