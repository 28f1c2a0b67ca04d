package org.flushspread.tools.monitor;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.config.Daemon;

/** A daemon is written by its name, and /etc/hosts of this machine says 127.0.1.1 for it, as Debian's does for the own name. */
final class NameResolution implements Check {
    @Override
    public List<Finding> judge(Facts facts) {
        List<Finding> found = new ArrayList<>();
        boolean others = facts.configuration.daemons().size() > 1
                && facts.configuration.daemons().stream()
                        .anyMatch(each -> !each.address().isLoopback());
        facts.resolved.forEach((name, address) -> {
            if (others && address.isLoopback()) {
                found.add(new Finding(
                        "name-to-loopback",
                        "the name '" + name + "' in the file is " + address
                                + " on this host, an address that leads to no other machine; other hosts get another"
                                + " answer, so their configuration hash differs",
                        "write the address behind the name in spread.conf, for example '" + name
                                + " 10.1.2.3', in the file of all daemons; or correct /etc/hosts"));
            }
        });
        List<Daemon> written = facts.configuration.daemons().stream()
                .filter(each -> each.address().isLoopback() && !facts.resolved.containsKey(each.name()))
                .toList();
        if (others && !written.isEmpty()) {
            found.add(new Finding(
                    "loopback-among-others",
                    written
                            + " have loopback addresses in the file, which lead to no other machine, and other daemons do not",
                    "write the addresses by which other machines reach them"));
        }
        return found;
    }
}
