package org.flushspread.simulation.evs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.flushspread.kernel.DaemonMembership;
import org.flushspread.kernel.Message;
import org.flushspread.simulation.Violation;
import org.flushspread.wire.MembershipId;
import org.jspecify.annotations.Nullable;

/** P14: of what any two members deliver in order in a regular membership, one is a prefix of the other. */
final class Prefix implements DeliveryProperty {
    /** By regular membership: what its members delivered, as far as the one that is ahead. */
    static final class Logs {
        private final Map<MembershipId, List<Delivery>> all = new HashMap<>();
    }

    private final Logs logs;
    private @Nullable List<Delivery> log;

    Prefix(Logs logs) {
        this.logs = logs;
    }

    @Override
    public void regular(DaemonLife life, DaemonMembership membership) {
        log = logs.all.computeIfAbsent(membership.id(), id -> new ArrayList<>());
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
