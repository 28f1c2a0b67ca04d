package org.flushspread.simulation.evs;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.Message;
import org.flushspread.simulation.Violation;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.PacketType;

/** In the regular membership a SAFE message goes up only when all members have had it (ring-protocol 13.2). */
final class SafeLine implements DeliveryProperty, RingProperty {
    /** What daemons have had of a ring. */
    static final class Holding {
        /** By number of the daemon. */
        private BitSet[] had = {};

        boolean had(int daemon, int sequence) {
            return daemon < had.length && had[daemon].get(sequence);
        }

        void add(int daemon, int sequence) {
            for (int i = had.length; i <= daemon; i++) {
                had = Arrays.copyOf(had, i + 1);
                had[i] = new BitSet();
            }
            had[daemon].set(sequence);
        }
    }

    private final ByRing<Holding> holdings;
    private final Map<Integer, Integer> numbers;
    /** Of the regular membership in force, by number; empty if the daemon is alone, since then nothing is stored. */
    private int[] members = {};

    /** @param numbers of daemons by id */
    SafeLine(ByRing<Holding> holdings, Map<Integer, Integer> numbers) {
        this.holdings = holdings;
        this.numbers = numbers;
    }

    @Override
    public void sequenced(DaemonLife life, MembershipId ring, int sequence) {
        holdings.of(ring).add(life.number(), sequence);
    }

    @Override
    public void stored(DaemonLife life, MembershipId ring, int sequence) {
        holdings.of(ring).add(life.number(), sequence);
    }

    @Override
    public void delivered(DaemonLife life, Delivery delivery, Message message) {
        if (delivery.service() != PacketType.SAFE || life.currentEra().transitional != null) {
            return;
        }
        Holding holding = holdings.of(delivery.ring());
        for (int each : members) {
            if (!holding.had(each, delivery.sequence())) {
                throw new Violation(
                        "no delivery past the safe line",
                        life + " delivered SAFE " + delivery + ", which not all of " + life.regular() + " ever had");
            }
        }
    }

    @Override
    public void regular(DaemonLife life, DaemonMembership membership) {
        members = membership.size() == 1
                ? new int[0]
                : membership.members().stream()
                        .mapToInt(each -> numbers.computeIfAbsent(each.id(), id -> numbers.size()))
                        .toArray();
    }
}
