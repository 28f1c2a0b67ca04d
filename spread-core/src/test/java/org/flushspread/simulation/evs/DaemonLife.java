package org.flushspread.simulation.evs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.flushspread.kernel.DaemonMembership;
import org.flushspread.kernel.Message;
import org.flushspread.kernel.Probe;
import org.flushspread.simulation.Violation;
import org.flushspread.wire.BigEndian;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.PacketType;
import org.jspecify.annotations.Nullable;

/** What one daemon saw between a start and a crash. As the kernel's {@link Probe} it records; the checkers read it afterwards. */
public final class DaemonLife implements Probe {
    private final String name;
    private final int id;
    private final Rings rings;
    private final List<Era> eras = new ArrayList<>();
    private final List<Sequenced> sequenced = new ArrayList<>();
    private @Nullable DaemonMembership first;
    private boolean crashed;
    private int lastSequence;
    private int ordinal;
    private @Nullable MembershipId lastRing;

    /** A packet that this daemon originated. */
    record Sequenced(MembershipId ring, int sequence) {}

    public DaemonLife(String name, int id, Rings rings) {
        this.name = name;
        this.id = id;
        this.rings = rings;
    }

    public void crashed() {
        crashed = true;
    }

    boolean hasCrashed() {
        return crashed;
    }

    int id() {
        return id;
    }

    List<Era> eras() {
        return eras;
    }

    List<Sequenced> sequenced() {
        return sequenced;
    }

    /** The regular membership in force, or null before the first. */
    public @Nullable DaemonMembership regular() {
        return eras.isEmpty() ? null : eras.get(eras.size() - 1).regular;
    }

    @Override
    public void sequenced(MembershipId ring, int sequence, int service, int firstFragment, int messages) {
        rings.sequenced(ring, sequence, new Rings.Packet(service, id, firstFragment, messages));
        sequenced.add(new Sequenced(ring, sequence));
    }

    @Override
    public void delivered(MembershipId ring, int sequence, int service, boolean wholeInOnePacket, Message message) {
        if (eras.isEmpty()) {
            throw new Violation(
                    "P1 alternation",
                    this + " delivered " + ring + " seq " + sequence + " before its first membership");
        }
        // Messages of one packet go up together, so a run of equal sequence numbers counts them.
        ordinal = sequence == lastSequence && ring.equals(lastRing) ? ordinal + 1 : 0;
        lastSequence = sequence;
        lastRing = ring;
        Delivery delivery = new Delivery(
                ring,
                sequence,
                ordinal,
                service,
                service == PacketType.RELIABLE && wholeInOnePacket,
                message.originator(),
                digest(message));
        Era era = eras.get(eras.size() - 1);
        (era.transitional == null ? era.inRegular : era.inTransitional).add(delivery);
    }

    private static int digest(Message message) {
        if (!message.littleEndian()) {
            // Its originator knows it as it was before it was turned.
            return digest(BigEndian.back(message));
        }
        int hash = message.length();
        for (int i = 0; i < message.length(); i++) {
            hash = hash * 31 + message.bytes().getByte(message.index() + i);
        }
        return hash;
    }

    @Override
    public void transitional(DaemonMembership membership) {
        if (eras.isEmpty()) {
            if (first != null) {
                throw new Violation(
                        "P1 alternation", this + " got two transitional memberships before the first regular one");
            }
            first = membership;
            return;
        }
        Era era = eras.get(eras.size() - 1);
        if (era.transitional != null) {
            throw new Violation(
                    "P1 alternation",
                    this + " got transitional " + membership.id() + " after " + era.transitional.id());
        }
        era.transitional = membership;
    }

    @Override
    public void regular(DaemonMembership membership) {
        if (eras.isEmpty()) {
            if (first == null) {
                throw new Violation(
                        "P1 alternation", this + " got its first regular membership without a transitional one");
            }
        } else {
            Era era = eras.get(eras.size() - 1);
            if (era.transitional == null) {
                throw new Violation(
                        "P1 alternation",
                        this + " got regular " + membership.id() + " right after " + era.regular.id());
            }
            era.next = membership;
        }
        eras.add(new Era(membership));
    }

    @Override
    public String toString() {
        return name;
    }

    /** Every packet that any daemon sequenced, by ring. */
    public static final class Rings {
        /** A sequenced packet; {@code messages} end in it. */
        record Packet(int service, int originator, int firstFragment, int messages) {
            boolean exempt() {
                return service == PacketType.RELIABLE && firstFragment == -1;
            }
        }

        private final Map<MembershipId, TreeMap<Integer, Packet>> rings = new java.util.HashMap<>();

        void sequenced(MembershipId ring, int sequence, Packet packet) {
            Packet old = rings.computeIfAbsent(ring, id -> new TreeMap<>()).put(sequence, packet);
            if (old != null) {
                throw new Violation(
                        "one number, one packet",
                        ring + " seq " + sequence + " was given to two packets, by " + old.originator() + " and "
                                + packet.originator());
            }
        }

        NavigableMap<Integer, Packet> packets(MembershipId ring) {
            return rings.getOrDefault(ring, new TreeMap<>());
        }
    }
}
