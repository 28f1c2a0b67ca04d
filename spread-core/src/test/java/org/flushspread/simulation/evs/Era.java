package org.flushspread.simulation.evs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.flushspread.kernel.base.DaemonMembership;
import org.jspecify.annotations.Nullable;

/** From one regular membership of a daemon to the next: what it delivered in it, and in the transitional membership behind it. */
final class Era {
    final DaemonMembership regular;
    /** The ring of the regular membership. */
    final RingTrace ring;

    /** The {@linkplain Delivery#number() numbers} of everything delivered. */
    final BitSet delivered = new BitSet();
    /** How many messages were delivered in order in the regular membership. */
    int orderedInRegular;
    /** What was delivered in order in the transitional membership. */
    final List<Delivery> orderedInTransitional = new ArrayList<>();
    /** The last message delivered in order. */
    @Nullable
    Delivery last;

    /** Joins, leaves and disconnects, in order of delivery. */
    final List<Control> controls = new ArrayList<>();
    /** How many of them came in the regular membership. */
    int controlsInRegular;

    @Nullable
    DaemonMembership transitional;

    /** By sequence number: how many messages were delivered that end in this packet. */
    private short[] counts = new short[16];

    Era(DaemonMembership regular, RingTrace ring) {
        this.regular = regular;
        this.ring = ring;
    }

    void add(Delivery delivery) {
        int sequence = delivery.sequence();
        if (sequence >= counts.length) {
            counts = Arrays.copyOf(counts, Math.max(sequence + 1, 2 * counts.length));
        }
        counts[sequence]++;
        delivered.set(delivery.number());
        if (delivery.exempt()) {
            return;
        }
        last = delivery;
        if (transitional == null) {
            orderedInRegular++;
        } else {
            orderedInTransitional.add(delivery);
        }
    }

    /** True if something was delivered that ends in this packet. */
    boolean hasDelivered(int sequence) {
        return sequence < counts.length && counts[sequence] > 0;
    }

    /** The packet with this number, if it has ordered messages that were not delivered; else null. */
    RingTrace.@Nullable Packet missing(int sequence) {
        RingTrace.Packet packet = ring.packet(sequence);
        return packet == null
                        || packet.exempt()
                        || (sequence < counts.length ? counts[sequence] : 0) >= packet.messages()
                ? null
                : packet;
    }
}
