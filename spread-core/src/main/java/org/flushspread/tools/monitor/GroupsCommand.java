package org.flushspread.tools.monitor;

import java.util.Map;
import org.flushspread.tools.admin.AdminClient;
import picocli.CommandLine.Command;

/** The groups there are. */
@Command(
        name = "groups",
        description = "Lists the process groups that the daemon of this host knows.",
        footer = "Needs a daemon of this project on this host. Exit status: 0, or 1 if it cannot be asked.")
final class GroupsCommand extends AdminCommand {
    @Override
    public Integer call() {
        Table table = new Table("group", "members");
        for (Map<?, ?> each : AdminClient.objects(daemonStatus(), "groups")) {
            table.row(each.get("name"), each.get("size"));
        }
        table.print(format, out());
        return 0;
    }
}
