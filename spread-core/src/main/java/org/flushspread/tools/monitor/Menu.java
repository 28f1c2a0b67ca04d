package org.flushspread.tools.monitor;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.flushspread.config.Configuration;
import org.flushspread.config.ConfigurationException;
import org.flushspread.config.Daemon;
import org.flushspread.config.Segment;
import org.flushspread.tools.Terminal;
import org.flushspread.wire.MonitorPackets;
import org.flushspread.wire.MonitorQuestion;
import org.flushspread.wire.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * The dialogue of the C program (monitor-protocol 10): one character selects, what daemons answer is printed between the prompts. One
 * thread reads the keyboard, one asks and repeats at times, one prints answers; everything they share is guarded by this object.
 */
final class Menu {
    private static final int REPEAT_SECONDS = 25;
    private static final Duration RECEIVE = Duration.ofHours(1);

    private final MonitorPort port;
    private final Terminal terminal;
    private final int interval;
    private final Supplier<Configuration> reread;
    private final Set<Daemon> watched = new LinkedHashSet<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "timer");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable Future<?> queries;

    private Configuration configuration;
    private short[] defined;
    private short[] sent;
    private Windows definedWindows;
    private Windows sentWindows;
    private boolean partitioned;
    private @Nullable StatusReply before;

    Menu(
            Configuration configuration,
            MonitorPort port,
            Terminal terminal,
            int interval,
            Supplier<Configuration> reread) {
        this.configuration = configuration;
        this.port = port;
        this.terminal = terminal;
        this.interval = interval;
        this.reread = reread;
        int daemons = configuration.daemons().size();
        defined = new short[daemons];
        sent = new short[daemons];
        definedWindows = Windows.unchanged(daemons);
        sentWindows = definedWindows;
    }

    /**
     * Windows to send; unlike the C program's, they leave all as it is until some were defined.
     *
     * @param personal one for each daemon, and behind them the window of all
     * @param accelerated as many
     */
    private record Windows(short[] personal, short[] accelerated) {
        static Windows unchanged(int daemons) {
            return new Windows(Menu.unchanged(windows(daemons)), Menu.unchanged(windows(daemons)));
        }
    }

    /** With 128 daemons there is no room for the window of all (monitor-protocol 7). */
    private static int windows(int daemons) {
        return Math.min(daemons + 1, MonitorPackets.SLOTS);
    }

    private static short[] unchanged(int length) {
        short[] values = new short[length];
        Arrays.fill(values, (short) MonitorPackets.UNCHANGED);
        return values;
    }

    /** Until the person leaves. */
    void run() {
        Thread printing = new Thread(this::printAnswers, "answers");
        printing.setDaemon(true);
        printing.start();
        try {
            var unused =
                    timer.scheduleAtFixedRate(this::partitionAgain, REPEAT_SECONDS, REPEAT_SECONDS, TimeUnit.SECONDS);
            show(MENU);
            String line;
            do {
                terminal.print("\nMonitor> ");
                line = terminal.readLine();
            } while (line != null && command(line));
            terminal.print("Bye.\n");
        } finally {
            timer.shutdownNow();
        }
    }

    private static final String MENU = """

            =============
            Monitor Menu:
            -------------
            \t0. Activate/Deactivate Status {all, none, Proc, CR}

            \t1. Define Partition
            \t2. Send   Partition
            \t3. Review Partition
            \t4. Cancel Partition Effects

            \t5. Define Flow Control
            \t6. Send   Flow Control
            \t7. Review Flow Control

            \t8. Terminate Spread Daemons {all, none, Proc, CR}

            \tr. Reload Configuration File

            \t9. Exit
            """;

    private void show(String text) {
        terminal.print(text);
    }

    /** False to leave. As in the C program, questions and answers wait while a command talks with the person. */
    private synchronized boolean command(String line) {
        switch (line.isEmpty() ? ' ' : line.charAt(0)) {
            case '0' -> activate();
            case '1' -> definePartition();
            case '2' -> sendPartition();
            case '3' -> reviewPartition(sent);
            case '4' -> cancelPartition();
            case '5' -> defineFlowControl();
            case '6' -> sendFlowControl();
            case '7' -> reviewFlowControl(sentWindows);
            case '8' -> terminate();
            case 'r' -> reload();
            case '9', 'q' -> {
                return false;
            }
            default -> {
                show("\nUnknown commnad\n");
                show(MENU);
            }
        }
        return true;
    }

    private void activate() {
        show("\n=============\nActivate Status\n-------------\n\n");
        Set<Daemon> chosen = new LinkedHashSet<>(watched);
        names("\tEnter Proc Name: ", chosen);
        watched.clear();
        watched.addAll(chosen);
        if (queries != null) {
            queries.cancel(false);
        }
        query();
        queries = timer.scheduleAtFixedRate(this::query, interval, interval, TimeUnit.SECONDS);
    }

    /** Names until an empty line; all and none stand for all and none. */
    private void names(String prompt, Set<Daemon> chosen) {
        while (true) {
            show(prompt);
            String name = terminal.readLine();
            if (name == null || name.isBlank()) {
                return;
            }
            Daemon daemon = configuration.byName(name.strip());
            if (daemon != null) {
                chosen.add(daemon);
            } else if (name.strip().equals("all")) {
                chosen.addAll(configuration.daemons());
            } else if (name.strip().equals("none")) {
                chosen.clear();
            } else {
                show("Please! enter a legal proc name, none, or all\n");
            }
        }
    }

    private synchronized void query() {
        if (watched.isEmpty()) {
            return;
        }
        show("Monitor: send status query\n");
        for (Daemon each : watched) {
            port.ask(each, new MonitorQuestion(MonitorQuestion.Kind.NONE, 0));
        }
        sayUnsent();
    }

    private void sayUnsent() {
        port.takeUnsent().forEach(each -> show("Monitor: cannot send to " + each + "\n"));
    }

    private void printAnswers() {
        while (true) {
            MonitorPort.Answer answer = port.receive(RECEIVE);
            if (answer != null) {
                print(answer);
            }
        }
    }

    private synchronized void print(MonitorPort.Answer answer) {
        Daemon leader = port.byId(answer.status().leader());
        show(StatusText.of(answer.status(), answer.from().name(), leader == null ? "NONE" : leader.name(), before)
                + "\nMonitor> ");
        before = answer.status();
    }

    private void definePartition() {
        show("\n=============\nDefine Partition\n-------------\n\n");
        short[] map = new short[configuration.daemons().size()];
        for (Segment segment : configuration.segments()) {
            for (Daemon each : segment.daemons()) {
                map[each.index()] = number("\t" + each.name() + "\t", text -> Short.valueOf(text.strip()));
            }
            show("\n");
        }
        defined = map;
        reviewPartition(map);
    }

    private void reviewPartition(short[] map) {
        StringBuilder text = new StringBuilder("\n=============\nPartition Map:\n-------------\n\n");
        for (Segment segment : configuration.segments()) {
            for (Daemon each : segment.daemons()) {
                text.append('\t')
                        .append(each.name())
                        .append('\t')
                        .append(map[each.index()])
                        .append('\n');
            }
            text.append('\n');
        }
        show(text.toString());
    }

    private void sendPartition() {
        sent = defined.clone();
        partitioned = true;
        transmitPartition();
    }

    private void cancelPartition() {
        sent = new short[sent.length];
        partitioned = false;
        transmitPartition();
    }

    private synchronized void partitionAgain() {
        if (partitioned) {
            transmitPartition();
        }
    }

    private void transmitPartition() {
        show("Monitor: send partition\n");
        port.partition(sent);
        sayUnsent();
    }

    private void defineFlowControl() {
        show("\n===================\nDefine Flow Control\n-------------------\n\n");
        int daemons = configuration.daemons().size();
        Windows defining = Windows.unchanged(daemons);
        short[] first = defining.personal();
        short[] second = defining.accelerated();
        short window = window("    Window size: ");
        if (daemons < first.length) {
            first[daemons] = window;
        }
        show("\n");
        for (Segment segment : configuration.segments()) {
            for (Daemon each : segment.daemons()) {
                first[each.index()] = window("\t" + each.name() + " personal window\t");
                if (isAccelerated()) {
                    second[each.index()] = window("\t" + each.name() + " accelerated window\t");
                }
            }
            show("\n");
        }
        definedWindows = defining;
        reviewFlowControl(defining);
    }

    private short window(String prompt) {
        return number(
                prompt,
                text -> text.isBlank() ? Short.valueOf((short) MonitorPackets.UNCHANGED) : Short.valueOf(text.strip()));
    }

    private boolean isAccelerated() {
        return configuration.options().acceleratedRing().orElse(false);
    }

    /** Asks until it gets one; at the end of input it is zero. */
    private short number(String prompt, Function<String, Short> reading) {
        while (true) {
            show(prompt);
            String line = terminal.readLine();
            try {
                return line == null ? 0 : reading.apply(line);
            } catch (NumberFormatException e) {
                show("Please enter a number\n");
            }
        }
    }

    private void reviewFlowControl(Windows windows) {
        int daemons = configuration.daemons().size();
        StringBuilder text =
                new StringBuilder("\n========================\nFlow Control Parameters:\n------------------------\n\n");
        text.append("Window size:  ")
                .append(daemons < windows.personal().length ? windows.personal()[daemons] : MonitorPackets.UNCHANGED)
                .append("\n\n");
        for (Segment segment : configuration.segments()) {
            for (Daemon each : segment.daemons()) {
                text.append('\t').append(each.name()).append(" personal window\t");
                text.append(windows.personal()[each.index()]).append('\n');
                if (isAccelerated()) {
                    text.append('\t').append(each.name()).append(" accelerated window\t");
                    text.append(windows.accelerated()[each.index()]).append('\n');
                }
            }
            text.append('\n');
        }
        show(text.toString());
    }

    private void sendFlowControl() {
        show("Monitor: send flow control params\n");
        sentWindows = definedWindows;
        port.flowControl(sentWindows.personal(), sentWindows.accelerated());
        sayUnsent();
    }

    private void terminate() {
        Set<Daemon> chosen = new LinkedHashSet<>();
        names("\tEnter Proc Name to Terminate: ", chosen);
        short[] table = sent.clone();
        for (Daemon each : chosen) {
            table[each.index()] = MonitorPackets.EXIT;
            show("Monitor: Terminating " + each.name() + "\n");
        }
        port.partition(table, chosen);
        sayUnsent();
    }

    private void reload() {
        show("Old configuration hash is: " + Integer.toUnsignedString(configuration.hash()) + "\n");
        show("Monitor: send conf reload command\n");
        port.reload();
        sayUnsent();
        try {
            configuration = reread.get();
        } catch (ConfigurationException e) {
            show("The file cannot be used and the old one stays: " + e.getMessage() + "\n");
            return;
        }
        port.configured(configuration);
        show("New configuration hash is: " + Integer.toUnsignedString(configuration.hash()) + "\n");
        show("All Status, Partition, FC, etc commands are reset by configuration reload!\n");
        show("Reload Membership. \n");
        int daemons = configuration.daemons().size();
        watched.clear();
        partitioned = false;
        defined = new short[daemons];
        sent = new short[daemons];
        definedWindows = Windows.unchanged(daemons);
        sentWindows = definedWindows;
    }
}
