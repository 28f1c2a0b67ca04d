package org.flushspread.simulation.evs;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.flushspread.kernel.DaemonMembership;
import org.flushspread.simulation.Violation;
import org.flushspread.wire.PacketType;

/** P17 safe in the regular membership, P18 safe in the transitional one: all of it deliver the message, unless they crash. */
final class SafeDelivery implements Property {
    @Override
    public void check(List<DaemonLife> lives, DaemonLife.Rings rings) {
        for (Pairs.Pair pair : Pairs.inTheSame(lives)) {
            if (pair.q().next == null) {
                // It crashed or has not finished; what it still owes cannot be told.
                continue;
            }
            Set<Long> delivered = new HashSet<>();
            pair.q().all().forEach(each -> delivered.add(key(each)));
            owed(pair, "P17 safe in the regular membership", pair.p().regular, pair.p().inRegular, delivered);
            if (pair.p().transitional != null && !pair.p().inTransitional.isEmpty()) {
                owed(
                        pair,
                        "P18 safe in the transitional membership",
                        Objects.requireNonNull(pair.p().transitional),
                        pair.p().inTransitional,
                        delivered);
            }
        }
    }

    private static long key(Delivery delivery) {
        return (long) delivery.sequence() << 16 | delivery.ordinal();
    }

    private static void owed(
            Pairs.Pair pair, String property, DaemonMembership by, List<Delivery> deliveries, Set<Long> delivered) {
        if (!by.contains(pair.other().id())) {
            return;
        }
        for (Delivery each : deliveries) {
            if (each.service() == PacketType.SAFE && !delivered.contains(key(each))) {
                throw new Violation(
                        property, pair.one() + " delivered SAFE " + each + ", " + pair.other() + " never did");
            }
        }
    }
}
