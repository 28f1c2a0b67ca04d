package org.flushspread.tools.monitor;

import java.util.List;
import org.flushspread.config.Daemon;
import org.flushspread.config.Segment;
import org.flushspread.wire.Addresses;

/** A segment with several daemons is addressed by something that is not the broadcast address of its network. */
final class SegmentAddress implements Check {
    @Override
    public List<Finding> judge(Facts facts) {
        Daemon self = facts.self;
        Facts.Network network = self == null ? null : facts.network(self.id());
        if (self == null || network == null || network.loopback()) {
            return List.of();
        }
        Segment segment = facts.configuration.segments().get(self.segment());
        int address = segment.address();
        int broadcast = network.prefix() == 0 ? -1 : self.id() | (int) (0xffffffffL >>> network.prefix());
        if (segment.daemons().size() == 1 || Addresses.isMulticast(address) || address == -1 || address == broadcast) {
            return List.of();
        }
        return List.of(new Finding(
                "segment-address",
                "the segment address " + Addresses.text(address) + " is not the broadcast address of "
                        + Addresses.text(self.id()) + "/" + network.prefix() + ", the network of " + self.name(),
                "write " + Addresses.text(broadcast)
                        + " or a multicast address in the file of all daemons, or give each"
                        + " daemon a segment of its own"));
    }
}
