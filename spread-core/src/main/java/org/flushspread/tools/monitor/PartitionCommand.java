package org.flushspread.tools.monitor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.flushspread.config.Configuration;
import org.flushspread.config.ConfigurationException;
import org.flushspread.config.Daemon;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Simulates a network partition (monitor-protocol 4). */
@Command(
        name = "partition",
        description =
                "Simulates a network partition: 'partition d1,d2 d3' lets d1 and d2 hear each other, and d3 nobody.",
        footer = {
            "Daemons that are not named stay together in a component of their own. Daemons forget a partition after 60"
                    + " seconds unless it is repeated.",
            "Exit status: 0 if it was sent, 1 if not."
        })
final class PartitionCommand extends ChangingCommand {
    private static final Duration REPEAT = Duration.ofSeconds(25);
    private static final short REST = 0;

    @Parameters(paramLabel = "COMPONENT", arity = "1..*", description = "Names of daemons with commas between them.")
    private List<String> components = new ArrayList<>();

    @Option(
            names = "--for",
            paramLabel = "SECONDS",
            description = "Repeat it for so long, then heal. Default: send it once; it lasts 60 s.")
    private @Nullable Integer seconds;

    @Override
    public Integer call() throws InterruptedException {
        Configuration configuration = program.configuration();
        requireDangerousMonitor(configuration);
        short[] map = map(configuration, components);
        int hold = seconds == null ? 0 : seconds;
        if (!mayDo("cuts the ring into " + describe(configuration, map)
                + ": no daemon hears those of another part, clients see them leave. It lasts "
                + (hold == 0 ? "60" : Integer.toString(hold)) + " s, or until 'spmonitor heal'.")) {
            return SpMonitor.WRONG;
        }
        try (MonitorPort port = program.open(configuration)) {
            long end = System.nanoTime() + Duration.ofSeconds(hold).toNanos();
            port.partition(map);
            port.takeUnsent().forEach(each -> err().println("spmonitor: cannot send to " + each));
            if (hold > 0) {
                for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                    // C daemons forget a partition that is not said again in time.
                    Thread.sleep(Math.min(Duration.ofNanos(left).toMillis() + 1, REPEAT.toMillis()));
                    port.partition(map);
                }
                port.partition(new short[map.length]);
                err().println("Healed.");
            }
        }
        return 0;
    }

    /** The component of each daemon. */
    static short[] map(Configuration configuration, List<String> components) {
        short[] map = new short[configuration.daemons().size()];
        Arrays.fill(map, REST);
        short number = REST;
        for (String component : components) {
            number++;
            for (Daemon each : daemons(configuration, List.of(component))) {
                if (map[each.index()] != REST) {
                    throw new ConfigurationException(each.name() + " stands in two components");
                }
                map[each.index()] = number;
            }
        }
        return map;
    }

    private static String describe(Configuration configuration, short[] map) {
        List<String> parts = new ArrayList<>();
        for (int component = 0; component <= configuration.daemons().size(); component++) {
            int which = component;
            List<String> names = configuration.daemons().stream()
                    .filter(each -> map[each.index()] == which)
                    .map(Daemon::name)
                    .toList();
            if (!names.isEmpty()) {
                parts.add(String.join(" ", names));
            }
        }
        return String.join(" | ", parts);
    }
}
