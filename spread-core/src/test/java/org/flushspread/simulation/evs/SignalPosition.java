package org.flushspread.simulation.evs;

import java.util.BitSet;
import java.util.List;
import org.flushspread.simulation.Violation;
import org.flushspread.wire.PacketType;

/** P19 signal position: behind the signal comes a SAFE message, or something below was never delivered. */
final class SignalPosition implements Property {
    @Override
    public void check(List<DaemonLife> lives, DaemonLife.Rings rings) {
        for (DaemonLife life : lives) {
            for (Era era : life.eras()) {
                List<Delivery> after = Era.ordered(era.inTransitional);
                if (era.next == null || after.isEmpty() || after.get(0).service() == PacketType.SAFE) {
                    continue;
                }
                if (!hole(era.ring, era.sequences(), after.get(0).sequence())) {
                    throw new Violation(
                            "P19 signal position",
                            life + " could have delivered " + after.get(0) + " before the signal");
                }
            }
        }
    }

    private static boolean hole(RingTrace ring, BitSet delivered, int below) {
        for (int sequence = delivered.nextClearBit(1);
                sequence < below;
                sequence = delivered.nextClearBit(sequence + 1)) {
            if (ring.packet(sequence) != null) {
                return true;
            }
        }
        return false;
    }
}
