package org.flushspread.simulation.evs;

import java.util.Objects;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.Message;
import org.flushspread.wire.PacketType;
import org.jspecify.annotations.Nullable;

/** P17: a SAFE message that goes up in the regular membership goes up at all its members, unless they crash. */
final class SafeInRegular implements DeliveryProperty {
    static final String NAME = "P17 safe in the regular membership";

    private final ByRing<Debt> debts;
    private @Nullable Debt debt;

    SafeInRegular(ByRing<Debt> debts) {
        this.debts = debts;
    }

    @Override
    public void delivered(DaemonLife life, Delivery delivery, Message message) {
        if (delivery.service() == PacketType.SAFE && life.currentEra().transitional == null) {
            Objects.requireNonNull(debt).add(life, delivery);
        }
    }

    @Override
    public void regular(DaemonLife life, DaemonMembership membership) {
        if (debt != null) {
            debt.leave(life, life.currentEra());
        }
        debt = debts.of(membership.id());
    }
}
