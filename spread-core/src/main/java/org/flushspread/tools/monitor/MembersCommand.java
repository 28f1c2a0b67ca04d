package org.flushspread.tools.monitor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.flushspread.tools.admin.AdminClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The members of groups. */
@Command(
        name = "members",
        description = "Lists the members of process groups, as the daemon of this host knows them.",
        footer =
                "Needs a daemon of this project on this host. Exit status: 0, or 1 if it cannot be asked or a group that"
                        + " was named does not exist.")
final class MembersCommand extends AdminCommand {
    @Parameters(paramLabel = "GROUP", arity = "0..*", description = "Only these groups.")
    private List<String> names = new ArrayList<>();

    @Override
    public Integer call() {
        Table table = new Table("group", "member", "daemon");
        List<String> missing = new ArrayList<>(names);
        for (Map<?, ?> each : AdminClient.objects(daemonStatus(), "groups")) {
            String group = String.valueOf(each.get("name"));
            missing.remove(group);
            if ((names.isEmpty() || names.contains(group)) && each.get("members") instanceof List<?> members) {
                for (Object member : members) {
                    String name = String.valueOf(member);
                    table.row(group, name, name.substring(name.lastIndexOf('#') + 1));
                }
            }
        }
        table.print(format, out());
        missing.forEach(each -> err().println("spmonitor: there is no group '" + each + "'"));
        return missing.isEmpty() ? 0 : SpMonitor.WRONG;
    }
}
