package org.flushspread.simulation.evs;

import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
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
                Set<Integer> delivered = new HashSet<>();
                era.all().forEach(each -> delivered.add(each.sequence()));
                NavigableMap<Integer, DaemonLife.Rings.Packet> packets = rings.packets(era.regular.id());
                boolean hole = packets.headMap(after.get(0).sequence()).entrySet().stream()
                        .anyMatch(each -> !delivered.contains(each.getKey()));
                if (!hole) {
                    throw new Violation(
                            "P19 signal position",
                            life + " could have delivered " + after.get(0) + " before the signal");
                }
            }
        }
    }
}
