package org.flushspread.tools.monitor;

import java.util.List;
import org.flushspread.config.Configuration;
import picocli.CommandLine.Command;

/** Has all daemons read their configuration again (monitor-protocol 6). */
@Command(
        name = "reload",
        description = "Has all daemons read their spread.conf again.",
        footer = "Exit status: 0 if it was sent, 1 if not.")
final class ReloadCommand extends ChangingCommand {
    @Override
    public Integer call() {
        Configuration configuration = program.configuration();
        boolean refused = !configuration.options().dangerousMonitor()
                && program.commandKeys().isEmpty();
        if (!mayDo("has " + configuration.daemons().size()
                + " daemons read the file that each was started with. It costs a membership change even if nothing has"
                + " changed; a C daemon that cannot use its file ends, one of this project keeps what it has."
                + (refused ? " Daemons of this project refuse it while DangerousMonitor is off; C daemons do not." : "")
                + (configuration.options().acceleratedRing().isEmpty()
                        ? " AcceleratedRing is not set: C daemons change their configuration hash by this, and daemons"
                                + " that are started later do not find them (configuration 4.3)."
                        : ""))) {
            return SpMonitor.WRONG;
        }
        try (MonitorPort port = program.open(configuration)) {
            port.reload();
            List<String> unsent = port.takeUnsent();
            unsent.forEach(each -> err().println("spmonitor: cannot send to " + each));
            return unsent.isEmpty() ? 0 : SpMonitor.WRONG;
        }
    }
}
