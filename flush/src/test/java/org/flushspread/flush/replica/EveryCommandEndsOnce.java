package org.flushspread.flush.replica;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A command ends once: with its result, as uncertain, or refused; a refused one never takes effect. */
final class EveryCommandEndsOnce implements Observer {
    private final Map<Long, String> ends = new HashMap<>();
    private final Map<Long, Member> open = new HashMap<>();
    private final Set<Long> refused = new HashSet<>();

    @Override
    public void submitted(Member member, long command) {
        open.put(command, member);
    }

    @Override
    public void completed(Member member, long command, long place, Primary primary) {
        end(command, "completed by " + member);
        if (place < 1) {
            throw new Violation("EveryCommandEndsOnce", "command " + command + " has a result and was not applied");
        }
    }

    @Override
    public void uncertain(Member member, long command) {
        end(command, "uncertain at " + member);
    }

    @Override
    public void refused(Member member, long command) {
        end(command, "refused by " + member);
        refused.add(command);
    }

    @Override
    public void applied(Member member, long command, Version after, List<Long> history) {
        if (refused.contains(command)) {
            throw new Violation("EveryCommandEndsOnce", "command " + command + " was refused and takes effect");
        }
    }

    private void end(long command, String how) {
        open.remove(command);
        String before = ends.putIfAbsent(command, how);
        if (before != null) {
            throw new Violation("EveryCommandEndsOnce", "command " + command + " is " + how + " and was " + before);
        }
    }

    /** Commands of members that are alive and in the primary have ended when all is quiet. */
    @Override
    public void end(List<Member> members) {
        for (Map.Entry<Long, Member> one : open.entrySet()) {
            if (members.contains(one.getValue()) && one.getValue().isPrimary()) {
                throw new Violation(
                        "EveryCommandEndsOnce",
                        "command " + one.getKey() + " of " + one.getValue() + " never ends; "
                                + one.getValue().replica.queued() + " wait to be sent, "
                                + one.getValue().replica.members() + ", "
                                + one.getValue().replica.lastPrimary());
            }
        }
    }
}
