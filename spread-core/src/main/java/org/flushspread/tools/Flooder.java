package org.flushspread.tools;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.DataMessage;
import org.flushspread.client.Multicast;
import org.flushspread.client.Service;
import org.flushspread.client.Sp;
import org.flushspread.client.SpreadConnection;
import org.flushspread.client.SpreadEvent;
import org.flushspread.client.SpreadException;
import org.flushspread.client.View;
import org.flushspread.daemon.LogSetup;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The program spflooder: sends messages as fast as they come back, and on a terminal shows how fast that is. */
@Command(name = "spflooder", mixinStandardHelpOptions = true, description = "Sends messages as fast as they come back.")
public final class Flooder implements Callable<Integer> {
    private static final String GROUP = "flooder";
    private static final int GONE = Integer.MAX_VALUE;
    private static final int WINDOW = 200;
    private static final int MAX_BYTES = 100_000;
    private static final int MAX_MEMBERS = 100;
    private static final int PROGRESS = 1000;
    private static final Duration FOREVER = Duration.ofDays(1000);

    @Option(names = "-u", paramLabel = "NAME", description = "Private name, unique at the daemon (default: flooder).")
    private String user = "flooder";

    @Option(names = "-m", paramLabel = "N", description = "Messages to send, or with -ro to receive (default: 10000).")
    private int messages = 10_000;

    @Option(
            names = "-n",
            paramLabel = "N",
            description = "Wait until so many members are there; then all send, none far ahead of the slowest.")
    private int members;

    @Option(names = "-b", paramLabel = "N", description = "Bytes of a message, up to 100000 (default: 1000).")
    private int bytes = 1000;

    @Option(names = "-s", paramLabel = "ADDRESS", description = "Daemon, PORT or PORT@HOST (default: 4803).")
    private String daemon = "4803";

    @Option(names = "-ro", description = "Only receive.")
    private boolean readOnly;

    @Option(names = "-wo", description = "Only send.")
    private boolean writeOnly;

    private final Histogram latency = new Histogram(3_600_000_000_000L, 3);
    private final long[] sentAt = new long[2 * WINDOW];
    private long started;
    private int completed;
    private List<String> flooders = List.of();
    private int myIndex;

    /** Runs the program. */
    public static void main(String[] args) {
        LogSetup.quiet();
        List<String> flags = new ArrayList<>();
        for (String arg : args) {
            boolean two = arg.length() > 2 && arg.charAt(0) == '-' && "umnbs".indexOf(arg.charAt(1)) >= 0;
            flags.add(two ? arg.substring(0, 2) : arg);
        }
        CommandLine line = new CommandLine(new Flooder());
        line.setParameterExceptionHandler((ParameterException e, String[] all) -> usage());
        System.exit(line.execute(flags.toArray(new String[0])));
    }

    private static int usage() {
        System.out.print("""
                Usage: spflooder
                \t[-u <user name>]     : unique (in this machine) user name
                \t[-m <num messages>]  : number of messages
                \t[-n <num members>]   : number of group members to wait for (also turn on multi-sender FC)
                \t[-b <num bytes>]     : number of bytes per message 1-100,000
                \t[-s <spread name>]   : either port or port@machine
                \t[-ro]   \t\t: read  only (no multicast)
                \t[-wo]   \t\t: write only (no receive)
                """);
        return 1;
    }

    @Override
    public Integer call() {
        if (messages < 0 || bytes > MAX_BYTES || bytes < 0 || members < 0 || members > MAX_MEMBERS) {
            return usage();
        }
        say("connecting to " + daemon + (members > 0 ? " with group membership" : ""));
        ConnectOptions options = ConnectOptions.of(daemon, user).withMembership(members > 0);
        try (SpreadConnection spread = SpreadConnection.connect(options)) {
            if (readOnly) {
                say("Only receiving messages");
            } else {
                say("starting  multicast of " + messages + " messages, " + bytes + " bytes each"
                        + (writeOnly ? " (self discarding)." : "."));
            }
            if (!writeOnly) {
                spread.join(GROUP);
            }
            if (members > 0 && !writeOnly) {
                awaitMembers(spread);
            }
            started = System.nanoTime();
            flood(spread);
            say("completed multicast of " + messages + " messages, " + bytes + " bytes each.");
            summary();
            return 0;
        } catch (SpreadException e) {
            Sp.SP_error(e.code().code());
            System.err.println("spflooder: " + e.getMessage());
            return 1;
        }
    }

    private void flood(SpreadConnection spread) {
        if (readOnly) {
            for (int i = 1; i <= messages; i++) {
                message(spread);
                progress(i);
            }
        } else if (members > 0 && !writeOnly) {
            floodTogether(spread);
        } else {
            floodAlone(spread);
        }
    }

