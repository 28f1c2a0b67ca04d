package org.flushspread.simulation.evs;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.flushspread.kernel.DaemonMembership;
import org.jspecify.annotations.Nullable;

/** From one regular membership of a daemon to the next: what it delivered in it, and in the transitional membership behind it. */
public final class Era {
    final DaemonMembership regular;
    /** The ring of the regular membership. */
    final RingTrace ring;

    final List<Delivery> inRegular = new ArrayList<>();
    final List<Delivery> inTransitional = new ArrayList<>();

    /** Joins, leaves and disconnects, in order of delivery. */
    final List<Control> controls = new ArrayList<>();
    /** How many of them came in the regular membership. */
    int controlsInRegular;

    @Nullable
    DaemonMembership transitional;

    @Nullable
    DaemonMembership next;

    Era(DaemonMembership regular, RingTrace ring) {
        this.regular = regular;
        this.ring = ring;
    }

    /** The sequence numbers of all packets of which something was delivered. */
    BitSet sequences() {
        BitSet sequences = new BitSet();
        inRegular.forEach(each -> sequences.set(each.sequence()));
        inTransitional.forEach(each -> sequences.set(each.sequence()));
        return sequences;
    }

    /** The {@linkplain Delivery#number() numbers} of everything delivered. */
    BitSet numbers() {
        BitSet numbers = new BitSet();
        inRegular.forEach(each -> numbers.set(each.number()));
        inTransitional.forEach(each -> numbers.set(each.number()));
        return numbers;
    }

    static List<Delivery> ordered(List<Delivery> deliveries) {
        List<Delivery> ordered = new ArrayList<>(deliveries.size());
        for (Delivery each : deliveries) {
            if (!each.exempt()) {
                ordered.add(each);
            }
        }
        return ordered;
    }
}
