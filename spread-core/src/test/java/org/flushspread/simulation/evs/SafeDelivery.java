package org.flushspread.simulation.evs;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.flushspread.kernel.DaemonMembership;
import org.flushspread.simulation.Violation;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.PacketType;

/** P17 safe in the regular membership, P18 safe in the transitional one: all of it deliver the message, unless they crash. */
final class SafeDelivery implements Property {
    /** What somebody delivered in a membership, so that all its members owe it. */
    private static final class Owed {
        final BitSet numbers = new BitSet();
        final Map<Integer, Example> examples = new HashMap<>();

        void add(DaemonLife life, List<Delivery> deliveries) {
            for (Delivery each : deliveries) {
                if (each.service() == PacketType.SAFE && !numbers.get(each.number())) {
                    numbers.set(each.number());
                    examples.put(each.number(), new Example(life, each));
                }
            }
        }

        void check(String property, DaemonLife life, BitSet delivered) {
            BitSet missing = (BitSet) numbers.clone();
            missing.andNot(delivered);
            if (!missing.isEmpty()) {
                throw new Violation(property, examples.get(missing.nextSetBit(0)) + ", " + life + " never did");
            }
        }
    }

    private record Example(DaemonLife life, Delivery delivery) {
        @Override
        public String toString() {
            return life + " delivered SAFE " + delivery;
        }
    }

    private record At(DaemonLife life, Era era) {}

    @Override
    public void check(List<DaemonLife> lives, DaemonLife.Rings rings) {
        Map<MembershipId, List<At>> byRegular = new LinkedHashMap<>();
        for (DaemonLife life : lives) {
            for (Era era : life.eras()) {
                byRegular
                        .computeIfAbsent(era.regular.id(), id -> new ArrayList<>())
                        .add(new At(life, era));
            }
        }
        byRegular.values().forEach(SafeDelivery::check);
    }

    private static void check(List<At> together) {
        Owed regular = new Owed();
        Map<DaemonMembership, Owed> transitional = new LinkedHashMap<>();
        for (At each : together) {
            regular.add(each.life, each.era.inRegular);
            if (each.era.transitional != null && !each.era.inTransitional.isEmpty()) {
                transitional
                        .computeIfAbsent(each.era.transitional, membership -> new Owed())
                        .add(each.life, each.era.inTransitional);
            }
        }
        for (At each : together) {
            if (each.era.next == null) {
                // It crashed or has not finished; what it still owes cannot be told.
                continue;
            }
            BitSet delivered = each.era.numbers();
            regular.check("P17 safe in the regular membership", each.life, delivered);
            transitional.forEach((membership, owed) -> {
                if (membership.contains(each.life.id())) {
                    owed.check("P18 safe in the transitional membership", each.life, delivered);
                }
            });
        }
    }
}
