package org.flushspread.simulation.evs;

import java.util.List;
import java.util.Objects;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.Message;
import org.flushspread.simulation.Violation;
import org.jspecify.annotations.Nullable;

/** P14: of what any two members deliver in order in a regular membership, one is a prefix of the other. */
final class Prefix implements DeliveryProperty {
    /** By ring: what its members delivered, as far as the one that is ahead. */
    private final ByRing<List<Delivery>> logs;

    private @Nullable List<Delivery> log;

    Prefix(ByRing<List<Delivery>> logs) {
        this.logs = logs;
    }

    @Override
    public void regular(DaemonLife life, DaemonMembership membership) {
        log = logs.of(membership.id());
    }

    @Override
    public void delivered(DaemonLife life, Delivery delivery, Message message) {
        Era era = life.currentEra();
        if (era.transitional != null || delivery.exempt()) {
            return;
        }
        List<Delivery> others = Objects.requireNonNull(log);
        int position = era.orderedInRegular;
        if (position == others.size()) {
            others.add(delivery);
        } else if (!others.get(position).same(delivery)) {
            throw new Violation(
                    "P14 prefix",
                    life + " delivered " + delivery + " as number " + position + " of " + era.regular.id()
                            + ", another daemon " + others.get(position));
        }
    }
}
