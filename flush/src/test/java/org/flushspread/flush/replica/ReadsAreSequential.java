package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A read behind a place shows a state that has got there, and has everything that its member has answered before. What any read without the
 * log has shown is never taken back: all later primaries of the history have it.
 */
final class ReadsAreSequential implements Observer {
    private record Begun(Lineage history, long index) {}

    private record Shown(Lineage history, long primary, int commands, long last, Member by) {}

    private final Map<Member, Begun> seen = new HashMap<>();
    private final Map<String, Begun> begun = new HashMap<>();
    private final List<Shown> shown = new ArrayList<>();

    @Override
    public void completed(Member member, long command, long place, Primary primary) {
        saw(member, primary.lineage(), place);
    }

    private void saw(Member member, Lineage in, long index) {
        Begun before = seen.get(member);
        boolean same = before != null && before.history.equals(in);
        seen.put(member, new Begun(in, same ? Math.max(before.index, index) : index));
    }

    @Override
    public void placedReadBegun(Member member, long ticket, long index) {
        Lineage in = member.replica.lineage();
        Begun before = seen.get(member);
        long least = before != null && before.history.equals(in) ? Math.max(before.index, index) : index;
        begun.put(member + " " + ticket, new Begun(in, least));
    }

    @Override
    public void readEnded(Member member, long ticket, List<Long> history) {
        Lineage in = member.replica.lineage();
        Begun since = begun.remove(member + " " + ticket);
        if (since != null && since.history.equals(in) && history.size() < since.index) {
            throw new Violation(
                    "ReadsAreSequential",
                    "a read of " + member + " behind " + since.index + " shows " + history.size() + " commands");
        }
        saw(member, in, history.size());
        if (!history.isEmpty()) {
            long primary = primary(member);
            shown.add(new Shown(in, primary, history.size(), history.get(history.size() - 1), member));
        }
    }

    /** Number of the primary that it is in; an observer remembers that as an attempt (R8). */
    private static long primary(Member member) {
        long newest = member.replica.lastPrimary().number();
        if (member.observes()) {
            for (Primary each : member.replica.attempts()) {
                newest = Math.max(newest, each.number());
            }
        }
        return newest;
    }

    @Override
    public void formed(Member member, Primary primary, List<Long> history) {
        for (Shown each : shown) {
            if (each.history.equals(primary.lineage())
                    && each.primary < primary.number()
                    && (history.size() < each.commands || history.get(each.commands - 1) != each.last)) {
                throw new Violation(
                        "ReadsAreSequential",
                        "command " + each.last + ", the last of " + each.commands + " that a read of " + each.by
                                + " has shown, is not there at " + member + " in " + primary + ": " + history);
            }
        }
    }
}
