package org.flushspread.simulation.evs;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.kernel.DaemonMembership;
import org.jspecify.annotations.Nullable;

/** From one regular membership of a daemon to the next: what it delivered in it, and in the transitional membership behind it. */
public final class Era {
    final DaemonMembership regular;
    final List<Delivery> inRegular = new ArrayList<>();
    final List<Delivery> inTransitional = new ArrayList<>();

    @Nullable
    DaemonMembership transitional;

    @Nullable
    DaemonMembership next;

    Era(DaemonMembership regular) {
        this.regular = regular;
    }

    /** All deliveries, in order. */
    List<Delivery> all() {
        List<Delivery> all = new ArrayList<>(inRegular);
        all.addAll(inTransitional);
        return all;
    }

    static List<Delivery> ordered(List<Delivery> deliveries) {
        return deliveries.stream().filter(each -> !each.exempt()).toList();
    }
}
