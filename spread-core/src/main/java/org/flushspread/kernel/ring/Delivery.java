package org.flushspread.kernel.ring;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.DeliveryThreshold;
import org.flushspread.kernel.base.Message;
import org.flushspread.kernel.base.Probe;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.jspecify.annotations.Nullable;

/**
 * Decides which packets are delivered and when (ring-protocol 13). Code that runs during an upcall never delivers anything itself: it
 * requests a pass, which the ring runs when its own work is done.
 */
final class Delivery {
    private final Context context;
    private final PacketTable table;
    private final RingObserver observer;
    private final Reassembly reassembly;
    private final Message message = new Message();

    private DeliveryThreshold threshold = DeliveryThreshold.EVERYTHING;
    private boolean groupsOnly;
    private boolean blocked = true;
    private boolean passWanted;
    /** The packet that is being delivered. */
    private ByteBuf current = Unpooled.EMPTY_BUFFER;

    Delivery(Context context, PacketTable table, RingObserver observer) {
        this.context = context;
        this.table = table;
        this.observer = observer;
        reassembly = new Reassembly(context);
    }

    void threshold(DeliveryThreshold level) {
        passWanted |= level.compareTo(threshold) < 0;
        threshold = level;
    }

    /** While only GROUPS messages are sequenced nothing overtakes, whatever the threshold says (groups-protocol 7). */
    void groupsOnly(boolean on) {
        passWanted |= groupsOnly && !on;
        groupsOnly = on;
    }

    /** From token loss or FORM until a regular membership only recovery delivers (13.1). */
    void block() {
        blocked = true;
    }

    /** A regular membership: everything may be delivered until groups say otherwise. */
    void unblock() {
        blocked = false;
        threshold = DeliveryThreshold.EVERYTHING;
    }

    private boolean mayDeliver() {
        return !blocked && threshold != DeliveryThreshold.NOTHING;
    }

    private boolean mayDeliverEarly() {
        return !blocked && threshold == DeliveryThreshold.EVERYTHING && !groupsOnly;
    }

    /** Runs the pass that a lower threshold asked for. */
    void runWantedPass() {
        while (passWanted) {
            passWanted = false;
            agreed();
            early(table.lastDelivered + 1, table.highest);
        }
    }

    /** In order, up to the first SAFE packet or gap (13.2). */
    void agreed() {
        while (table.lastDelivered < table.myAru && mayDeliver()) {
            int sequence = table.lastDelivered + 1;
            if (table.isWaitingSafe(sequence)) {
                return;
            }
            table.lastDelivered = sequence;
            deliver(sequence);
        }
    }

    /** RELIABLE packets of whole messages, ahead of what precedes them (13.2). The slot stays: others may ask for it. */
    void early(int from, int to) {
        for (int sequence = from; sequence <= to && mayDeliverEarly(); sequence++) {
            if (sequence > table.lastDiscarded
                    && table.state(sequence) == PacketTable.RECEIVED
                    && (table.type(sequence) & PacketType.RELIABLE) != 0
                    && table.packet(sequence).getShortLE(PacketHeader.FRAGMENT_INDEX) == -1) {
                table.markDelivered(sequence);
                packet(table.packet(sequence), true);
            }
        }
    }

    /** Everything up to {@code bound} is known to be everywhere: delivers what waits, SAFE packets too, and frees the slots (13.3). */
    void stable(int bound) {
        while (table.lastDiscarded < bound) {
            int sequence = table.lastDiscarded + 1;
            release(sequence);
            table.lastDiscarded = sequence;
            table.lastDelivered = Math.max(table.lastDelivered, sequence);
        }
    }

    /** Delivers a packet unless that happened before, and frees its slot. */
    void release(int sequence) {
        deliver(sequence);
        table.remove(sequence);
    }

    /** Drops all unfinished messages. */
    void dropPartial() {
        reassembly.clear();
    }

    private void deliver(int sequence) {
        if (table.state(sequence) == PacketTable.RECEIVED) {
            table.markOrdered(sequence);
            packet(table.packet(sequence), false);
        }
    }

    private void packet(ByteBuf packet, boolean early) {
        context.counters().packetsDelivered++;
        current = packet;
        int originator = packet.getIntLE(PacketHeader.PROC_ID);
        int fragmentIndex = packet.getShortLE(PacketHeader.FRAGMENT_INDEX);
        int length = packet.getShortLE(PacketHeader.FRAGMENT_LENGTH);
        int at = PacketHeader.LENGTH;
        if (fragmentIndex != -1) {
            fragment(originator, fragmentIndex, packet, at, length);
        } else {
            if (!early) {
                reassembly.interrupted(originator);
            }
            whole(originator, packet, at, length);
        }
        at += length;
        int end = packet.writerIndex();
        while (at < end) {
            at = Fragments.aligned(at, PacketHeader.LENGTH);
            fragmentIndex = packet.getShortLE(at);
            length = packet.getShortLE(at + 2);
            at += PacketHeader.FRAGMENT_HEADER;
            if (fragmentIndex == -1) {
                whole(originator, packet, at, length);
            } else {
                fragment(originator, fragmentIndex, packet, at, length);
            }
            at += length;
        }
    }

    private void fragment(int originator, int fragmentIndex, ByteBuf packet, int at, int length) {
        @Nullable ByteBuf image = reassembly.add(originator, fragmentIndex, packet, at, length);
        if (image != null) {
            try {
                whole(originator, image, 0, image.writerIndex());
            } finally {
                image.release();
            }
        }
    }

    private void whole(int originator, ByteBuf bytes, int at, int length) {
        if (Reassembly.isImage(bytes, at, length)) {
            message.set(bytes, at, length, originator);
            if (context.probe() != Probe.NONE) {
                probeDelivered();
            }
            observer.message(message);
        } else {
            context.refuse(Reason.BAD_MESSAGE_IMAGE);
        }
    }

    private void probeDelivered() {
        ByteBuf packet = current;
        context.probe()
                .delivered(
                        MembershipId.read(packet, PacketHeader.MEMBERSHIP_ID, true),
                        packet.getIntLE(PacketHeader.SEQUENCE),
                        packet.getIntLE(PacketHeader.TYPE) & PacketType.REGULAR,
                        packet.getShortLE(PacketHeader.FRAGMENT_INDEX) == -1,
                        message);
    }
}
