package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** In each history a timer that is not cancelled fires once, at the first entry whose time has reached it; none is lost or made up. */
final class TimersFireOnce implements Observer {
    @Override
    public void fired(Member member, long timer, long time) {
        ListMachine state = member.list();
        int at = state.set.indexOf(timer);
        if (at < 0 || state.dueAt.get(at) > time) {
            throw new Violation("TimersFireOnce", "timer " + timer + " fires early at " + member + ", at " + time);
        }
        if (state.cancelled.contains(timer) || new HashSet<>(state.fired).size() < state.fired.size()) {
            throw new Violation(
                    "TimersFireOnce", "timer " + timer + " fires again, or although cancelled, at " + member);
        }
    }

    @Override
    public void applied(Member member, long command, Version after, List<Long> history) {
        if (member.machine.hasContext()) {
            check(member);
        }
    }

    private static void check(Member member) {
        ListMachine state = member.list();
        if (state.agreed().nextTimer() <= state.agreed().time()) {
            throw new Violation("TimersFireOnce", "a timer is late at " + member);
        }
        if (state.set.size()
                != state.fired.size() + state.cancelled.size() + state.agreed().timers()) {
            throw new Violation(
                    "TimersFireOnce",
                    "of " + state.set.size() + " timers " + state.fired.size() + " have fired at " + member + ", "
                            + state.cancelled.size() + " are cancelled, and "
                            + state.agreed().timers() + " are set");
        }
    }

    /** All is quiet: what was due has fired. */
    @Override
    public void end(List<Member> members) {
        for (Member member : members) {
            if (!member.machine.hasContext()) {
                continue;
            }
            check(member);
            List<Long> asked = new ArrayList<>(member.history);
            asked.removeIf(command -> command <= 0 || command >= ListMachine.SESSION_COMMANDS || command % 3 != 0);
            if (!member.list().set.containsAll(asked)) {
                throw new Violation("TimersFireOnce", member + " has not set all timers of " + asked);
            }
            if (member.isPrimary() && member.list().agreed().nextTimer() <= member.now()) {
                throw new Violation("TimersFireOnce", "a timer that is due never fires at " + member);
            }
        }
    }
}
