package org.flushspread.simulation.evs;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.flushspread.wire.MembershipId;
import org.jspecify.annotations.Nullable;

/** Something that all daemons of a run share, for each ring; made when it is first asked for. */
final class ByRing<T> {
    private final Map<MembershipId, T> all = new HashMap<>();
    private final Function<MembershipId, T> maker;
    // Events of one ring follow each other.
    private @Nullable MembershipId lastRing;
    private @Nullable T last;

    ByRing(Function<MembershipId, T> maker) {
        this.maker = maker;
    }

    T of(MembershipId ring) {
        T found = last;
        if (found == null || !ring.equals(lastRing)) {
            found = all.computeIfAbsent(ring, maker);
            lastRing = ring;
            last = found;
        }
        return found;
    }
}
