package org.flushspread.simulation.evs;

import java.util.Arrays;
import org.flushspread.simulation.Violation;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.PacketType;
import org.jspecify.annotations.Nullable;

/** Every packet that any daemon sequenced in one ring, and the messages that went up from it, each kept once for all daemons. */
final class RingTrace {
    /** A sequenced packet; {@code messages} end in it. */
    record Packet(int service, int originator, int firstFragment, int messages) {
        boolean exempt() {
            return service == PacketType.RELIABLE && firstFragment == -1;
        }
    }

    private final MembershipId ring;
    private @Nullable Packet[] packets = new @Nullable Packet[64];
    private @Nullable Delivery[] first = new @Nullable Delivery[64];
    private int highest;
    private int deliveries;

    RingTrace(MembershipId ring) {
        this.ring = ring;
    }

    MembershipId ring() {
        return ring;
    }

    /** The highest number given so far; numbers begin at 1. */
    int highest() {
        return highest;
    }

    @Nullable
    Packet packet(int sequence) {
        return sequence < 0 || sequence >= packets.length ? null : packets[sequence];
    }

    void sequenced(int sequence, Packet packet) {
        if (sequence >= packets.length) {
            packets = Arrays.copyOf(packets, Math.max(sequence + 1, 2 * packets.length));
        }
        Packet old = packets[sequence];
        if (old != null) {
            throw new Violation(
                    "one number, one packet",
                    ring + " seq " + sequence + " was given to two packets, by " + old.originator() + " and "
                            + packet.originator());
        }
        packets[sequence] = packet;
        highest = Math.max(highest, sequence);
    }

    /** The delivery of a message, the same object for all who deliver the same. */
    Delivery delivery(int sequence, int ordinal, int service, boolean exempt, int originator, long digest) {
        if (sequence >= first.length) {
            first = Arrays.copyOf(first, Math.max(sequence + 1, 2 * first.length));
        }
        Delivery known = first[sequence];
        Delivery last = null;
        while (known != null && known.ordinal() != ordinal) {
            last = known;
            known = known.next;
        }
        if (known != null && known.is(service, exempt, originator, digest)) {
            return known;
        }
        Delivery fresh =
                new Delivery(ring, deliveries++, sequence, ordinal, service, exempt, originator, digest, known != null);
        if (known == null && last == null) {
            first[sequence] = fresh;
        } else if (known == null) {
            last.next = fresh;
        }
        return fresh;
    }
}
