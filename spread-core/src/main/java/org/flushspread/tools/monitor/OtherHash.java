package org.flushspread.tools.monitor;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.flushspread.config.ConfigurationHash;
import org.flushspread.config.Daemon;
import org.flushspread.wire.MonitorFacts;
import org.flushspread.wire.StatusReply;

/** A daemon runs with another spread.conf: packets of daemons with another hash are dropped without a word. */
final class OtherHash implements Check {
    @Override
    public List<Finding> judge(Facts facts) {
        List<Finding> found = new ArrayList<>();
        boolean accelerated = facts.configuration.options().acceleratedRing().orElse(false);
        facts.answers.forEach((daemon, answer) -> {
            MonitorFacts said = answer.facts();
            StatusReply status = answer.status();
            if (said != null && said.hash() != facts.configuration.hash()) {
                found.add(finding(facts, daemon, said.hash(), status.accelerated() != 0));
            } else if (said == null && status.majorVersion() == 4 && (status.accelerated() != 0) != accelerated) {
                found.add(new Finding(
                        "other-hash",
                        daemon + ", a C daemon, runs the " + ring(!accelerated) + " where this file means the "
                                + ring(accelerated)
                                + ": its configuration hash differs and it hears no daemon with this file",
                        "write AcceleratedRing into the file of all daemons and restart those that differ (a C daemon that"
                                + " reloads a file without the line switches it on)"));
            }
        });
        return found;
    }

    private static String ring(boolean accelerated) {
        return accelerated ? "accelerated ring" : "original ring";
    }

    private static Finding finding(Facts facts, Daemon daemon, int hash, boolean accelerated) {
        boolean self = daemon.equals(facts.self);
        return new Finding(
                "other-hash",
                daemon + " runs with another configuration: its hash is " + Integer.toUnsignedString(hash)
                        + ", that of this file is " + Integer.toUnsignedString(facts.configuration.hash()) + "; "
                        + differences(facts, daemon, accelerated),
                self
                        ? "the file was changed since " + daemon.name()
                                + " was started, or it was started with another one: reload or restart it with this file"
                        : "give all daemons the same spread.conf and restart or reload them");
    }

    private static String differences(Facts facts, Daemon daemon, boolean accelerated) {
        List<Integer> theirs = facts.entries.getOrDefault(daemon, List.of());
        if (theirs.isEmpty()) {
            return "which lines differ could not be asked";
        }
        List<Daemon> missing = facts.configuration.daemons().stream()
                .filter(each -> !theirs.contains(hash(facts, each)))
                .toList();
        long more = theirs.stream()
                .filter(each -> facts.configuration.daemons().stream()
                        .noneMatch(mine -> Objects.equals(hash(facts, mine), each)))
                .count();
        List<String> parts = new ArrayList<>();
        if (!missing.isEmpty()) {
            parts.add("it has no such line, or another one in its place or segment, for "
                    + missing.stream().map(OtherHash::line).collect(Collectors.joining(", ")));
        }
        if (more > missing.size()) {
            parts.add("it has " + (more - missing.size()) + " daemon(s) that this file has not");
        }
        if (parts.isEmpty()
                && accelerated
                        != facts.configuration.options().acceleratedRing().orElse(false)) {
            parts.add("AcceleratedRing differs: there it is " + (accelerated ? "on" : "off"));
        }
        return parts.isEmpty()
                ? "its daemons are the same, in another order or other segments"
                : String.join("; ", parts);
    }

    private static String line(Daemon daemon) {
        return "'" + daemon.name() + "' (" + daemon + ")";
    }

    private static Integer hash(Facts facts, Daemon daemon) {
        return ConfigurationHash.ofEntry(
                facts.configuration.ring(), facts.configuration.segments().get(daemon.segment()), daemon);
    }
}
