package org.flushspread.flush.replica;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The time of an entry is not before that of the one in front of it, is the same at all members, and some clock has said it. */
final class TimeIsAgreed implements Observer {
    private final Map<Version, Long> times = new HashMap<>();
    private long latest;

    @Override
    public void submitted(Member member, long command) {
        said(member);
    }

    /** A clock may go back, what it has said stays said. */
    void said(Member member) {
        if (member.machine.hasContext()) {
            latest = Math.max(latest, member.now());
        }
    }

    @Override
    public void timePassed(Member member, long before, long now) {
        if (now < before) {
            throw new Violation("TimeIsAgreed", member + " goes back from " + before + " to " + now);
        }
    }

    @Override
    public void applied(Member member, long command, Version after, List<Long> history) {
        if (!member.machine.hasContext()) {
            return;
        }
        long time = member.machine.time();
        Long other = times.putIfAbsent(after, time);
        if (other != null && other != time) {
            throw new Violation(
                    "TimeIsAgreed", "it is " + time + " at " + member + " at " + after + ", elsewhere " + other);
        }
        if (time > latest) {
            throw new Violation(
                    "TimeIsAgreed", "it is " + time + " at " + member + ", and no clock says more than " + latest);
        }
    }
}
