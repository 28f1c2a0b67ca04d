package org.flushspread.tools.monitor;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.config.Daemon;
import org.flushspread.config.Segment;

/** Multicast or broadcast does not arrive while unicast does. */
final class SegmentCast implements Check {
    @Override
    public List<Finding> judge(Facts facts) {
        List<Finding> found = new ArrayList<>();
        facts.segmentAnswers.forEach((segment, answered) -> {
            for (Daemon each : segment.daemons()) {
                if (!each.equals(facts.self) && facts.answers.containsKey(each) && !answered.contains(each)) {
                    found.add(lost(segment, "this host", each));
                }
            }
        });
        for (Daemon from : facts.casters) {
            Segment segment = facts.configuration.segments().get(from.segment());
            for (Daemon to : segment.daemons()) {
                if (!to.equals(from)
                        && !from.equals(facts.self)
                        && facts.passedToData.contains(new Facts.Pair(from, to))
                        && !facts.unknown.contains(new Facts.Pair(from, to))
                        && !facts.cast.contains(new Facts.Pair(from, to))) {
                    found.add(lost(segment, from.toString(), to));
                }
            }
        }
        return found;
    }

    private static Finding lost(Segment segment, String from, Daemon to) {
        boolean multicast = segment.isMulticast();
        return new Finding(
                multicast ? "multicast-lost" : "broadcast-lost",
                "what " + from + " sends to the segment address " + segment.addressText() + " does not reach " + to
                        + ", while unicast does",
                multicast
                        ? "switch multicast on at the network between them (a switch with IGMP snooping needs a querier), give"
                                + " the hosts a route for 224.0.0.0/4, or write each daemon into a segment of its own"
                        : "write the broadcast address of their network in the file, or write each daemon into a segment of"
                                + " its own, as clouds that pass no broadcast need");
    }
}
