package org.flushspread.tools.monitor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.wire.StatusReply;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** The lines of the live view: one for each daemon, below them the bars of what happened lately. */
final class WatchScreen {
    private static final String BARS = " ▁▂▃▄▅▆▇█";
    private static final int NAME = 19;
    private static final int LINES_WITHOUT_DAEMONS = 4;
    private static final int THOUSAND = 1000;
    private static final int MANY = 10_000;

    private final Configuration configuration;
    private final WatchHistory history;
    private final String file;

    WatchScreen(Configuration configuration, WatchHistory history, String file) {
        this.configuration = configuration;
        this.history = history;
        this.file = file;
    }

    /** As many lines as fit, the most important first. */
    List<AttributedString> lines(int width, int height) {
        List<AttributedString> lines = new ArrayList<>();
        lines.add(styled(" spmonitor watch   " + file + "   q leaves", AttributedStyle.DEFAULT.inverse(), width));
        List<String> problems = history.problems();
        if (problems.isEmpty()) {
            lines.add(styled(" one operational ring", color(AttributedStyle.GREEN), width));
        }
        problems.forEach(
                each -> lines.add(styled(" " + each, color(AttributedStyle.RED).bold(), width)));
        lines.add(styled(
                String.format(
                        " %-" + NAME + "s %-11s %-8s %3s %9s %9s %9s %9s %7s %5s %5s %7s",
                        "DAEMON",
                        "STATE",
                        "LEADER",
                        "MEM",
                        "TOKEN ms",
                        "MSGS/s",
                        "PACKETS/s",
                        "RETRANS/s",
                        "BACKLOG",
                        "SESS",
                        "GRPS",
                        "CHANGES"),
                AttributedStyle.DEFAULT.bold(),
                width));
        configuration.daemons().forEach(each -> lines.add(daemon(each, width)));
        bars(lines, "messages/s", WatchHistory.Sample::messages, AttributedStyle.GREEN, width, height);
        bars(lines, "token ms", WatchHistory.Sample::rotationMillis, AttributedStyle.CYAN, width, height);
        bars(lines, "retransmissions/s", WatchHistory.Sample::retransmissions, AttributedStyle.YELLOW, width, height);
        bars(lines, "packets on the way", WatchHistory.Sample::backlog, AttributedStyle.MAGENTA, width, height);
        while (lines.size() < height) {
            lines.add(AttributedString.EMPTY);
        }
        return lines.subList(0, height);
    }

    private AttributedString daemon(Daemon daemon, int width) {
        MonitorPort.Answer answer = history.answer(daemon);
        if (answer == null) {
            return styled(
                    String.format(" %-" + NAME + "s no answer", daemon.name()), color(AttributedStyle.RED), width);
        }
        StatusReply s = answer.status();
        List<WatchHistory.Sample> samples = history.of(daemon);
        WatchHistory.Sample sample = samples.get(samples.size() - 1);
        Daemon leader = configuration.daemons().stream()
                .filter(each -> each.id() == s.leader())
                .findFirst()
                .orElse(null);
        String line = String.format(
                " %-" + NAME + "s %-11s %-8.8s %3d %9s %9s %9s %9s %7d %5d %5d %7d",
                daemon.name(),
                RingView.state(s),
                leader == null ? "-" : leader.name(),
                s.members(),
                String.format(Locale.ROOT, "%.2f", sample.rotationMillis()),
                amount(sample.messages()),
                amount(sample.packets()),
                amount(sample.retransmissions()),
                sample.backlog(),
                s.sessions(),
                s.groups(),
                s.membershipChanges() & 0xffff);
        return styled(
                line, RingView.state(s).equals("OP") ? AttributedStyle.DEFAULT : color(AttributedStyle.YELLOW), width);
    }

    /** One line of bars for each daemon, scaled to the highest of all; only if they fit. */
    private void bars(
            List<AttributedString> lines,
            String title,
            ToDoubleFunction<WatchHistory.Sample> value,
            int color,
            int width,
            int height) {
        int daemons = configuration.daemons().size();
        if (lines.size() + daemons + 2 > height || width < 2 * NAME) {
            return;
        }
        double most = configuration.daemons().stream()
                .flatMap(each -> history.of(each).stream())
                .mapToDouble(value)
                .max()
                .orElse(0);
        lines.add(AttributedString.EMPTY);
        lines.add(styled(" " + title + ", highest " + amount(most), AttributedStyle.DEFAULT.bold(), width));
        int room = width - NAME - LINES_WITHOUT_DAEMONS;
        for (Daemon each : configuration.daemons()) {
            List<WatchHistory.Sample> samples = history.of(each);
            StringBuilder bars = new StringBuilder();
            for (WatchHistory.Sample sample : samples.subList(Math.max(0, samples.size() - room), samples.size())) {
                bars.append(sample.answered() ? bar(value.applyAsDouble(sample), most) : '·');
            }
            lines.add(styled(String.format(" %-" + NAME + "s %s", each.name(), bars), color(color), width));
        }
    }

    /** Whatever is more than nothing shows. */
    static char bar(double value, double most) {
        if (value <= 0 || most <= 0) {
            return BARS.charAt(0);
        }
        return BARS.charAt(Math.max(1, (int) Math.round(value / most * (BARS.length() - 1))));
    }

    private static String amount(double value) {
        return value >= MANY
                ? String.format(Locale.ROOT, "%.1fk", value / THOUSAND)
                : String.format(Locale.ROOT, value >= THOUSAND ? "%.0f" : "%.1f", value);
    }

    private static AttributedStyle color(int color) {
        return AttributedStyle.DEFAULT.foreground(color);
    }

    private static AttributedString styled(String text, AttributedStyle style, int width) {
        return new AttributedStringBuilder()
                .append(text, style)
                .toAttributedString()
                .columnSubSequence(0, width);
    }
}
