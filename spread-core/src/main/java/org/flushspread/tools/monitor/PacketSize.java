package org.flushspread.tools.monitor;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.config.Daemon;
import org.flushspread.wire.PacketHeader;

/** Full packets do not fit: they are cut into fragments, or do not arrive at all. */
final class PacketSize implements Check {
    /** IP and UDP headers. */
    private static final int HEADERS = 28;

    private static final int NEEDED = PacketHeader.MAX_PACKET + HEADERS;

    @Override
    public List<Finding> judge(Facts facts) {
        List<Finding> found = new ArrayList<>();
        Daemon self = facts.self;
        Facts.Network network = self == null ? null : facts.network(self.address());
        if (self != null && network != null && network.mtu() > 0 && network.mtu() < NEEDED) {
            found.add(new Finding(
                    "mtu",
                    "the MTU of " + network.card() + ", the card of " + self + ", is " + network.mtu()
                            + ": full packets of Spread need " + NEEDED
                            + " and are cut into two, each of which can be lost",
                    "set it to " + NEEDED
                            + " or more on all hosts and switches between them; if it must be smaller (a tunnel"
                            + " or VPN), expect more retransmissions"));
        }
        for (Daemon each : facts.fullAsked) {
            if (facts.answers.containsKey(each) && !facts.fullAnswered.contains(each)) {
                found.add(new Finding(
                        "mtu",
                        "small packets reach " + each + " and full ones, of " + PacketHeader.MAX_PACKET
                                + " bytes, do not: the MTU of its card or of something between is below " + NEEDED,
                        "set the MTU of all hosts and switches of this network to " + NEEDED
                                + " or more; do not drop ICMP or" + " IP fragments"));
            }
        }
        return found;
    }
}
