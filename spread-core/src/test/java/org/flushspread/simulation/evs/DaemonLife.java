package org.flushspread.simulation.evs;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flushspread.kernel.DaemonMembership;
import org.flushspread.kernel.Message;
import org.flushspread.kernel.Probe;
import org.flushspread.simulation.Violation;
import org.flushspread.simulation.World;
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
    private @Nullable DaemonMembership first;
    private boolean crashed;
    private int lastSequence;
    private int ordinal;
    private @Nullable MembershipId lastRing;

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

    /** The regular membership in force, or null before the first. */
    public @Nullable DaemonMembership regular() {
        return eras.isEmpty() ? null : eras.get(eras.size() - 1).regular;
    }

    @Override
    public void sequenced(MembershipId ring, int sequence, int service, int firstFragment, int messages) {
        rings.of(ring).sequenced(sequence, new RingTrace.Packet(service, id, firstFragment, messages));
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
        Era era = eras.get(eras.size() - 1);
        RingTrace trace = ring.equals(era.ring.ring()) ? era.ring : rings.of(ring);
        Delivery delivery = trace.delivery(
                sequence,
                ordinal,
                service,
                service == PacketType.RELIABLE && wholeInOnePacket,
                message.originator(),
                digest(message));
        (era.transitional == null ? era.inRegular : era.inTransitional).add(delivery);
        Control control = Control.of(message);
        if (control != null) {
            era.controls.add(control);
        }
    }

    private static long digest(Message message) {
        if (!message.littleEndian()) {
            // Its originator knows it as it was before it was turned.
            return digest(BigEndian.back(message));
        }
        ByteBuf bytes = message.bytes();
        if (bytes.hasArray()) {
            return World.digest(bytes.array(), bytes.arrayOffset() + message.index(), message.length());
        }
        return World.digest(ByteBufUtil.getBytes(bytes, message.index(), message.length()), 0, message.length());
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
        era.controlsInRegular = era.controls.size();
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
        eras.add(new Era(membership, rings.of(membership.id())));
    }

    @Override
    public String toString() {
        return name;
    }

    /** Every packet that any daemon sequenced, by ring. */
    public static final class Rings {
        private final Map<MembershipId, RingTrace> rings = new HashMap<>();
        private @Nullable RingTrace last;

        RingTrace of(MembershipId ring) {
            RingTrace trace = last;
            if (trace == null || !trace.ring().equals(ring)) {
                trace = rings.computeIfAbsent(ring, RingTrace::new);
                last = trace;
            }
            return trace;
        }
    }
}
