package org.flushspread.tools.monitor;

import java.io.Console;
import java.util.Locale;
import org.flushspread.config.Configuration;
import picocli.CommandLine.Option;

/**
 * A command that changes something: it says what it will do and to whom, and asks a person at a terminal; elsewhere it wants to be told
 * that it may. Monitor packets are not answered, so it looks afterwards whether the daemons obeyed.
 */
abstract class ChangingCommand extends MonitorCommand {
    @Option(
            names = {"-y", "--yes"},
            description = "Do it without asking.")
    private boolean yes;

    @Option(names = "--force", description = "Send it also where the file says that daemons refuse it.")
    private boolean force;

    /**
     * Daemons of Spread 4.4, and those of this project without a key for monitors, refuse what follows unless their file allows it
     * (monitor-protocol 2).
     */
    final void requireDangerousMonitor(Configuration configuration) {
        boolean signed = program.commandKeys().isPresent();
        if (!configuration.options().dangerousMonitor() && !signed && !force) {
            throw new MonitorException(program.source()
                    + " does not say 'DangerousMonitor = true', so daemons that run with it refuse this. Write it into the"
                    + " file of all daemons and reload or restart them, or send it all the same with --force. Daemons with a"
                    + " --monitor-key want a signature instead: name the key with --monitor-key here.");
        }
    }

    /** True if it may be done. */
    @SuppressWarnings("SystemConsoleNull") // from JDK 22 on a pipe is asked too, and its end is a no
    final boolean mayDo(String what) {
        err().println("This " + what);
        if (yes) {
            return true;
        }
        Console console = System.console();
        if (console == null) {
            throw new MonitorException("not done: nobody is there to be asked; say --yes");
        }
        String answer = console.readLine("Go on? [y/N] ");
        boolean may = answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
        if (!may) {
            err().println("Not done.");
        }
        return may;
    }
}
