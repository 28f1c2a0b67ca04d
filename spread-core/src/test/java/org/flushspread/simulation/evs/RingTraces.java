package org.flushspread.simulation.evs;

import java.util.HashMap;
import java.util.Map;
import org.flushspread.wire.MembershipId;
import org.jspecify.annotations.Nullable;

/** Every packet that any daemon sequenced, by ring. */
final class RingTraces {
    private final Map<MembershipId, RingTrace> rings = new HashMap<>();
    private @Nullable RingTrace last;

    RingTrace of(MembershipId ring) {
        RingTrace trace = last;
        if (trace == null || !trace.ring().equals(ring)) {
            trace = rings.computeIfAbsent(ring, RingTrace::new);
            last = trace;
        }
        return trace;
    }
}
