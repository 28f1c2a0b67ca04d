package org.flushspread.tools.monitor;

import java.util.List;
import org.flushspread.config.Daemon;
import org.flushspread.config.Segment;
import org.flushspread.wire.IpAddress;

/** A segment with several daemons is addressed by something that is not the broadcast address of its network. */
final class SegmentAddress implements Check {
    @Override
    public List<Finding> judge(Facts facts) {
        Daemon self = facts.self;
        Facts.Network network = self == null ? null : facts.network(self.address());
        if (self == null || network == null || network.loopback()) {
            return List.of();
        }
        Segment segment = facts.configuration.segments().get(self.segment());
        if (segment.daemons().size() == 1
                || segment.isMulticast()
                || segment.address().isIpv6()) {
            return List.of();
        }
        int own = self.address().number();
        IpAddress broadcast =
                IpAddress.ipv4(network.prefix() == 0 ? -1 : own | (int) (0xffffffffL >>> network.prefix()));
        if (segment.address().number() == -1 || segment.addresses().contains(broadcast)) {
            return List.of();
        }
        return List.of(new Finding(
                "segment-address",
                "the segment address " + segment.addressText() + " is not the broadcast address of " + self.address()
                        + "/" + network.prefix() + ", the network of " + self.name(),
                "write " + broadcast
                        + " or a multicast address in the file of all daemons, or give each"
                        + " daemon a segment of its own"));
    }
}
