package org.flushspread.lab;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.flushspread.flush.check.Checkers;
import org.flushspread.flush.check.TraceEvent;
import org.flushspread.flush.check.ViewId;
import org.flushspread.wire.GroupId;

/** What all flush members did and saw, and the checkers of P1 to P24 over it (flush-protocol 1.3). */
final class FlushTrace {
    private final Checkers checkers = new Checkers();
    private final Map<String, Integer> seen = new HashMap<>();
    private final Map<String, ViewId> views = new HashMap<>();
    private int messages;

    void add(TraceEvent event) {
        checkers.add(event);
    }

    /** A message more; its number. */
    int message() {
        return messages++;
    }

    /** The identity of a membership: an emptied group may count from the same id again, but each member is told of both. */
    ViewId identify(String process, String group, GroupId id, List<String> members) {
        String what = group + " " + id + " " + new TreeSet<>(members);
        int times = seen.merge(process + " " + what, 1, Integer::sum);
        return views.computeIfAbsent(what + " " + times, each -> new ViewId(id, views.size()));
    }

    /** What does not hold. */
    List<String> violations() {
        return checkers.violations();
    }

    void end() {
        checkers.end();
    }
}
