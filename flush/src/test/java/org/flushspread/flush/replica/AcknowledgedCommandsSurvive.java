package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Every later primary of the same history begins with a state that contains each command whose result was given out, once and at the
 * place it had then.
 */
final class AcknowledgedCommandsSurvive implements Observer {
    private record Acknowledged(long command, long place, Primary primary, Member by) {}

    private final List<Acknowledged> all = new ArrayList<>();

    @Override
    public void completed(Member member, long command, long place, Primary primary) {
        all.add(new Acknowledged(command, place, primary, member));
    }

    @Override
    public void formed(Member member, Primary primary, List<Long> history) {
        for (Acknowledged one : all) {
            if (one.primary.lineage().equals(primary.lineage()) && one.primary.number() < primary.number()) {
                check(one, member, primary, history);
            }
        }
    }

    @Override
    public void end(List<Member> members) {
        for (Member member : members) {
            if (!member.isPrimary()) {
                continue;
            }
            for (Acknowledged one : all) {
                if (one.primary.lineage().equals(member.replica.lineage())) {
                    check(one, member, member.replica.lastPrimary(), member.history);
                }
            }
            if (new HashSet<>(member.history).size() != member.history.size()) {
                throw new Violation("AcknowledgedCommandsSurvive", member + " has a command twice: " + member.history);
            }
        }
    }

    private static void check(Acknowledged one, Member member, Primary primary, List<Long> history) {
        if (history.size() >= one.place && history.get((int) one.place - 1) == -one.place) {
            return; // a person has had it skipped, where who acknowledged it was missing
        }
        if (history.size() < one.place || history.get((int) one.place - 1) != one.command) {
            throw new Violation(
                    "AcknowledgedCommandsSurvive",
                    "command " + one.command + ", acknowledged by " + one.by + " at place " + one.place + " in "
                            + one.primary + ", is not there at " + member + " in " + primary + ": " + history);
        }
    }
}
