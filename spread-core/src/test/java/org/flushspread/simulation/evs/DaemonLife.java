package org.flushspread.simulation.evs;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.Message;
import org.flushspread.kernel.base.Probe;
import org.flushspread.simulation.Violation;
import org.flushspread.simulation.World;
import org.flushspread.wire.BigEndian;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.PacketType;
import org.jspecify.annotations.Nullable;

/** What one daemon saw between a start and a crash. As the kernel's {@link Probe} it tells the properties, then records. */
public final class DaemonLife implements Probe {
    private final String name;
    private final int id;
    private final int number;
    private final ByRing<RingTrace> rings;
    private final Property[] properties;
    private final DeliveryProperty[] ofDelivery;
    private final RingProperty[] ofRing;
    private final List<Era> eras = new ArrayList<>();
    private @Nullable Era era;
    private int lastSequence;
    private int ordinal;
    private @Nullable MembershipId lastRing;

    /** @param number of the daemon, the same for all its lives, counted from 0 */
    DaemonLife(String name, int id, int number, ByRing<RingTrace> rings, List<Property> properties) {
        this.name = name;
        this.id = id;
        this.number = number;
        this.rings = rings;
        this.properties = properties.toArray(Property[]::new);
        ofDelivery = of(properties, DeliveryProperty.class).toArray(DeliveryProperty[]::new);
        ofRing = of(properties, RingProperty.class).toArray(RingProperty[]::new);
    }

    private static <T extends Property> Stream<T> of(List<Property> properties, Class<T> kind) {
        return properties.stream().filter(kind::isInstance).map(kind::cast);
    }

    int id() {
        return id;
    }

    int number() {
        return number;
    }

    List<Era> eras() {
        return eras;
    }

    /** The era in which the daemon is, or null before the first. */
    @Nullable
    Era era() {
        return era;
    }

    /** The era in which the daemon is; it has one. */
    Era currentEra() {
        return Objects.requireNonNull(era);
    }

    /** The regular membership in force, or null before the first. */
    public @Nullable DaemonMembership regular() {
        return era == null ? null : era.regular;
    }

    @Override
    public void sequenced(MembershipId ring, int sequence, int service, int firstFragment, int messages) {
        rings.of(ring).sequenced(sequence, new RingTrace.Packet(service, id, firstFragment, messages));
        for (RingProperty each : ofRing) {
            each.sequenced(this, ring, sequence);
        }
    }

    @Override
    public void stored(MembershipId ring, int sequence) {
        for (RingProperty each : ofRing) {
            each.stored(this, ring, sequence);
        }
    }

    @Override
    public void tokenAccepted(MembershipId ring, int sequence, int aru) {
        for (RingProperty each : ofRing) {
            each.tokenAccepted(this, ring);
        }
    }

    @Override
    public void visited(MembershipId ring, int sequence, int stable, boolean recovering) {
        if (!recovering) {
            for (RingProperty each : ofRing) {
                each.visited(this, ring, sequence, stable);
            }
        }
    }

    @Override
    public void delivered(MembershipId ring, int sequence, int service, boolean wholeInOnePacket, Message message) {
        Era now = era;
        if (now == null) {
            throw new Violation(
                    Alternation.NAME,
                    this + " delivered " + ring + " seq " + sequence + " before its first membership");
        }
        // Messages of one packet go up together, so a run of equal sequence numbers counts them.
        ordinal = sequence == lastSequence && ring.equals(lastRing) ? ordinal + 1 : 0;
        lastSequence = sequence;
        lastRing = ring;
        RingTrace trace = ring.equals(now.ring.ring()) ? now.ring : rings.of(ring);
        Delivery delivery = trace.delivery(
                sequence,
                ordinal,
                service,
                service == PacketType.RELIABLE && wholeInOnePacket,
                message.originator(),
                digest(message));
        for (DeliveryProperty each : ofDelivery) {
            each.delivered(this, delivery, message);
        }
        now.add(delivery);
        Control control = Control.of(message);
        if (control != null) {
            now.controls.add(control);
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
        for (Property each : properties) {
            each.transitional(this, membership);
        }
        if (era != null) {
            era.transitional = membership;
            era.controlsInRegular = era.controls.size();
        }
    }

    @Override
    public void regular(DaemonMembership membership) {
        for (Property each : properties) {
            each.regular(this, membership);
        }
        era = new Era(membership, rings.of(membership.id()));
        eras.add(era);
    }

    @Override
    public String toString() {
        return name;
    }
}
