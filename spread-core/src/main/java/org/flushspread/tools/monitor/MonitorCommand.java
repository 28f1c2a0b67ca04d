package org.flushspread.tools.monitor;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What the commands of spmonitor have in common. */
public abstract class MonitorCommand implements Callable<Integer> {
    /** The program. */
    @ParentCommand
    protected SpMonitor program = new SpMonitor();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Output for people or programs. */
    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json",
            description = "A table for people (default), or JSON for programs.")
    protected Table.Format format = Table.Format.table;

    @Option(
            names = "--timeout",
            paramLabel = "MS",
            description = "Milliseconds to wait for answers of daemons (default: ${DEFAULT-VALUE}).")
    private int timeout = 2000;

    /** Where results go. */
    protected final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Where remarks for a person go, so that results can be read by programs. */
    protected final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** How long to wait for daemons. */
    protected final Duration patience() {
        return Duration.ofMillis(Math.max(1, timeout));
    }

    /** The daemons of these names, or all if none is given. */
    static List<Daemon> daemons(Configuration configuration, List<String> names) {
        List<Daemon> found = new ArrayList<>();
        for (String each : names) {
            for (String name : each.split(",", -1)) {
                found.add(configuration.requireByName(name.strip()));
            }
        }
        return names.isEmpty() ? configuration.daemons() : found;
    }
}
