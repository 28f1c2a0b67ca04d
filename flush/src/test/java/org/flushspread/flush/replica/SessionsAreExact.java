package org.flushspread.flush.replica;

import java.util.HashSet;
import java.util.List;

/** A command of a session takes effect once, however often it comes; {@link SessionUser} sees that its answer stays the same. */
final class SessionsAreExact implements Observer {
    @Override
    public void applied(Member member, long command, Version after, List<Long> history) {
        List<String> done = member.list().done;
        if (command >= ListMachine.SESSION_COMMANDS && new HashSet<>(done).size() < done.size()) {
            throw new Violation(
                    "SessionsAreExact", "a command of a session takes effect twice at " + member + ": " + done);
        }
    }
}
