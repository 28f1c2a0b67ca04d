package org.flushspread.daemon;

import java.nio.file.Path;
import java.util.Optional;
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

    @Option(
            names = "--monitor-key",
            paramLabel = "FILE",
            description =
                    "Obey only commands of monitors (partition, heal, flow, reload, kill) that are signed with a key"
                            + " of this file, which only its owner may read; DangerousMonitor is not needed then. Read again at a"
                            + " reload.")
    private @Nullable Path monitorKey;

    @Option(
            names = "--new-monitor-key",
            paramLabel = "FILE",
            description = "Make a key file for --monitor-key with a new key, and end.")
    private @Nullable Path newMonitorKey;

    @Option(
            names = "--clear-passwords",
            paramLabel = "y|n",
            description =
                    "Offer clients the method PWORD, which sends the password, where the configuration allows it; with"
                            + " n they have to prove it by SCRAM-SHA-256, which C clients do not know. Default: y.")
    private @Nullable String clearPasswords;

    /** Where a key file is to be made, if that is all that is wanted. */
    Optional<Path> newMonitorKey() {
        return Optional.ofNullable(newMonitorKey);
    }

    /** The options with what was given. */
    DaemonOptions in(DaemonOptions options) {
        DaemonOptions with = access == null ? options : options.withAccess(access);
        with = monitorKey == null ? with : with.withMonitorKey(monitorKey);
        return with.withClearPasswords(SpreadArguments.yes("--clear-passwords", clearPasswords, true));
    }
}
