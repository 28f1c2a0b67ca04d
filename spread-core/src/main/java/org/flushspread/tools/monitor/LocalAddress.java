package org.flushspread.tools.monitor;

import java.util.List;
import java.util.stream.Collectors;
import org.flushspread.config.Daemon;
import org.flushspread.config.Interface;
import org.flushspread.wire.IpAddress;

/** The daemon that this host is to run has no address of this host. */
final class LocalAddress implements Check {
    @Override
    public List<Finding> judge(Facts facts) {
        boolean ipv6 = facts.configuration.daemons().get(0).address().isIpv6();
        String mine = facts.networks.stream()
                .filter(each -> !each.loopback() && each.address().isIpv6() == ipv6)
                .map(each -> each.address().toString())
                .collect(Collectors.joining(", "));
        Daemon self = facts.self;
        if (self == null) {
            return List.of(new Finding(
                    "no-daemon-here",
                    "no daemon of the file has an address of this host (" + (mine.isEmpty() ? "none is up" : mine)
                            + ")",
                    "write a daemon with one of these addresses into the file, or run this on the host of a daemon"));
        }
        if (self.bindsAny()) {
            return facts.isLocal(self.address()) ? List.of() : List.of(notHere(self, self.address(), mine));
        }
        return self.interfaces().stream()
                .filter(each -> each.daemon() || each.client())
                .map(Interface::address)
                .distinct()
                .filter(each -> !each.isAny() && !facts.isLocal(each))
                .map(each -> notHere(self, each, mine))
                .toList();
    }

    private static Finding notHere(Daemon self, IpAddress address, String mine) {
        return new Finding(
                "address-not-here",
                self.name() + " has the address " + address
                        + " in the file, which is no address of this host (" + (mine.isEmpty() ? "none is up" : mine)
                        + ")",
                "bring the address up, correct the file, or run " + self.name() + " on the host that has it");
    }
}
