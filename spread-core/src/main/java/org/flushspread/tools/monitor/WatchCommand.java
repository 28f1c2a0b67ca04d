package org.flushspread.tools.monitor;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.tools.admin.Json;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A live view of the ring in the terminal. */
@Command(
        name = "watch",
        description =
                "Shows the ring live in the terminal; q leaves. With -o json, one object for each question, a line each.",
        footer = "Exit status: 0.")
final class WatchCommand extends MonitorCommand {
    @Option(
            names = "--count",
            paramLabel = "N",
            description = "Leave after so many questions. Default: when the person leaves.")
    private int count = Integer.MAX_VALUE;

    private final WatchHistory history = new WatchHistory();

    @Override
    public Integer call() throws IOException {
        Configuration configuration = program.configuration();
        int seconds = program.interval(1);
        try (MonitorPort port = program.open(configuration)) {
            if (format == Table.Format.json) {
                json(configuration, port, seconds);
            } else {
                screen(configuration, port, seconds);
            }
        }
        return 0;
    }

    private void json(Configuration configuration, MonitorPort port, int seconds) {
        for (int i = 0; i < count; i++) {
            long next = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
            ask(configuration, port, seconds);
            out().println(Json.of(history.latest(configuration)));
            out().flush();
            if (i + 1 < count) {
                WatchHistory.pause(next - System.nanoTime());
            }
        }
    }

    private void ask(Configuration configuration, MonitorPort port, int seconds) {
        Duration longest = Duration.ofMillis(
                Math.min(patience().toMillis(), Duration.ofSeconds(seconds).toMillis() / 2));
        Map<Daemon, MonitorPort.Answer> answers = port.status(configuration.daemons(), longest);
        history.add(answers, RingView.of(configuration, configuration.daemons(), answers, port), System.nanoTime());
    }

    private void screen(Configuration configuration, MonitorPort port, int seconds) throws IOException {
        try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
            if (Set.of(Terminal.TYPE_DUMB, Terminal.TYPE_DUMB_COLOR).contains(terminal.getType())) {
                throw new MonitorException("watch needs a terminal; use 'watch -o json' for a program");
            }
            Attributes before = terminal.enterRawMode();
            PrintWriter writer = terminal.writer();
            terminal.puts(Capability.enter_ca_mode);
            terminal.puts(Capability.cursor_invisible);
            try {
                draw(configuration, port, seconds, terminal);
            } finally {
                terminal.puts(Capability.cursor_visible);
                terminal.puts(Capability.exit_ca_mode);
                terminal.setAttributes(before);
                writer.flush();
            }
        }
    }

    private void draw(Configuration configuration, MonitorPort port, int seconds, Terminal terminal)
            throws IOException {
        Display display = new Display(terminal, true);
        WatchScreen screen = new WatchScreen(configuration, history, program.source());
        for (int i = 0; i < count; i++) {
            long next = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
            ask(configuration, port, seconds);
            do {
                Size size = terminal.getSize();
                int width = Math.max(1, size.getColumns());
                int height = Math.max(1, size.getRows());
                display.resize(size);
                List<AttributedString> lines = screen.lines(width, height);
                display.update(lines, 0);
                Optional<Character> key = key(terminal.reader(), next - System.nanoTime());
                if (key.isPresent() && "q9\u0003\u0004".indexOf(key.get()) >= 0) {
                    return;
                }
            } while (System.nanoTime() < next);
        }
    }

    /** A key, or nothing until the time is over. */
    private static Optional<Character> key(NonBlockingReader reader, long nanos) throws IOException {
        int key = reader.read(Math.max(1, Duration.ofNanos(nanos).toMillis()));
        if (key == NonBlockingReader.EOF) {
            return Optional.of('q');
        }
        return key < 0 ? Optional.empty() : Optional.of((char) key);
    }
}
