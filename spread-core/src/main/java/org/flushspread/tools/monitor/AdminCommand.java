package org.flushspread.tools.monitor;

import java.nio.file.Path;
import java.util.Map;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that asks the daemon of this host what monitor packets cannot say. */
abstract class AdminCommand extends MonitorCommand {
    @Option(
            names = "--admin",
            paramLabel = "SOCKET",
            description =
                    "The admin socket of the daemon. Default: /tmp/PORT.admin, with the port of the daemon of this"
                            + " host.")
    private @Nullable Path admin;

    /** What the daemon says about itself. */
    final Map<?, ?> daemonStatus() {
        return new AdminClient(admin != null ? admin : usual()).get("/status");
    }

    private Path usual() {
        Configuration configuration = program.configuration();
        Daemon self = program.self(configuration);
        return Path.of("/tmp", self.port() + ".admin");
    }
}
