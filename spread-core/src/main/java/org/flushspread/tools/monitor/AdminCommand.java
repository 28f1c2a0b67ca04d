package org.flushspread.tools.monitor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.tools.admin.AdminClient;
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
        Path socket = admin != null ? admin : usual();
        if (!Files.exists(socket)) {
            throw new MonitorException("there is no " + socket
                    + ": groups and sessions are told by a daemon of this project on this host, on its admin socket beside"
                    + " the clients' one. If it uses another directory, name the socket with --admin.");
        }
        try {
            return new AdminClient(socket).object("/status");
        } catch (IOException e) {
            throw new MonitorException("cannot ask the daemon over " + socket + ": " + e.getMessage()
                    + ". Is it running, of this version, and are you its user or root?");
        }
    }

    private Path usual() {
        Configuration configuration = program.configuration();
        Daemon self = program.self(configuration);
        return Path.of("/tmp", self.port() + ".admin");
    }
}
