package org.flushspread.tools.monitor;

import org.flushspread.config.Configuration;
import picocli.CommandLine.Command;

/** Ends a simulated partition. */
@Command(
        name = "heal",
        description = "Ends a simulated partition; the rings merge at their next lookup.",
        footer = "Exit status: 0 if it was sent, 1 if not.")
final class HealCommand extends ChangingCommand {
    @Override
    public Integer call() {
        Configuration configuration = program.configuration();
        requireDangerousMonitor(configuration);
        try (MonitorPort port = program.open(configuration)) {
            port.partition(new short[configuration.daemons().size()]);
            port.takeUnsent().forEach(each -> err().println("spmonitor: cannot send to " + each));
        }
        err().println("All daemons were told to hear all others again; rings find each other within the lookup time ("
                + configuration.timers().lookup().toSeconds() + " s).");
        return 0;
    }
}
