package org.flushspread.tools;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The flags of spuser and sptuser. */
class UserOptions {
    /** Exit status: could not connect. */
    static final int FAILED = 1;

    @Option(names = "-u", paramLabel = "NAME", description = "Private name, unique at the daemon (default: user).")
    String user = "user";

    @Option(names = "-s", paramLabel = "ADDRESS", description = "Daemon, PORT or PORT@HOST (default: 4803).")
    String daemon = "4803";

    @Option(names = "-n", paramLabel = "LOGIN", description = "User name for authentication with a password.")
    @Nullable
    String login;

    @Option(names = "-p", paramLabel = "PASSWORD", description = "Password, sent in the clear.")
    @Nullable
    String password;

    @Option(names = "-r", description = "Let the daemon choose the private name.")
    boolean randomName;

    /** The name of the program, as it stands before its errors. */
    final String program() {
        return getClass().getAnnotation(Command.class).name();
    }

    /** Runs a program with these flags, which C matches by their first two characters; anything else shows the usage and is no failure. */
    static int run(Object program, String[] args) {
        List<String> flags = new ArrayList<>();
        for (String arg : args) {
            boolean flag = arg.length() > 2 && arg.charAt(0) == '-' && Character.isLetter(arg.charAt(1));
            flags.add(flag ? arg.substring(0, 2) : arg);
        }
        CommandLine line = new CommandLine(program);
        line.setParameterExceptionHandler((ParameterException e, String[] all) -> {
            System.out.print("""
                    Usage: spuser
                    \t[-u <user name>]  : unique (in this machine) user name
                    \t[-s <address>]    : either port or port@machine
                    \t[-n <username>]    : username for authentication
                    \t[-p <password>]    : users password
                    \t[-r ]    : use random user name
                    """);
            return 0;
        });
        return line.execute(flags.toArray(new String[0]));
    }
}
