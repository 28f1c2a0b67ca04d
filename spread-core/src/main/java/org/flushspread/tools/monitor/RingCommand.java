package org.flushspread.tools.monitor;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.wire.StatusReply;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** The rings there are, the way of the token and how fast it goes. */
@Command(
        name = "ring",
        description = "Shows the rings that the daemons are in, the way of the token and its rotation time.",
        footer = "Exit status: 0 if all daemons are in one operational ring, else 1.")
final class RingCommand extends MonitorCommand {
    private static final Duration SAMPLE = Duration.ofMillis(1200);
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double HUNDREDTH = 100.0;

    @Override
    public Integer call() throws InterruptedException {
        Configuration configuration = program.configuration();
        try (MonitorPort port = program.open(configuration)) {
            Map<Daemon, MonitorPort.Answer> before = port.status(configuration.daemons(), patience());
            // What is shown is a rate: the difference of two answers over this time.
            Thread.sleep(SAMPLE.toMillis());
            Map<Daemon, MonitorPort.Answer> answers = port.status(configuration.daemons(), patience());
            RingView view = RingView.of(configuration, configuration.daemons(), answers, port);
            Table table = new Table(
                    "ring", "members", "size", "token_way", "protocol", "window", "rotation_ms", "membership_id");
            int number = 1;
            for (RingView.Ring each : view.rings()) {
                row(table, number++, each, before);
            }
            table.print(format, out());
            List<String> problems = view.problems();
            problems.forEach(each -> err().println("spmonitor: " + each));
            program.hintIfSilent(answers.isEmpty());
            return problems.isEmpty() ? 0 : SpMonitor.WRONG;
        }
    }

    private static void row(Table table, int number, RingView.Ring ring, Map<Daemon, MonitorPort.Answer> before) {
        MonitorPort.Answer first = ring.answers().get(0);
        StatusReply status = first.status();
        String names = String.join(" > ", ring.names());
        table.row(
                number,
                ring.names(),
                ring.size(),
                ring.answers().size() == ring.size()
                        ? names + " > " + first.from().name()
                        : null,
                status.accelerated() == 0 ? "regular" : "accelerated",
                status.window() + "/" + status.personalWindow() + "/" + status.acceleratedWindow(),
                rotation(before.get(first.from()), first),
                first.facts() == null ? null : first.facts().membership().toString());
    }

    /** Mean time between two visits of the token, in milliseconds; null if the ring changed in between or no token came. */
    static @Nullable Double rotation(MonitorPort.@Nullable Answer before, MonitorPort.Answer now) {
        if (before == null
                || before.status().membershipChanges() != now.status().membershipChanges()) {
            return null;
        }
        int rounds = now.status().tokenRounds() - before.status().tokenRounds();
        return rounds <= 0
                ? null
                : Math.round((now.nanos() - before.nanos()) / NANOS_PER_MILLI / rounds * HUNDREDTH) / HUNDREDTH;
    }
}
