package org.flushspread.simulation.evs;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.simulation.Violation;
import org.flushspread.wire.MembershipId;

/** A ring has one token: daemons accept it in the order of its first rotation. */
final class OneToken implements RingProperty {
    private static final class Turns {
        final List<Integer> order = new ArrayList<>();
        boolean closed;
        int next;
    }

    private final ByRing<Turns> rings = new ByRing<>(ring -> new Turns());

    @Override
    public void tokenAccepted(DaemonLife life, MembershipId ring) {
        Turns turns = rings.of(ring);
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
