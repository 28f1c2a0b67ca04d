package org.flushspread.daemon;

import java.io.PrintWriter;
import org.flushspread.config.ConfigurationException;

/**
 * How the program {@code spread} ends: its exit status, and the sentence for a person. The statuses are those that service managers know
 * (0 and sysexits); a manager that restarts on failure should not do so after {@link #USAGE}.
 */
enum Ending {
    /** A signal or a monitor told it to stop. */
    STOPPED(0),
    /** It cannot start or go on for a reason outside the program: configuration, addresses, files. */
    FAILED(1),
    /** The command line is wrong. */
    USAGE(2),
    /** An error of the program, its installation or its memory; systemd shows 70 as SOFTWARE. */
    BROKEN(70);

    final int status;

    Ending(int status) {
        this.status = status;
    }

    /** Says why the program cannot start, whatever was thrown. */
    static Ending told(Throwable why, PrintWriter err) {
        if (why instanceof ConfigurationException || why instanceof DaemonStartException) {
            err.println("spread: " + why.getMessage());
            return why.getCause() instanceof Error ? BROKEN : FAILED;
        }
        err.println("spread: cannot start: " + reason(why));
        if (!(why instanceof OutOfMemoryError)) {
            why.printStackTrace(err);
        }
        return BROKEN;
    }

    /** One sentence for whatever was thrown. */
    static String reason(Throwable why) {
        if (why instanceof OutOfMemoryError) {
            return "out of memory (" + why.getMessage()
                    + "); give it more (FLUSH_SPREAD_HEAP, FLUSH_SPREAD_DIRECT), or allow more threads";
        }
        if (why instanceof LinkageError) {
            return "the installation is incomplete or was changed while the program ran (" + why
                    + "); build or install it again";
        }
        return "an error in the program, please report it (" + why + ")";
    }
}
