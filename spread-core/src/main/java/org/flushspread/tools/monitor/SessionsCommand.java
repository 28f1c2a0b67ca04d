package org.flushspread.tools.monitor;

import java.util.Map;
import org.flushspread.tools.admin.AdminClient;
import picocli.CommandLine.Command;

/** The clients of the daemon of this host. */
@Command(
        name = "sessions",
        description = "Lists the clients of the daemon of this host, with what waits for them.",
        footer = "Needs a daemon of this project on this host. Exit status: 0, or 1 if it cannot be asked.")
final class SessionsCommand extends AdminCommand {
    @Override
    public Integer call() {
        Table table =
                new Table("name", "kind", "from", "user", "state", "queued_messages", "queued_bytes", "slow", "since");
        for (Map<?, ?> each : AdminClient.objects(daemonStatus(), "sessions")) {
            table.row(
                    each.get("name"),
                    each.get("kind"),
                    each.get("from"),
                    each.get("user"),
                    each.get("state"),
                    each.get("queuedMessages"),
                    each.get("queuedBytes"),
                    each.get("slow"),
                    each.get("since"));
        }
        table.print(format, out());
        return 0;
    }
}
