package org.flushspread.simulation.evs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.Message;
import org.flushspread.wire.PacketType;
import org.jspecify.annotations.Nullable;

/** P18: a SAFE message that goes up in a transitional membership goes up at all its members, unless they crash. */
final class SafeInTransitional implements DeliveryProperty {
    /** What is owed in the transitional memberships behind a regular one. */
    static final class Behind {
        final Map<DaemonMembership, Debt> debts = new LinkedHashMap<>();
        final List<Ended> gone = new ArrayList<>();

        /** Who went on before anybody delivered anything in this transitional membership owes it too. */
        Debt in(DaemonMembership transitional) {
            return debts.computeIfAbsent(transitional, membership -> {
                Debt debt = new Debt("P18 safe in the transitional membership");
                for (Ended each : gone) {
                    if (membership.contains(each.life().id())) {
                        debt.leave(each.life(), each.era());
                    }
                }
                return debt;
            });
        }

        void leave(DaemonLife life, Era era) {
            debts.forEach((membership, debt) -> {
                if (membership.contains(life.id())) {
                    debt.leave(life, era);
                }
            });
            gone.add(new Ended(life, era));
        }
    }

    private final ByRing<Behind> debts;
    private @Nullable Behind behind;

    SafeInTransitional(ByRing<Behind> debts) {
        this.debts = debts;
    }

    @Override
    public void delivered(DaemonLife life, Delivery delivery, Message message) {
        DaemonMembership transitional = life.currentEra().transitional;
        if (delivery.service() == PacketType.SAFE && transitional != null) {
            Objects.requireNonNull(behind).in(transitional).add(life, delivery);
        }
    }

    @Override
    public void regular(DaemonLife life, DaemonMembership membership) {
        if (behind != null) {
            behind.leave(life, life.currentEra());
        }
        behind = debts.of(membership.id());
    }
}
