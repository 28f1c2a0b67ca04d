package org.flushspread.daemon;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say who may do what (security 4). */
final class AccessArguments {
    @Option(
            names = "--access",
            paramLabel = "FILE",
            description = "Which clients may connect, join, leave and send, to which groups, and who may ask the admin"
                    + " endpoint. Read again at a reload. Default: everybody may do everything.")
    private @Nullable Path access;

    /** The options with what was given. */
    DaemonOptions in(DaemonOptions options) {
        return access == null ? options : options.withAccess(access);
    }
}
