package org.flushspread.simulation.evs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flushspread.simulation.Violation;
import org.flushspread.wire.MembershipId;
import org.jspecify.annotations.Nullable;

/** A ring has one token: daemons accept it in the order of its first rotation. */
final class OneToken implements RingProperty {
    private static final class Turns {
        final MembershipId ring;
        final List<Integer> order = new ArrayList<>();
        boolean closed;
        int next;

        Turns(MembershipId ring) {
            this.ring = ring;
        }
    }

    private final Map<MembershipId, Turns> rings = new HashMap<>();
    private @Nullable Turns last;

    @Override
    public void tokenAccepted(DaemonLife life, MembershipId ring) {
        Turns turns = last;
        if (turns == null || !turns.ring.equals(ring)) {
            turns = rings.computeIfAbsent(ring, Turns::new);
            last = turns;
        }
        int daemon = life.number();
        if (!turns.closed && !turns.order.contains(daemon)) {
            turns.order.add(daemon);
            return;
        }
        turns.closed = true;
        if (turns.order.get(turns.next) != daemon) {
            throw new Violation("one token", life + " accepted a token of " + ring + " out of its turn");
        }
        turns.next = (turns.next + 1) % turns.order.size();
    }
}
