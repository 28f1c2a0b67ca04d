package org.flushspread.simulation.evs;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import org.flushspread.simulation.Violation;
import org.flushspread.wire.MembershipId;

/** P8 integrity, P9 at most once, P10 origin view, P21 whole messages. */
final class Integrity implements Property {
    private record Key(MembershipId ring, int sequence, int ordinal) {}

    @Override
    public void check(List<DaemonLife> lives, DaemonLife.Rings rings) {
        Map<Key, Delivery> known = new HashMap<>();
        for (DaemonLife life : lives) {
            Set<Key> delivered = new HashSet<>();
            for (Era era : life.eras()) {
                NavigableMap<Integer, DaemonLife.Rings.Packet> packets = rings.packets(era.regular.id());
                for (Delivery each : era.all()) {
                    if (!each.ring().equals(era.regular.id())) {
                        throw new Violation("P10 origin view", life + " delivered " + each + " in " + era.regular.id());
                    }
                    DaemonLife.Rings.Packet packet = packets.get(each.sequence());
                    if (packet == null
                            || packet.originator() != each.originator()
                            || packet.service() != each.service()
                            || each.ordinal() >= packet.messages()) {
                        throw new Violation(
                                "P8 integrity", life + " delivered " + each + ", but sequenced was " + packet);
                    }
                    Key key = new Key(each.ring(), each.sequence(), each.ordinal());
                    if (!delivered.add(key)) {
                        throw new Violation("P9 at most once", life + " delivered " + each + " twice");
                    }
                    Delivery before = known.putIfAbsent(key, each);
                    if (before != null && before.digest() != each.digest()) {
                        throw new Violation(
                                "P8 integrity", life + " delivered other bytes for " + each + " than another daemon");
                    }
                }
            }
        }
    }
}
