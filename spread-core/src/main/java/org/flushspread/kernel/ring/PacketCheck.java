package org.flushspread.kernel.ring;

import io.netty.buffer.ByteBuf;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.PacketType;

/** What a data packet must be before anything is done with it (ring-protocol 16, membership-protocol 6.3). */
final class PacketCheck {
    private static final int NO_BOUND = Integer.MAX_VALUE;

    private final Context context;
    private final PacketTable table;
    private final FlowControl flow;
    private int bound = NO_BOUND;

    PacketCheck(Context context, PacketTable table, FlowControl flow) {
        this.context = context;
        this.table = table;
        this.flow = flow;
    }

    /** Data of the old ring above this number was missing when FORM1 took my report, and must not be accepted later. */
    void bound(int highest) {
        bound = highest;
    }

    void noBound() {
        bound = NO_BOUND;
    }

    /** A packet of any ring: one service, fragments that can be walked. */
    boolean isWellFormed(ByteBuf packet, int index, int length, int type, boolean little) {
        if (length > context.settings().maxPacket()) {
            context.refuse(Reason.DATAGRAM_LENGTH_MISMATCH);
        } else if (Fragments.service(type) == 0) {
            context.refuse(Reason.UNKNOWN_PACKET_TYPE);
        } else if (!Fragments.areValid(packet, index, length, little, mayBegin(type))) {
            context.refuse(Reason.BAD_FRAGMENTS);
        } else {
            return true;
        }
        return false;
    }

    /** What is delivered out of order, RELIABLE packets, holds whole messages only. */
    private boolean mayBegin(int type) {
        return context.settings().fullPackets() && Fragments.service(type) != PacketType.RELIABLE;
    }

    /** A packet of another ring: by a daemon of the configuration. */
    boolean isOfKnownDaemon(int originator) {
        if (context.configuration().byId(originator) == null) {
            context.refuse(Reason.UNKNOWN_ORIGINATOR);
            return false;
        }
        return true;
    }

    /**
     * A packet of my ring: by a member, with a possible number. Members count even if a reload has removed them from the configuration,
     * because recovery needs what they sent before.
     */
    boolean isAcceptable(int sequence, int originator, DaemonMembership ring, boolean recovering) {
        if (!ring.contains(originator)) {
            context.refuse(Reason.UNKNOWN_ORIGINATOR);
        } else if (sequence < 1 || sequence > highestPossible(recovering)) {
            context.refuse(Reason.SEQUENCE_OUT_OF_RANGE);
        } else if (sequence > bound) {
            context.refuse(Reason.ABOVE_REPORTED_HIGHEST);
        } else {
            return true;
        }
        return false;
    }

    /** What an honest sender can have reached; beyond it the slots of the table would be used twice (16 S8). */
    int highestPossible(boolean recovering) {
        int base = recovering ? table.lastDiscarded : table.myAru;
        return Math.min(base + flow.reach(), table.lastDiscarded + PacketTable.SLOTS - 1);
    }
}
