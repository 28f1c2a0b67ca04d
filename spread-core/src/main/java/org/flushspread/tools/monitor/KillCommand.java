package org.flushspread.tools.monitor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.wire.MonitorPackets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Stops daemons (monitor-protocol 4). */
@Command(
        name = "kill",
        description = "Stops daemons.",
        footer = "Exit status: 0 if they answered and do not any more, else 1.")
final class KillCommand extends ChangingCommand {
    private static final Duration LONGEST = Duration.ofSeconds(5);

    @Parameters(paramLabel = "DAEMON", arity = "1..*", description = "Names of daemons, or 'all'.")
    private List<String> names = new ArrayList<>();

    @Override
    public Integer call() {
        Configuration configuration = program.configuration();
        requireDangerousMonitor(configuration);
        Set<Daemon> chosen = new LinkedHashSet<>(
                names.equals(List.of("all")) ? configuration.daemons() : daemons(configuration, names));
        if (!mayDo("stops " + chosen.stream().map(Daemon::toString).collect(Collectors.joining(", "))
                + " and disconnects " + (chosen.size() == 1 ? "its" : "their")
                + " clients. A C daemon aborts; one of this project stops in order. Nothing here can"
                + " start them again. A simulated partition ends.")) {
            return SpMonitor.WRONG;
        }
        try (MonitorPort port = program.open(configuration)) {
            Map<Daemon, MonitorPort.Answer> before = port.status(chosen, patience());
            chosen.stream()
                    .filter(each -> !before.containsKey(each))
                    .forEach(each -> err().println("spmonitor: " + each
                            + " does not answer even now; whether it obeys cannot be seen"));
            short[] table = new short[configuration.daemons().size()];
            chosen.forEach(each -> table[each.index()] = MonitorPackets.EXIT);
            port.partition(table, chosen);
            long end = System.nanoTime() + LONGEST.toNanos();
            Map<Daemon, MonitorPort.Answer> alive;
            do {
                alive = port.status(chosen, patience());
            } while (!alive.isEmpty() && System.nanoTime() < end);
            alive.keySet()
                    .forEach(each -> err().println("spmonitor: " + each
                            + " still answers; is its DangerousMonitor off, or does it want a"
                            + " signature (--monitor-key)?"));
            return alive.isEmpty() && before.size() == chosen.size() ? 0 : SpMonitor.WRONG;
        }
    }
}
