package org.flushspread.kernel.ring;

import org.flushspread.kernel.recovery.OldRing;

/** The packet table as recovery sees it. */
final class LeftRing implements OldRing {
    private final PacketTable table;
    private final Delivery delivery;

    LeftRing(PacketTable table, Delivery delivery) {
        this.table = table;
        this.delivery = delivery;
    }

    @Override
    public int aru() {
        return table.aru;
    }

    @Override
    public int myAru() {
        return table.myAru;
    }

    @Override
    public int highest() {
        return table.highest;
    }

    @Override
    public int lastDiscarded() {
        return table.lastDiscarded;
    }

    @Override
    public boolean isHeld(int sequence) {
        return table.isHeld(sequence);
    }

    @Override
    public boolean isWaitingSafe(int sequence) {
        return table.isWaitingSafe(sequence);
    }

    @Override
    public int originator(int sequence) {
        return table.originator(sequence);
    }

    @Override
    public void deliver(int sequence) {
        delivery.release(sequence);
    }

    @Override
    public void discard(int sequence) {
        table.remove(sequence);
    }
}
