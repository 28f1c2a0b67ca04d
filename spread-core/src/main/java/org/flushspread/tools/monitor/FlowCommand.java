package org.flushspread.tools.monitor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.flushspread.config.Configuration;
import org.flushspread.config.ConfigurationException;
import org.flushspread.config.Daemon;
import org.flushspread.wire.MonitorPackets;
import org.flushspread.wire.StatusReply;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows and sets the windows of flow control (monitor-protocol 5). */
@Command(
        name = "flow",
        description = "Shows the windows of flow control, or sets them until the next reload or start.",
        footer = "Exit status: 0 if daemons have the windows that were given, else 1.")
final class FlowCommand extends ChangingCommand {
    private static final int SETTLE_MILLIS = 300;

    @Parameters(
            paramLabel = "DAEMON",
            arity = "0..*",
            description = "Set PersonalWindow and AcceleratedWindow of these only.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--window", paramLabel = "N", description = "Packets of all daemons in a rotation of the token.")
    private @Nullable Short window;

    @Option(names = "--personal", paramLabel = "N", description = "Packets of one daemon in a rotation.")
    private @Nullable Short personal;

    @Option(names = "--accelerated", paramLabel = "N", description = "Of these, packets that may follow the token.")
    private @Nullable Short accelerated;

    @Override
    public Integer call() throws InterruptedException {
        Configuration configuration = program.configuration();
        List<Daemon> chosen = daemons(configuration, names);
        try (MonitorPort port = program.open(configuration)) {
            boolean change = window != null || personal != null || accelerated != null;
            if (change) {
                requireDangerousMonitor(configuration);
                checkWindows(configuration);
                if (!mayDo("sets " + describe(chosen)
                        + ", at once and until the configuration is read again. Windows that are too small slow the ring"
                        + " down, too large ones make it lose packets.")) {
                    return SpMonitor.WRONG;
                }
                set(configuration, chosen, port);
                // Nobody answers this packet; each daemon takes it in its next turn, and is then asked what it has.
                Thread.sleep(SETTLE_MILLIS);
            }
            return show(configuration, chosen, port);
        }
    }

    private void checkWindows(Configuration configuration) {
        if (window != null && window < 1
                || personal != null && personal < 1
                || accelerated != null && accelerated < 0) {
            throw new ConfigurationException(
                    "Window and PersonalWindow must be positive (0 stops C daemons), AcceleratedWindow at least 0");
        }
        if (window != null && configuration.daemons().size() >= MonitorPackets.SLOTS) {
            throw new ConfigurationException("with 128 daemons the packet has no room for the Window of all");
        }
    }

    private String describe(List<Daemon> chosen) {
        List<String> parts = new ArrayList<>();
        if (window != null) {
            parts.add("Window to " + window + " at all daemons");
        }
        String of = names.isEmpty()
                ? "all daemons"
                : String.join(", ", chosen.stream().map(Daemon::name).toList());
        if (personal != null) {
            parts.add("PersonalWindow to " + personal + " at " + of);
        }
        if (accelerated != null) {
            parts.add("AcceleratedWindow to " + accelerated + " at " + of);
        }
        return String.join(", ", parts);
    }

    private void set(Configuration configuration, List<Daemon> chosen, MonitorPort port) {
        int daemons = configuration.daemons().size();
        short[] first = new short[Math.min(daemons + 1, MonitorPackets.SLOTS)];
        short[] second = new short[first.length];
        Arrays.fill(first, (short) MonitorPackets.UNCHANGED);
        Arrays.fill(second, (short) MonitorPackets.UNCHANGED);
        if (window != null) {
            first[daemons] = window;
        }
        for (Daemon each : chosen) {
            first[each.index()] = personal == null ? first[each.index()] : personal;
            second[each.index()] = accelerated == null ? second[each.index()] : accelerated;
        }
        port.flowControl(first, second);
    }

    private int show(Configuration configuration, List<Daemon> chosen, MonitorPort port) {
        Map<Daemon, MonitorPort.Answer> answers = port.status(configuration.daemons(), patience());
        Table table = new Table("daemon", "window", "personal_window", "accelerated_window", "accelerated");
        boolean obeyed = true;
        for (Daemon each : configuration.daemons()) {
            MonitorPort.Answer answer = answers.get(each);
            if (answer == null) {
                table.row(each.name(), null, null, null, null);
                obeyed = false;
                continue;
            }
            StatusReply s = answer.status();
            table.row(each.name(), s.window(), s.personalWindow(), s.acceleratedWindow(), s.accelerated() != 0);
            boolean mine = chosen.contains(each);
            if (window != null && s.window() != window
                    || mine && personal != null && s.personalWindow() != personal
                    || mine && accelerated != null && s.acceleratedWindow() != accelerated) {
                err().println("spmonitor: " + each.name()
                        + " has other windows than these: its DangerousMonitor is off, or it wants a signature"
                        + " (--monitor-key), or the windows do not fit each other (AcceleratedWindow <= PersonalWindow <="
                        + " Window)");
                obeyed = false;
            }
        }
        table.print(format, out());
        program.hintIfSilent(answers.isEmpty());
        return obeyed ? 0 : SpMonitor.WRONG;
    }
}
