package org.flushspread.examples;

import java.util.concurrent.Callable;
import org.flushspread.client.SpreadException;
import org.flushspread.daemon.LogSetup;
import picocli.CommandLine;

/** What the examples share around their main method: the command line, and errors as one line for a person. */
final class Example {
    private static final int FAILED = 1;

    private Example() {}

    /** Runs a program; answers its exit status. */
    static int run(Callable<Integer> program, String... args) {
        LogSetup.quiet();
        CommandLine line = new CommandLine(program).setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((e, commandLine, parsed) -> {
            if (e instanceof SpreadException || e instanceof IllegalArgumentException) {
                commandLine.getErr().println(commandLine.getCommandName() + ": " + e.getMessage());
                return FAILED;
            }
            throw e;
        });
        return line.execute(args);
    }
}
