package org.flushspread.tools.monitor;

import java.util.Map;
import picocli.CommandLine.Command;

/** The clients of the daemon of this host. */
@Command(
        name = "sessions",
        description = "Lists the clients of the daemon of this host, with what waits for them.",
        footer = "Needs a daemon of this project on this host. Exit status: 0, or 1 if it cannot be asked.")
final class SessionsCommand extends AdminCommand {
    @Override
    public Integer call() {
        Table table = new Table("name", "kind", "queued_messages", "queued_bytes", "since");
        for (Map<?, ?> each : AdminClient.objects(daemonStatus(), "sessions")) {
            table.row(
                    each.get("name"),
                    each.get("kind"),
                    AdminClient.first(each, "queued messages", "queued_messages", "queuedMessages"),
                    AdminClient.first(each, "queued bytes", "queued_bytes", "queuedBytes"),
                    each.get("since"));
        }
        table.print(format, out());
        return 0;
    }
}