    private void floodAlone(SpreadConnection spread) {
        Multicast to = Multicast.to(GROUP).service(Service.RELIABLE);
        to = writeOnly ? to.selfDiscard() : to;
        byte[] body = new byte[bytes];
        int returned = 0;
        for (int i = 1; i <= messages; i++) {
            sentAt[i % sentAt.length] = System.nanoTime();
            spread.multicast(to, body);
            if (!writeOnly && i > WINDOW) {
                awaitOwn(spread, ++returned);
            }
            progress(i);
        }
    }

    private void awaitOwn(SpreadConnection spread, int number) {
        while (!message(spread).sender().equals(spread.privateGroup())) {
            // somebody else floods too
        }
        latency.recordValue(System.nanoTime() - sentAt[number % sentAt.length]);
    }

    /** Everybody sends, and nobody gets further ahead of the slowest than the window. */
    private void floodTogether(SpreadConnection spread) {
        Multicast to = Multicast.to(GROUP).service(Service.FIFO);
        ByteBuffer body = ByteBuffer.allocate(Math.max(4, bytes)).order(ByteOrder.nativeOrder());
        int[] received = new int[members];
        body.putInt(0, myIndex);
        for (int i = 1; i <= messages; i++) {
            sentAt[i % sentAt.length] = System.nanoTime();
            spread.multicast(to, body.clear());
            while (slowest(received) < i - WINDOW) {
                count(spread, received);
            }
            progress(i);
        }
        while (slowest(received) < messages) {
            count(spread, received);
        }
    }

    private void count(SpreadConnection spread, int[] received) {
        SpreadEvent event = spread.receive();
        if (event instanceof View view) {
            // Nobody waits for one that is gone: the C program ends without taking leave, and its last messages may be
            // lost.
            for (int i = 0; i < received.length; i++) {
                if (!view.members().contains(flooders.get(i))) {
                    received[i] = GONE;
                }
            }
        }
        if (!(event instanceof DataMessage message)) {
            return;
        }
        int from = message.length() >= 4 ? message.body().getInt() : -1;
        if (from >= 0 && from < received.length && received[from] != GONE) {
            received[from]++;
            if (from == myIndex) {
                latency.recordValue(System.nanoTime() - sentAt[received[from] % sentAt.length]);
            }
        }
    }

    private static int slowest(int[] received) {
        int least = Integer.MAX_VALUE;
        for (int each : received) {
            least = Math.min(least, each);
        }
        return least;
    }

    private void awaitMembers(SpreadConnection spread) {
        while (true) {
            SpreadEvent event = spread.receive(FOREVER);
            if (event instanceof View view) {
                if (view.members().size() == members) {
                    System.out.println("Received REGULAR membership for group " + view.group() + " with " + members
                            + " members, where I am member " + view.myIndex() + ":");
                    view.members().forEach(member -> System.out.println("\t" + member));
                    flooders = view.members();
                    myIndex = view.myIndex();
                    return;
                }
            }
        }
    }

    private static DataMessage message(SpreadConnection spread) {
        while (true) {
            if (spread.receive() instanceof DataMessage message) {
                return message;
            }
        }
    }

    private void progress(int number) {
        completed = number;
        if (number % PROGRESS == 0) {
            if (Terminal.isInteractive()) {
                bar();
            } else {
                say("completed " + String.format(Locale.ROOT, "%6d", number) + " messages of " + bytes + " bytes");
            }
        }
    }

    private void bar() {
        int filled = (int) (30L * completed / Math.max(1, messages));
        System.out.printf(
                Locale.ROOT,
                "\r[%s%s] %,d of %,d  %,.0f msg/s  %,.1f MB/s ",
                "#".repeat(filled),
                ".".repeat(30 - filled),
                completed,
                messages,
                rate(),
                rate() * bytes / 1e6);
        if (completed == messages) {
            System.out.println();
        }
    }

    private double rate() {
        return completed / (Math.max(1, System.nanoTime() - started) / 1e9);
    }

    /** For a person only: scripts see the lines of the C program and nothing else. */
    private void summary() {
        if (!Terminal.isInteractive()) {
            return;
        }
        System.out.printf(Locale.ROOT, "%,.0f messages/s, %,.1f MB/s%n", rate(), rate() * bytes / 1e6);
        if (latency.getTotalCount() > 0) {
            System.out.printf(
                    Locale.ROOT,
                    "latency with a window of %d: p50 %.0f us, p90 %.0f us, p99 %.0f us, max %.0f us%n",
                    WINDOW,
                    latency.getValueAtPercentile(50) / 1e3,
                    latency.getValueAtPercentile(90) / 1e3,
                    latency.getValueAtPercentile(99) / 1e3,
                    latency.getMaxValue() / 1e3);
        }
    }

    private static void say(String text) {
        System.out.println("flooder: " + text);
    }
}
