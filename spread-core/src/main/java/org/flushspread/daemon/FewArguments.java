package org.flushspread.daemon;

import java.nio.file.InvalidPathException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The arguments that services and scripts start a daemon with as a rule: to have a command line read by the library for it takes a quarter
 * of a daemon's whole start. What else there may be is left to the library.
 */
final class FewArguments {
    /** Variables of the environment that scripts/spread reads, and not the daemon. */
    private static final Set<String> OF_THE_LAUNCHER =
            Set.of("FLUSH_SPREAD_HOME", "FLUSH_SPREAD_HEAP", "FLUSH_SPREAD_DIRECT", "FLUSH_SPREAD_JAVA_OPTS");

    private FewArguments() {}

    /**
     * The arguments, if all of them are of this kind and nothing else is to be looked at.
     *
     * @param environment may hold options, too (configuration 6)
     */
    static Optional<SpreadArguments> of(String[] args, Map<String, String> environment) {
        if (args.length % 2 != 0 || environment.keySet().stream().anyMatch(FewArguments::isOption)) {
            return Optional.empty();
        }
        SpreadArguments few = new SpreadArguments();
        for (int i = 0; i < args.length; i += 2) {
            if (!isPlain(args[i + 1]) || !take(few, args[i], args[i + 1])) {
                return Optional.empty();
            }
        }
        return Optional.of(few);
    }

    private static boolean isOption(String variable) {
        return variable.startsWith(OptionDefaults.PREFIX) && !OF_THE_LAUNCHER.contains(variable);
    }

    /** The library makes something else of the others. */
    private static boolean isPlain(String value) {
        return !value.isEmpty() && "-@\"'".indexOf(value.charAt(0)) < 0 && !value.contains("${");
    }

    private static boolean take(SpreadArguments into, String option, String value) {
        try {
            return into.take(option, value);
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
