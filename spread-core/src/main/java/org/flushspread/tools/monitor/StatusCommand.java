package org.flushspread.tools.monitor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.wire.StatusReply;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** All daemons side by side, C daemons included. */
@Command(
        name = "status",
        description = "Shows all daemons of the configuration side by side.",
        footer = "Exit status: 0 if all answer and are in one operational ring, else 1.")
final class StatusCommand extends MonitorCommand {
    @Parameters(paramLabel = "DAEMON", arity = "0..*", description = "Only these daemons.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--wide", description = "All columns that JSON has.")
    private boolean wide;

    @Override
    public Integer call() {
        Configuration configuration = program.configuration();
        List<Daemon> asked = daemons(configuration, names);
        try (MonitorPort port = program.open(configuration)) {
            Map<Daemon, MonitorPort.Answer> answers = port.status(asked, patience());
            Table table = table();
            for (Daemon each : asked) {
                row(table, each, answers.get(each), port);
            }
            table.print(format, out());
            List<String> problems =
                    RingView.of(configuration, asked, answers, port).problems();
            problems.forEach(each -> err().println("spmonitor: " + each));
            port.takeUnsent().forEach(each -> err().println("spmonitor: cannot send to " + each));
            program.hintIfSilent(answers.isEmpty());
            return problems.isEmpty() ? 0 : SpMonitor.WRONG;
        }
    }

    private Table table() {
        String hidden = wide ? "" : Table.DETAIL;
        return new Table(
                "daemon",
                "address",
                "kind",
                "state",
                hidden + "groups_state",
                "leader",
                "members",
                "segments",
                "uptime_s",
                "sessions",
                "groups",
                "messages",
                hidden + "packets_sent",
                hidden + "packets_received",
                hidden + "packets_delivered",
                "retransmissions",
                hidden + "retransmissions_unicast",
                hidden + "retransmissions_segment",
                hidden + "retransmissions_all",
                hidden + "aru",
                hidden + "my_aru",
                hidden + "highest",
                hidden + "token_rounds",
                hidden + "token_hurries",
                "changes",
                hidden + "window",
                hidden + "personal_window",
                hidden + "accelerated",
                hidden + "accelerated_window",
                hidden + "sealed",
                hidden + "version",
                hidden + "configuration_hash",
                hidden + "membership_id");
    }

    private static void row(Table table, Daemon daemon, MonitorPort.@Nullable Answer answer, MonitorPort port) {
        String address = daemon.address().withPort(daemon.port());
        if (answer == null) {
            @Nullable Object[] values = new @Nullable Object[table.width()];
            values[0] = daemon.name();
            values[1] = address;
            values[3] = "no answer";
            table.row(values);
            return;
        }
        StatusReply s = answer.status();
        Daemon leader = port.byId(s.leader());
        table.row(
                daemon.name(),
                address,
                answer.isOurs() ? "java" : "c",
                RingView.state(s),
                RingView.groupsState(s),
                leader == null ? null : leader.name(),
                s.members(),
                s.segments(),
                s.seconds(),
                s.sessions(),
                s.groups(),
                Integer.toUnsignedLong(s.messagesDelivered()),
                Integer.toUnsignedLong(s.packetsSent()),
                Integer.toUnsignedLong(s.packetsReceived()),
                Integer.toUnsignedLong(s.packetsDelivered()),
                Integer.toUnsignedLong(s.retransmissions()),
                Integer.toUnsignedLong(s.unicastRetransmissions()),
                Integer.toUnsignedLong(s.segmentRetransmissions()),
                Integer.toUnsignedLong(s.broadcastRetransmissions()),
                s.aru(),
                s.myAru(),
                s.highestSequence(),
                s.tokenRounds(),
                s.tokenHurries(),
                s.membershipChanges() & 0xffff,
                s.window(),
                s.personalWindow(),
                s.accelerated() != 0,
                s.acceleratedWindow(),
                answer.sealed(),
                s.majorVersion() + "." + s.minorVersion() + "." + s.patchVersion(),
                answer.facts() == null
                        ? null
                        : Integer.toUnsignedLong(answer.facts().hash()),
                answer.facts() == null ? null : answer.facts().membership().toString());
    }
}
