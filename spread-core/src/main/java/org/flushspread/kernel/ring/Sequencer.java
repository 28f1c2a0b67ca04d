package org.flushspread.kernel.ring;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.kernel.base.Probe;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;

/** The packets this daemon originates in one visit (ring-protocol 4.4). */
final class Sequencer {
    private final Context context;
    private final PacketTable table;
    private final Outbox outgoing;
    private final PacketSender sender;
    private ByteBuf[] packets = new ByteBuf[64];
    private int count;

    Sequencer(Context context, PacketTable table, Outbox outgoing, PacketSender sender) {
        this.context = context;
        this.table = table;
        this.outgoing = outgoing;
        this.sender = sender;
    }

    /** Numbers and stores up to {@code allowed} waiting packets, at once, so that they count as received here; returns how many. */
    int originate(int allowed, MembershipId ring) {
        while (count < allowed && outgoing.hasNext()) {
            ByteBuf packet = outgoing.take();
            int sequence = table.highest + 1;
            packet.setIntLE(PacketHeader.PROC_ID, context.me().id());
            packet.setIntLE(PacketHeader.MEMBERSHIP_ID, ring.procId());
            packet.setIntLE(PacketHeader.MEMBERSHIP_ID + 4, ring.time());
            packet.setIntLE(PacketHeader.SEQUENCE, sequence);
            table.put(sequence, packet);
            if (count == packets.length) {
                packets = Arrays.copyOf(packets, 2 * count);
            }
            packets[count++] = packet;
            if (context.probe() != Probe.NONE) {
                probeSequenced(packet, ring);
            }
        }
        if (table.highest - table.aru > FlowControl.MAX_GAP + FlowControl.MAX_ALLOWANCE && count > 0) {
            throw new InvariantViolation(
                    "ring-protocol 9: a visit begins at most 1600 above what is stable and sends at most 2495",
                    table.highest + " with an aru of " + table.aru);
        }
        context.counters().packetsSent += count;
        return count;
    }

    private void probeSequenced(ByteBuf packet, MembershipId ring) {
        context.probe()
                .sequenced(
                        ring,
                        packet.getIntLE(PacketHeader.SEQUENCE),
                        packet.getIntLE(PacketHeader.TYPE) & PacketType.REGULAR,
                        packet.getShortLE(PacketHeader.FRAGMENT_INDEX),
                        Fragments.messagesEnding(packet));
    }

    /** Sends some of them; the round in a packet is that of its transmission (10). */
    void transmit(RingOrder order, int from, int to, int round) {
        for (int i = from; i < to; i++) {
            packets[i].setIntLE(PacketHeader.TOKEN_ROUND, round);
        }
        sender.toAll(order, packets, from, to);
    }

    /** Ends the visit. */
    void clear() {
        Arrays.fill(packets, 0, count, Unpooled.EMPTY_BUFFER);
        count = 0;
    }
}
