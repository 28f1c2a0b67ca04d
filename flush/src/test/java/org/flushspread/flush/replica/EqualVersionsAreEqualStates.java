package org.flushspread.flush.replica;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Two states with the same version hold the same commands in the same order. */
final class EqualVersionsAreEqualStates implements Observer {
    private final Map<Version, Integer> states = new HashMap<>();

    @Override
    public void applied(Member member, long command, Version after, List<Long> history) {
        check(member, after, history);
    }

    @Override
    public void loaded(Member member, Version version, List<Long> history) {
        check(member, version, history);
    }

    @Override
    public void end(List<Member> members) {
        for (Member member : members) {
            if (member.replica.isHalted()) {
                continue; // it stands before the last command
            }
            check(member, member.replica.version(), member.history);
        }
    }

    private void check(Member member, Version version, List<Long> history) {
        int state = member.machine.digest();
        Integer before = states.putIfAbsent(version, state);
        if ((before != null && before != state) || history.size() != version.index()) {
            throw new Violation(
                    "EqualVersionsAreEqualStates",
                    member + " has another state with version " + version + ": " + history);
        }
    }
}
