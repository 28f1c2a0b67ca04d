package org.flushspread.kernel.membership;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.kernel.base.MembershipState;

/** How long the membership has been in each of its states, as seen at the ends of turns: within a turn no time passes. */
public final class StateTimes {
    private final long[] nanos = new long[MembershipState.values().length];
    private int state = MembershipState.SEG.number();
    private long since;

    /** @param start monotonic nanoseconds */
    public StateTimes(long start) {
        since = start;
    }

    /** The membership is in this state now (the numbers of the status packet). */
    public void observe(int number, long now) {
        if (number != state) {
            nanos[state - 1] += now - since;
            state = number;
            since = now;
        }
    }

    /** Nanoseconds in each state up to now, state 1 first. */
    public List<Long> upTo(long now) {
        List<Long> all = new ArrayList<>(nanos.length);
        for (int i = 0; i < nanos.length; i++) {
            all.add(nanos[i] + (i == state - 1 ? now - since : 0));
        }
        return List.copyOf(all);
    }
}
