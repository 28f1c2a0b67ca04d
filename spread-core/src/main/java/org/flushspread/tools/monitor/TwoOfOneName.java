package org.flushspread.tools.monitor;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.flushspread.config.Daemon;
import org.flushspread.tools.monitor.MonitorPort.Answer;
import org.flushspread.wire.IpAddress;

/** Two daemons were started with one name, or one on the host of another: each takes the other's packets for its own. */
final class TwoOfOneName implements Check {
    @Override
    public List<Finding> judge(Facts facts) {
        Map<Daemon, Set<InetAddress>> sources = new LinkedHashMap<>();
        for (Answer each : facts.allAnswers) {
            if (!each.source().isLoopbackAddress()) {
                sources.computeIfAbsent(each.from(), key -> new LinkedHashSet<>())
                        .add(each.source());
            }
        }
        List<Finding> found = new ArrayList<>();
        sources.forEach((daemon, addresses) -> {
            String from = addresses.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(" and "));
            Daemon host = addresses.stream()
                    .map(each -> facts.configuration.byAddress(IpAddress.of(each.getAddress())))
                    .filter(each -> each != null && !each.equals(daemon))
                    .findFirst()
                    .orElse(null);
            if (addresses.size() > 1 || host != null) {
                found.add(new Finding(
                        "two-of-one-name",
                        "a daemon that calls itself " + daemon.name() + " answers from " + from
                                + (host == null ? "" : ", where the file has " + host),
                        "start each daemon on its own host, with its own name: -n "
                                + (host == null ? daemon : host).name() + " there"));
            }
        });
        return found;
    }
}
